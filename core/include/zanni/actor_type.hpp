#pragma once

#include <memory>
#include <new>
#include <span>
#include <string_view>
#include <type_traits>

#include <zanni/actor_traits.hpp>
#include <zanni/behavior.hpp>
#include <zanni/capability.hpp>
#include <zanni/message.hpp>

namespace zanni {

class Actor;

/// All that the runtime needs to know of a class of actors. One per class and module; lives as long as its code.
struct ActorType {
    std::string_view name;  ///< by which it is created on other hosts
    std::unique_ptr<Actor> (*construct)();
    std::span<const Handler> handlers;
    Requirements (*requirements)();
    ActorTraits traits{};
    /// Whether it takes the place offered to it; the requirements are those of its creation. Null: it does.
    bool (*accepts)(const Capabilities& capabilities, const Requirements& extra) = nullptr;
};

namespace detail {

template <class T>
constexpr std::string_view actor_name() {
    if constexpr (requires { std::string_view{T::actor_name}; })
        return T::actor_name;
    else
        return DottedName<T>::value.view();
}

template <class T>
Requirements requirements_of() {
    if constexpr (requires { T::requirements(); })
        return T::requirements();
    else
        return {};
}

template <class T>
constexpr auto accepts_of() -> bool (*)(const Capabilities&, const Requirements&) {
    if constexpr (requires { &T::accepts; }) {
        static_assert(std::is_convertible_v<decltype(&T::accepts), bool (*)(const Capabilities&, const Requirements&)>,
                      "zanni: `accepts` of an actor type is `static bool accepts(const zanni::Capabilities&, const "
                      "zanni::Requirements&)`");
        return &T::accepts;
    } else {
        return nullptr;
    }
}

}  // namespace detail

/// The description of an actor class: its name is `static constexpr auto actor_name`, or its C++ name with dots.
template <class T>
const ActorType& actor_type() {
    static_assert(std::is_base_of_v<Actor, T>, "zanni: an actor type derives publicly from zanni::Actor");
    static_assert(std::is_default_constructible_v<T>,
                  "zanni: an actor type has a default constructor; what it needs comes in messages");
    static_assert(
        requires { T::Behavior::handlers; },
        "zanni: an actor type says `using Behavior = zanni::Behavior<&T::handler...>;`, in public");
    static constexpr ActorType type{
        detail::actor_name<T>(),   []() -> std::unique_ptr<Actor> { return std::make_unique<T>(); },
        T::Behavior::handlers,     &detail::requirements_of<T>,
        detail::actor_traits<T>(), detail::accepts_of<T>()};
    return type;
}

}  // namespace zanni
