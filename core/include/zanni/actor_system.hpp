#pragma once

#include <memory>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>

#include <zanni/accounts.hpp>
#include <zanni/actor.hpp>
#include <zanni/address.hpp>
#include <zanni/ask.hpp>
#include <zanni/clock.hpp>
#include <zanni/envelope.hpp>
#include <zanni/error.hpp>
#include <zanni/gateway.hpp>
#include <zanni/registry.hpp>
#include <zanni/trace.hpp>

namespace zanni {

namespace detail {
class Endpoint;
class Base;
}  // namespace detail

/// Thrown where an address is needed and none was created; what() says why.
class CreationFailed : public std::runtime_error {
public:
    explicit CreationFailed(Error reason) : std::runtime_error(reason.to_string()), error(std::move(reason)) {}
    Error error;
};

/// The address of a new actor, or why there is none. Stands for the address where one is expected.
class [[nodiscard]] Created : public std::expected<Address, Error> {
public:
    Created(std::expected<Address, Error> result)
        : expected(std::move(result)) {}  // NOLINT(google-explicit-constructor)
    /// Errors: throws CreationFailed when there is none.
    operator const Address&()
        const {  // NOLINT(google-explicit-constructor): so that tell(system.create<T>(), ...) reads well
        if (!has_value()) throw CreationFailed(error());
        return value();
    }
};

/// A caller outside of any actor, with an address and a queue of its own: two of them never see each other's answers.
///
/// Threads: one at a time. Must not be used inside an actor: it blocks.
/// Limits: 10,000 unread messages; further ones become dead letters.
class PrivateEndpoint {
public:
    Address address() const;

    /// Sends from this endpoint's address: answers come to listen().
    template <class M>
    void tell(const Address& target, M&& message) {
        tell_envelope(make_envelope(target, address(), std::forward<M>(message)));
    }

    /// Sends, and waits for the next message that answers this very question, whoever sends it.
    /// Errors: timeout, dead_target (at once), poison, unexpected_reply, overloaded (its mailbox stayed full),
    /// too_large, no_address. Blocks: up to `longest`.
    template <class Reply, class M>
    std::expected<Reply, Error> ask(const Address& target, M&& message, Duration longest) {
        return detail::read_reply<Reply>(
            ask_envelope(make_envelope(target, Address{}, std::forward<M>(message)), longest));
    }

    /// The next message that came to this endpoint and answered no question: second answers, late ones, tells.
    /// Errors: timeout, unexpected_reply (the message is consumed). Blocks: up to `longest`.
    template <class M>
    std::expected<M, Error> listen(Duration longest) {
        return detail::read_reply<M>(listen_envelope(longest));
    }

private:
    friend class detail::Base;
    PrivateEndpoint(detail::Base& base, std::shared_ptr<detail::Endpoint> endpoint)
        : base_(&base), endpoint_(std::move(endpoint)) {}
    void tell_envelope(EnvelopePtr envelope);
    std::expected<EnvelopePtr, Error> ask_envelope(EnvelopePtr envelope, Duration longest);
    std::expected<EnvelopePtr, Error> listen_envelope(Duration longest);

    detail::Base* base_;
    std::shared_ptr<detail::Endpoint> endpoint_;
};

/// Counts since the start. At rest: sent + received = delivered + unhandled + dead_letters + posted.
struct SystemCounters {
    std::uint64_t sent = 0;
    std::uint64_t received = 0;  ///< from other processes
    std::uint64_t delivered = 0;
    std::uint64_t unhandled = 0;
    std::uint64_t dead_letters = 0;
    std::uint64_t posted = 0;         ///< to other processes
    std::uint64_t slow_handlers = 0;  ///< times that a handler was seen to run for too long
};

/// Runs actors, and is the door to them for the code around them. What the two kinds of system below share.
///
/// Threads: any; each calling thread has an endpoint of its own, so asks from several threads don't mix.
class System {
public:
    virtual ~System();
    System(const System&) = delete;
    System& operator=(const System&) = delete;

    /// Creates a top-level actor and waits until it runs.
    /// Errors: unmet_requirement and unknown_type say per host what was missing; start_failed what the constructor
    /// threw. Blocks: up to CreateOptions::wait_longest.
    template <class T>
    Created create(const CreateOptions& options = {}) {
        return create(&actor_type<T>(), actor_type<T>().name, options);
    }
    /// The same for a registered type that this program need not contain.
    Created create(std::string_view type_name, const CreateOptions& options = {}) {
        return create(nullptr, type_name, options);
    }

    /// The actor of that name in the convention, or in this process if it belongs to none.
    /// Errors: unknown_name; timeout, also while the convention has no leader. Blocks: up to `longest`.
    std::expected<Address, Error> find(std::string_view name, Duration longest = std::chrono::seconds(10));

    /// Sends and forgets; handlers see no sender. Blocks: while the target's mailbox is over its limit, up to
    /// Options::tell_longest; then the message becomes a dead letter.
    template <class M>
    void tell(const Address& target, M&& message) {
        tell_envelope(make_envelope(target, Address{}, std::forward<M>(message)));
    }

    /// As PrivateEndpoint::ask, from the calling thread's endpoint.
    template <class Reply, class M>
    std::expected<Reply, Error> ask(const Address& target, M&& message, Duration longest) {
        return endpoint_of_this_thread().ask<Reply>(target, std::forward<M>(message), longest);
    }
    template <class M>
    std::expected<M, Error> listen(Duration longest) {
        return endpoint_of_this_thread().listen<M>(longest);
    }
    PrivateEndpoint private_endpoint();
    PrivateEndpoint& endpoint_of_this_thread();

    /// As Actor::update_capability. In a convention it returns before the host has changed.
    std::expected<void, Error> update_capability(const std::string& key, const std::optional<CapabilityValue>& value);
    /// As Actor::request_lane. Threads: any.
    void request_lane(const Address& address);

    /// The end in order: every actor of this process without a parent here gets an ExitRequest. False when some still
    /// live after `longest`. The destructor does it too, with 5 s.
    bool shut_down(Duration longest);

    /// Of messages from outside of all actors, and of timers and files, so many begin a trace: from 0 to 1. What comes
    /// from other processes as part of one is traced all the same. Source: ADR 0021.
    void set_trace_ratio(double ratio);
    /// What has been traced in this process: spans after that number, up to Spans::spans_most.
    Spans spans(std::uint64_t after = 0);

    SystemCounters counters() const;
    Accounts accounts() const;
    std::uint64_t actor_count() const;

protected:
    explicit System(std::unique_ptr<detail::Base> base);
    detail::Base& base() const { return *base_; }

private:
    friend class TraceScope;
    Created create(const ActorType* type, std::string_view name, const CreateOptions& options);
    void tell_envelope(EnvelopePtr envelope);

    std::unique_ptr<detail::Base> base_;
};

/// Actors on threads of this process. Alone (no broker needed), or through a gateway as a process of a convention:
/// `zanni::ActorSystem system(zanni::join("tcp://leader:1900"));`
class ActorSystem final : public System {
public:
    struct Options {
        unsigned workers = 0;                ///< threads that run actors; 0: one per core, at most 4
        Capabilities capabilities{};         ///< of this process while it is alone; a gateway brings its host's
        const Registry* registry = nullptr;  ///< types that others may create here by name; must outlive the system
        Duration slow_handler = std::chrono::seconds(1);   ///< a handler that runs longer is logged; 0: never
        Duration tell_longest = std::chrono::seconds(10);  ///< how long tell() waits for room in a full mailbox
        double trace_ratio = 0;                            ///< see set_trace_ratio()
    };

    /// Errors: throws std::system_error when no thread can be had.
    ActorSystem();
    explicit ActorSystem(Options options);
    /// Errors: throws std::runtime_error with one line when the convention can't be joined.
    explicit ActorSystem(std::unique_ptr<Gateway> gateway);
    ActorSystem(std::unique_ptr<Gateway> gateway, Options options);

    /// Waits until the host wants this process to end. False if it still doesn't after `longest`.
    bool await_shut_down(Duration longest);
};

/// Actors run by a test, one message at a time, on a clock that stands still: the same steps give the same result.
/// Nothing runs between calls; a waiting call (create, ask, listen) runs steps until it has its answer, or until
/// nothing is left to run: then it moves the clock to the next timer, or to its time-out.
///
/// Threads: one.
class SteppedSystem final : public System {
public:
    struct Options {
        std::uint64_t seed = 1;  ///< of the random numbers that actors' addresses are made from
        Capabilities capabilities{};
        const Registry* registry = nullptr;
    };

    SteppedSystem();
    explicit SteppedSystem(Options options);

    /// Lets the actor that has waited longest start, or handle one message. False when there is nothing to do.
    bool step();
    /// Returns the number of steps.
    std::size_t run_until_idle();
    ManualClock& clock();
};

}  // namespace zanni
