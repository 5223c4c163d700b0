#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <expected>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>

#include <zanni/envelope.hpp>
#include <zanni/error.hpp>
#include <zanni/marshal/shape.hpp>
#include <zanni/pass.hpp>
#include <zanni/task.hpp>

namespace zanni {

class Actor;

/// What has become of a message that was given to a handler.
enum class Handled : std::uint8_t {
    done,       ///< taken; the reply, if any, is on its way
    passed,     ///< declined
    suspended,  ///< the handler waits, and refers to the envelope as long as it does
    refused,    ///< it could not be given to the handler
};

/// One row of an actor type's dispatch table.
struct Handler {
    std::uint64_t message_id = 0;
    /// Calls the handler and sends what it returns to the envelope's sender. The payload is as before afterwards, so
    /// that a handler that threw can be called again; the envelope may be another of the same content. Throws what the
    /// handler throws. `refusal` says why it was refused: Error::malformed for a marshalled payload that is no such
    /// message, Error::overloaded.
    Handled (*invoke)(Actor& actor, EnvelopePtr& envelope, std::optional<Error>& refusal) = nullptr;
    bool moves = false;  ///< the payload is not as before: the handler can't throw, and took the value
    bool (*belongs_to)(const Actor& actor) = nullptr;
    std::string (*describe)() = nullptr;  ///< for tools: "echo.Ping [int32,string] -> echo.Pong [int32,string]"
};

namespace detail {

void send_reply(Actor& actor, EnvelopePtr envelope);
/// Runs a handler's task up to where it waits or ends. Throws what it throws. Refuses with Error::overloaded.
Handled run_task(Actor& actor, Task<> task, std::optional<Error>& refusal);

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
auto call(Actor& actor, const Envelope& envelope, Message&& message) -> typename HandlerTraits<F>::Reply {
    using Shape = HandlerTraits<F>;
    auto& self = static_cast<typename Shape::Class&>(actor);
    if constexpr (Shape::takes_sender)
        return (self.*Function)(std::forward<Message>(message), envelope.sender);
    else
        return (self.*Function)(std::forward<Message>(message));
}

template <class Reply>
void reply_with(Actor& actor, const Envelope& envelope, Reply&& reply) {
    send_reply(actor, make_envelope(envelope.sender, Address{}, std::forward<Reply>(reply)));
}

template <class F, F Function, class Message>
Handled call_handler(Actor& actor, const Envelope& envelope, Message&& message) {
    using Reply = typename HandlerTraits<F>::Reply;
    if constexpr (std::is_void_v<Reply>) {
        call<F, Function>(actor, envelope, std::forward<Message>(message));
    } else if constexpr (is_or_pass<Reply>) {
        auto answer = call<F, Function>(actor, envelope, std::forward<Message>(message));
        if (answer.passed()) return Handled::passed;
        if constexpr (!std::is_same_v<Reply, OrPass<>>) reply_with(actor, envelope, std::move(answer.reply()));
    } else {
        reply_with(actor, envelope, call<F, Function>(actor, envelope, std::forward<Message>(message)));
    }
    return Handled::done;
}

/// Around the user's coroutine, so that its result becomes the reply.
template <class F, F Function, class Message>
Task<> drive(Actor& actor, const Envelope& envelope, const Message& message) {
    using Reply = typename HandlerTraits<F>::Reply;
    if constexpr (std::is_same_v<Reply, Task<>>) {
        co_await call<F, Function>(actor, envelope, message);
    } else {
        auto reply = co_await call<F, Function>(actor, envelope, message);
        reply_with(actor, envelope, std::move(reply));
    }
}

/// Replaces a marshalled envelope by one that holds the message itself, for handlers that outlive their call.
template <class M>
std::expected<const M*, Error> unmarshal_in_place(EnvelopePtr& envelope) {
    if (const M* const message = envelope->find<M>()) return message;
    auto message = unmarshalled_from<M>(*envelope);
    if (!message) return std::unexpected(std::move(message.error()));
    EnvelopePtr typed = make_envelope(envelope->target, envelope->sender, std::move(*message));
    typed->assigned = envelope->assigned;
    envelope = std::move(typed);
    return envelope->get<M>();
}

inline Handled refused_as(Error why, std::optional<Error>& refusal) {
    refusal = std::move(why);
    return Handled::refused;
}

template <class F, F Function>
Handled invoke_task_handler(Actor& actor, EnvelopePtr& envelope, std::optional<Error>& refusal) {
    using M = typename HandlerTraits<F>::Message;
    auto message = unmarshal_in_place<M>(envelope);
    if (!message) return refused_as(std::move(message.error()), refusal);
    return run_task(actor, drive<F, Function, M>(actor, *envelope, **message), refusal);
}

/// A handler that can neither throw nor pass its message on.
template <class F>
inline constexpr bool moves_message =
    HandlerTraits<F>::takes_value&& HandlerTraits<F>::is_noexcept && !is_or_pass<typename HandlerTraits<F>::Reply>;

/// The payload came over the bus.
template <class F, F Function>
Handled invoke_with_unmarshalled(Actor& actor, const Envelope& envelope, std::optional<Error>& refusal) {
    auto message = unmarshalled_from<typename HandlerTraits<F>::Message>(envelope);
    if (!message) return refused_as(std::move(message.error()), refusal);
    return call_handler<F, Function>(actor, envelope, std::move(*message));
}

template <class F, F Function>
Handled invoke_handler(Actor& actor, EnvelopePtr& envelope, [[maybe_unused]] std::optional<Error>& refusal) {
    using Shape = HandlerTraits<F>;
    using M = typename Shape::Message;
    if constexpr (std::is_same_v<M, AnyMessage>) {
        return call_handler<F, Function>(actor, *envelope, envelope->any());
    } else {
        // Other handlers get a copy of what they take by value: the second attempt, or whoever comes after one that
        // passes, must see the same message.
        if constexpr (moves_message<F>) {
            if (M* message = envelope->get<M>())
                return call_handler<F, Function>(actor, *envelope, std::move(*message));
        }
        if (const M* message = envelope->find<M>()) return call_handler<F, Function>(actor, *envelope, *message);
        return invoke_with_unmarshalled<F, Function>(actor, *envelope, refusal);
    }
}

template <class F>
bool handler_belongs_to(const Actor& actor) {
    return dynamic_cast<const typename HandlerTraits<F>::Class*>(&actor) != nullptr;
}

/// What is sent to the asker, of all that a handler may return.
template <class T>
struct ReplyType {
    using Type = T;
};
template <class T>
struct ReplyType<Task<T>> : ReplyType<T> {};
template <class T>
struct ReplyType<OrPass<T>> : ReplyType<T> {};
template <class T>
using ReplyOf = typename ReplyType<T>::Type;

template <class M, class Reply>
std::string describe_handler() {
    std::string text = std::string(zanni::message_name<M>()) + " " + shape_of<M>();
    if constexpr (!std::is_void_v<Reply>)
        text += " -> " + std::string(zanni::message_name<Reply>()) + " " + shape_of<Reply>();
    return text;
}

template <class F, F Function>
constexpr Handler handler_row() {
    using Shape = HandlerTraits<F>;
    using M = typename Shape::Message;
    require_message<M>();
    static_assert(!std::is_same_v<M, AnyMessage> || !is_task<typename Shape::Reply>,
                  "zanni: a handler of AnyMessage can't be a Task");
    constexpr auto describe = &describe_handler<M, ReplyOf<typename Shape::Reply>>;
    constexpr bool moves = moves_message<F> && !std::is_trivially_copyable_v<M>;
    if constexpr (is_task<typename Shape::Reply>)
        return {zanni::message_id<M>, &invoke_task_handler<F, Function>, false, &handler_belongs_to<F>, describe};
    else
        return {zanni::message_id<M>, &invoke_handler<F, Function>, moves, &handler_belongs_to<F>, describe};
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
/// &T::second>;` A handler takes `const M&` or `M`, may take the sender's `const Address&` second, and returns nothing,
/// the reply, OrPass of one of these, or a Task of one. A handler that takes `M` receives a copy of a message from its
/// own process, unless it is noexcept and can't pass: then the value is moved in.
///
/// A message goes to the handler of its own type, else to that of its nearest base (see message.hpp), else to that of
/// AnyMessage, which gets it marshalled; one that declines, by Pass, leaves it to the next. Nobody's message is counted
/// as unhandled and logged at debug.
template <auto... Functions>
struct Behavior : detail::HandlerTable<detail::HandlerTypes<decltype(Functions)...>, Functions...> {};

}  // namespace zanni
