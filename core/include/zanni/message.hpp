#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <type_traits>

/// The names of message types. A message is known on the bus by the 64-bit hash of its name, so a name is part of an
/// application's protocol: `static constexpr auto message_name = "echo.Ping"` in the struct fixes it; without it the
/// name is the C++ name with dots (`echo::Ping` is "echo.Ping").
///
/// A message may be based on another, so that handlers of that one take it where no handler of its own is found:
///
///     struct Circle : Shape {
///         double radius = 0;
///         using message_base = Shape;
///         static auto fields(auto& self) { return std::tie(self.name, self.radius); }  // those of Shape first
///     };
namespace zanni {

namespace detail {

template <std::size_t N>
struct FixedName {
    std::array<char, N> text{};
    constexpr std::string_view view() const { return {text.data(), N}; }
};

template <class T>
consteval std::string_view spelled_by_compiler() {
    std::string_view text = __PRETTY_FUNCTION__;
    text.remove_prefix(text.find("T = ") + 4);
#if defined(__clang__)
    return text.substr(0, text.rfind(']'));
#else
    return text.substr(0, text.rfind(';'));
#endif
}

consteval std::size_t dotted_size(std::string_view name) {
    std::size_t size = 0;
    for (std::size_t i = 0; i < name.size(); ++i, ++size)
        if (name.substr(i, 2) == "::") ++i;
    return size;
}

/// "echo::Ping" becomes "echo.Ping".
template <class T>
struct DottedName {
    static constexpr auto value = [] {
        constexpr std::string_view name = spelled_by_compiler<T>();
        FixedName<dotted_size(name)> dotted;
        std::size_t size = 0;
        for (std::size_t i = 0; i < name.size(); ++i) {
            const bool scope = name.substr(i, 2) == "::";
            dotted.text[size++] = scope ? '.' : name[i];
            if (scope) ++i;
        }
        return dotted;
    }();
};

template <class T>
concept NamesItself = requires {
    { T::message_name } -> std::convertible_to<std::string_view>;
};

}  // namespace detail

/// The name of a message type: specialised in message_names.hpp for the standard types that are messages as they stand.
template <class T>
struct MessageName {
    static constexpr std::string_view value = [] {
        if constexpr (detail::NamesItself<T>)
            return std::string_view{T::message_name};
        else
            return detail::DottedName<T>::value.view();
    }();
};

template <class T>
constexpr std::string_view message_name() {
    return MessageName<T>::value;
}

/// FNV-1a, 64 bits. Source: docs/protocol.md, "Message types".
constexpr std::uint64_t hash_name(std::string_view name) {
    std::uint64_t hash = 0xcbf29ce484222325ULL;
    for (const char c : name) hash = (hash ^ static_cast<unsigned char>(c)) * 0x100000001b3ULL;
    return hash;
}

/// How a message type is named on the bus.
template <class T>
constexpr std::uint64_t message_id = hash_name(message_name<T>());

namespace detail {

template <class M>
struct MessageBase {
    using Type = void;
};
template <class M>
requires requires { typename M::message_base; }
struct MessageBase<M> {
    using Type = typename M::message_base;
    static_assert(std::is_base_of_v<Type, M> && !std::is_same_v<Type, M>,
                  "zanni: message_base of a message is a struct that it derives from");
    static_assert(message_id<Type> != message_id<M>,
                  "zanni: a message with a message_base needs a message_name of its own, as it inherits its base's");
};

template <class M>
consteval std::size_t count_bases() {
    using Base = typename MessageBase<M>::Type;
    if constexpr (std::is_void_v<Base>)
        return 0;
    else
        return 1 + count_bases<Base>();
}

template <class M, std::size_t N>
constexpr void fill_bases(std::array<std::uint64_t, N>& ids, std::size_t at) {
    using Base = typename MessageBase<M>::Type;
    if constexpr (!std::is_void_v<Base>) {
        ids[at] = message_id<Base>;
        fill_bases<Base>(ids, at + 1);
    }
}

}  // namespace detail

/// The message_ids of the structs that a message says it is based on, nearest first.
/// Limits: message_bases_max.
template <class M>
inline constexpr auto message_base_ids = [] {
    std::array<std::uint64_t, detail::count_bases<M>()> ids{};
    detail::fill_bases<M>(ids, 0);
    return ids;
}();

inline constexpr std::size_t message_bases_max = 8;

/// What a value is sent as: a string literal is sent as std::string.
template <class T>
using SentAs =
    std::conditional_t<std::is_convertible_v<std::decay_t<T>, std::string_view>, std::string, std::decay_t<T>>;

}  // namespace zanni
