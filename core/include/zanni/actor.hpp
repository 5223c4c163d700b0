#pragma once

#include <string_view>
#include <utility>

#include <zanni/actor_type.hpp>
#include <zanni/address.hpp>
#include <zanni/behavior.hpp>
#include <zanni/capability.hpp>
#include <zanni/clock.hpp>
#include <zanni/envelope.hpp>
#include <zanni/lifecycle.hpp>

namespace zanni {

namespace detail {
class Cell;
}

struct CreateOptions {
    Requirements requirements{};  ///< beyond those of the actor type
    Duration wait_longest =
        std::chrono::seconds(10);  ///< how long a creation from outside of actors waits for the start
};

/// State plus behaviour, one message at a time. Derive from it, list the handlers in `using Behavior`, and create it
/// through an ActorSystem or from another actor. All of it may be used in the constructor too.
///
/// Threads: the runtime calls one handler of an actor at a time, not always on the same thread. Its members are for its
/// own handlers only.
class Actor {
public:
    virtual ~Actor() = default;
    Actor(const Actor&) = delete;
    Actor& operator=(const Actor&) = delete;

protected:
    Actor();

    const Address& address() const;
    /// Who created this actor; none for a top-level actor.
    const Address& parent() const;
    /// The time of the system this actor runs in; a test may move it by hand.
    TimePoint now() const;

    /// Sends and forgets. Messages to one address arrive in the order sent; what can't arrive becomes a dead letter.
    /// Limits: 16 MiB marshalled, when it leaves the process.
    template <class M>
    void send(const Address& target, M&& message) {
        send_envelope(make_envelope(target, address(), std::forward<M>(message)));
    }

    /// Creates a child, here or on the host that meets its requirements, and returns its address at once.
    /// Errors: arrive as ChildExited with the cause start_failure.
    template <class T>
    Address create(const CreateOptions& options = {}) {
        return create(actor_type<T>(), options);
    }
    /// The same for a registered type that this program need not contain.
    Address create(std::string_view type_name, const CreateOptions& options = {});

    /// Ends this actor after the current handler, as an ExitRequest would.
    void exit();

private:
    friend void detail::send_reply(Actor& actor, EnvelopePtr envelope);
    Address create(const ActorType& type, const CreateOptions& options);
    void send_envelope(EnvelopePtr envelope);

    detail::Cell& cell_;
};

}  // namespace zanni
