#pragma once

#include <expected>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include <zanni/actor_status.hpp>
#include <zanni/actor_type.hpp>
#include <zanni/address.hpp>
#include <zanni/ask.hpp>
#include <zanni/behavior.hpp>
#include <zanni/capability.hpp>
#include <zanni/clock.hpp>
#include <zanni/convention.hpp>
#include <zanni/envelope.hpp>
#include <zanni/lifecycle.hpp>
#include <zanni/placement.hpp>
#include <zanni/supervision.hpp>
#include <zanni/task.hpp>
#include <zanni/timer.hpp>
#include <zanni/trace.hpp>

namespace zanni {

namespace detail {
class Cell;
}

struct CreateOptions {
    /// Not empty: there is one actor of this name, in the whole convention, or in this process if it belongs to none.
    /// Who creates it again reaches that one; it has no parent. Source: docs/actors.md, ADR 0013. Limits: 256 bytes.
    std::string name{};
    Requirements requirements{};  ///< beyond those of the actor type
    SupervisionPolicy supervision{};
    Duration wait_longest = std::chrono::seconds(10);  ///< how long a creation from outside of actors waits for the
                                                       ///< start, and any for the leader's word on a name
    Placement placement{};
    /// Instead of what the actor type says. A system without a broker has one process, and runs all actors there.
    /// Limits: a troupe has one process for its front and all members.
    std::optional<Isolation> isolation{};
};

/// State plus behaviour, one message at a time. Derive from it, list the handlers in `using Behavior`, and create it
/// through an ActorSystem or from another actor. All of it may be used in the constructor too.
///
/// Threads: the runtime calls one handler of an actor at a time, not always on the same thread. Its members are for its
/// own handlers only: from another thread all but address(), parent() and now() abort the program, with a line that
/// says so.
class Actor {
public:
    virtual ~Actor();
    Actor(const Actor&) = delete;
    Actor& operator=(const Actor&) = delete;

protected:
    Actor();

    const Address& address() const;
    /// Who created this actor; none for a top-level or named actor.
    Address parent() const;
    /// The time of the system this actor runs in; a test may move it by hand.
    TimePoint now() const;

    // ---- Messages

    /// Sends and forgets. Messages to one address arrive in the order sent; what can't arrive becomes a dead letter.
    /// Limits: 64 MiB marshalled, when it leaves the process. When the target's mailbox is over its limit, this actor
    /// is paused after the current handler until the target has caught up.
    template <class M>
    void send(const Address& target, M&& message) {
        send_envelope(make_envelope(target, address(), std::forward<M>(message)));
    }

    /// In a handler that returns a Task: `auto reply = co_await ask<Reply>(target, message, 1s);` gives
    /// std::expected<Reply, Error>. The handler is suspended, not the thread; the actor handles other messages
    /// meanwhile. With g++ 12 a message that owns memory needs a name: `const Say say{text};` before.
    ///
    /// Errors: timeout; dead_target, at once when the message reaches no handler or one that waits and is destroyed (of
    /// an actor that has put the question by and ends, only the time-out tells); poison; unexpected_reply; too_large.
    /// Limits: 10,000 suspended handlers per actor; a message that would start one more becomes a dead letter.
    template <class Reply, class M>
    Ask<Reply> ask(const Address& target, M&& message, Duration longest) {
        static_assert(!detail::is_destroyed_twice<M>,
                      "zanni: g++ 12 would destroy this message twice: give it a name before the co_await");
        return Ask<Reply>(cell_, make_envelope(target, Address{}, std::forward<M>(message)), longest);
    }
    /// `co_await sleep_for(1s);` in the same way.
    Sleep sleep_for(Duration time) { return Sleep(cell_, nullptr, time); }

    // ---- Other actors

    /// Creates a child, here or on the host that meets its requirements, and returns its address at once.
    /// Errors: arrive as ChildExited with the cause start_failure.
    template <class T>
    Address create(const CreateOptions& options = {}) {
        return create(actor_type<T>(), options);
    }
    /// The same for a registered type that this program need not contain.
    Address create(std::string_view type_name, const CreateOptions& options = {});
    /// In a handler that returns a Task: `auto registry = co_await find("registry", 1s);` gives
    /// std::expected<Address, Error>: the actor of that name in the convention. What this actor has sent before to the
    /// address that create() gave it for that name arrives before what it sends to this one.
    /// Errors: unknown_name; timeout, also while the convention has no leader.
    Find find(std::string_view name, Duration longest);

    /// From now on its end is told by Down, exactly once; at once if it has ended already. The target is an actor's own
    /// address, not that of a question it has asked.
    void watch(const Address& target);
    void unwatch(const Address& target);
    /// The two end together: when one ends for whatever cause, so does the other, with that cause.
    void link(const Address& target);
    void unlink(const Address& target);

    /// Ends this actor after the current handler, as an ExitRequest would.
    void exit();

    // ---- What comes next

    /// From the next message on these handlers take all messages: `become(zanni::Behavior<&T::closed>{});`
    template <auto... Functions>
    void become(Behavior<Functions...>) {
        become(std::span<const Handler>(Behavior<Functions...>::handlers));
    }
    /// Back to the type's own Behavior.
    void unbecome();

    /// Puts the current message aside, for unstash(). Not in a Task, nor in a noexcept handler that takes its message
    /// by value. What the handler returns is sent all the same, each time. Limits: 100,000 messages; further ones
    /// become dead letters.
    void stash();
    /// All messages put aside are handled again, before any other, in the order in which they came.
    void unstash();

    // ---- Time, files, dead letters

    /// Delivers Wakeup{payload, delay} once. Several may be pending; they come in the order of their times.
    TimerId wakeup_after(Duration delay) { return start_timer(delay, false, {}); }
    template <class M>
    TimerId wakeup_after(Duration delay, const M& payload) {
        return start_timer(delay, false, as_payload(payload));
    }
    /// Delivers it again and again; an actor that is late gets one for all that it missed.
    TimerId wakeup_every(Duration period) { return start_timer(period, true, {}); }
    template <class M>
    TimerId wakeup_every(Duration period, const M& payload) {
        return start_timer(period, true, as_payload(payload));
    }
    /// After it no Wakeup of that timer comes. False when there is no such timer, or it has come.
    bool cancel(TimerId timer);

    /// Delivers Readable{fd} while it can be read, one at a time, until unwatch_fd(). The descriptor stays the
    /// caller's; unwatch it before closing it.
    /// Errors: throws std::system_error for a descriptor that can't be watched, such as a plain file.
    void watch_fd(int fd);
    void unwatch_fd(int fd);

    /// From now on (or no more) this actor gets a DeadLetter for every message that can't be delivered on its host:
    /// those that actors and callers of its processes have sent, or should have got.
    void handle_dead_letters(bool on = true);

    /// The trace that the handler which runs now is part of, and what it sends: for what leaves by other ways, such as
    /// the header `traceparent` of an HTTP request. Nothing for most. In a Task: until its next co_await, and after it.
    std::optional<TraceContext> trace_context() const;

    // ---- Log

    /// One line to this process's log, with this actor's type and address. In a convention those of warn and error
    /// reach the leader's log too, with the host.
    /// Limits: the leader gets 1,024 bytes of it, and so many records per process as docs/operations.md says.
    void log_debug(std::string_view text) const;
    void log_info(std::string_view text) const;
    void log_warn(std::string_view text) const;
    void log_error(std::string_view text) const;

    // ---- The convention

    /// From now on (or no more) this actor gets a ConventionUpdate for each change of another host, exactly once and in
    /// order; first one `joined` for each host that is there already. What is told of a host is what this actor's
    /// process knows: a host that was cut off for too long itself hears of no other host leaving that comes back in
    /// time. Nothing comes in a system that belongs to no convention.
    void notify_on_convention_changes(bool on = true);
    /// The host offers this from now on; without a value it does no more. Every actor of the host whose type's
    /// requirements, or those given at its creation, are not met any more gets an ExitRequest. A value as it was
    /// changes nothing. In a system that belongs to no convention, the system's own capabilities. Errors: bad_input for
    /// a key or value that no host can offer; overloaded. Limits: keys of 256 bytes, text of 1,024; 256 capabilities
    /// per host, beyond which the host's broker logs that it refuses.
    std::expected<void, Error> update_capability(const std::string& key, const std::optional<CapabilityValue>& value);
    /// Much is about to go to or from that actor's process: the two processes shall have a connection of their own,
    /// past the brokers, for as long as both live. A hint: where there can't be one, or while it is broken, all goes by
    /// the brokers as ever, with the same promises. Nothing happens for an actor of this process. Source: ADR 0016.
    void request_lane(const Address& address);

private:
    friend void detail::send_reply(Actor& actor, EnvelopePtr envelope);
    friend Handled detail::run_task(Actor& actor, Task<> task, std::optional<Error>& refusal);

    template <class M>
    static AnyMessage as_payload(const M& payload) {
        return make_envelope(Address{}, Address{}, payload)->any();
    }
    Address create(const ActorType& type, const CreateOptions& options);
    void send_envelope(EnvelopePtr envelope);
    void become(std::span<const Handler> handlers);
    TimerId start_timer(Duration delay, bool periodic, AnyMessage payload);
    detail::Cell& own_cell(const char* doing) const;

    detail::Cell& cell_;
};

}  // namespace zanni
