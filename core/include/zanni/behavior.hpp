#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <expected>
#include <type_traits>
#include <utility>

#include <zanni/envelope.hpp>
#include <zanni/error.hpp>

namespace zanni {

class Actor;

/// One row of an actor type's dispatch table.
struct Handler {
    std::uint64_t message_id = 0;
    /// Calls the handler and sends what it returns to the envelope's sender. The payload is as before afterwards, so
    /// that a handler that threw can be called again. Errors: Error::malformed for a marshalled payload that is no such
    /// message.
    std::expected<void, Error> (*invoke)(Actor& actor, Envelope& envelope) = nullptr;
};

namespace detail {

void send_reply(Actor& actor, EnvelopePtr envelope);

template <class Class_, class Reply_, class Parameter_, bool HasSender, bool Noexcept>
struct HandlerShape {
    using Class = Class_;
    using Reply = Reply_;
    using Parameter = Parameter_;
    using Message = std::remove_cvref_t<Parameter_>;
    static constexpr bool takes_sender = HasSender;
    static constexpr bool takes_value = !std::is_reference_v<Parameter_>;
    static constexpr bool is_noexcept = Noexcept;
    static_assert(takes_value || std::is_same_v<Parameter_, const Message&>,
                  "zanni: a handler takes its message as (M) or (const M&)");
};

template <class F>
struct HandlerTraits {
    static_assert(
        !std::is_same_v<F, F>,
        "zanni: a handler is a member function of one of the shapes R (const M&), R (M), R (const M&, const Address&), "
        "R (M, const Address&)");
};
#define ZANNI_HANDLER_SHAPE(QUALIFIERS, NOEXCEPT)                                             \
    template <class C, class R, class P>                                                      \
    struct HandlerTraits<R (C::*)(P) QUALIFIERS> : HandlerShape<C, R, P, false, NOEXCEPT> {}; \
    template <class C, class R, class P>                                                      \
    struct HandlerTraits<R (C::*)(P, const Address&) QUALIFIERS> : HandlerShape<C, R, P, true, NOEXCEPT> {};
ZANNI_HANDLER_SHAPE(, false)
ZANNI_HANDLER_SHAPE(const, false)
ZANNI_HANDLER_SHAPE(noexcept, true)
ZANNI_HANDLER_SHAPE(const noexcept, true)
#undef ZANNI_HANDLER_SHAPE

// Templates below name a handler's type beside the handler itself: given a member function of a class in an unnamed
// namespace alone, g++ 12 makes them visible to other files, and two classes of one name would share their dispatch
// tables.

template <class F, F Function, class Message>
void call_handler(Actor& actor, const Envelope& envelope, Message&& message) {
    using Shape = HandlerTraits<F>;
    auto& self = static_cast<typename Shape::Class&>(actor);
    const auto call = [&]() -> typename Shape::Reply {
        if constexpr (Shape::takes_sender)
            return (self.*Function)(std::forward<Message>(message), envelope.sender);
        else
            return (self.*Function)(std::forward<Message>(message));
    };
    if constexpr (std::is_void_v<typename Shape::Reply>)
        call();
    else
        send_reply(actor, make_envelope(envelope.sender, Address{}, call()));
}

template <class F, F Function>
std::expected<void, Error> invoke_handler(Actor& actor, Envelope& envelope) {
    using Shape = HandlerTraits<F>;
    using M = typename Shape::Message;
    if (M* message = envelope.get<M>()) {
        // A handler that may throw gets a copy of what it takes by value: the second attempt must see the same message.
        if constexpr (Shape::takes_value && Shape::is_noexcept)
            call_handler<F, Function>(actor, envelope, std::move(*message));
        else
            call_handler<F, Function>(actor, envelope, std::as_const(*message));
        return {};
    }
    auto message = unmarshalled<M>(envelope.payload());
    if (!message) return std::unexpected(std::move(message.error()));
    call_handler<F, Function>(actor, envelope, std::move(*message));
    return {};
}

template <class F, F Function>
constexpr Handler handler_row() {
    using M = typename HandlerTraits<F>::Message;
    require_message<M>();
    return {zanni::message_id<M>, &invoke_handler<F, Function>};
}

template <std::size_t N>
constexpr bool all_different(const std::array<Handler, N>& handlers) {
    for (std::size_t i = 0; i < N; ++i)
        for (std::size_t j = i + 1; j < N; ++j)
            if (handlers[i].message_id == handlers[j].message_id) return false;
    return true;
}

template <class... F>
struct HandlerTypes {};

template <class Types, auto... Functions>
struct HandlerTable {
    static constexpr std::array<Handler, sizeof...(Functions)> handlers{
        handler_row<decltype(Functions), Functions>()...};
    static_assert(all_different(handlers), "zanni: two handlers of this Behavior take the same message type");
};

}  // namespace detail

/// An actor type's dispatch table, built when it is compiled: `using Behavior = zanni::Behavior<&T::first,
/// &T::second>;` A handler takes `const M&` or `M`, may take the sender's `const Address&` second, and returns nothing
/// or the reply. A handler that takes `M` receives a copy of a message from its own process, unless it is noexcept:
/// then the value is moved in.
template <auto... Functions>
struct Behavior : detail::HandlerTable<detail::HandlerTypes<decltype(Functions)...>, Functions...> {};

}  // namespace zanni
