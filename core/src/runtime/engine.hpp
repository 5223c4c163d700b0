#pragma once

#include <atomic>
#include <condition_variable>
#include <cstdint>
#include <functional>
#include <mutex>

#include <zanni/actor_type.hpp>
#include <zanni/address.hpp>
#include <zanni/clock.hpp>

#include "runtime/handler_clock.hpp"

namespace zanni::detail {

class Cell;

/// What runs the actors: the threads of a process, a test step by step, or a simulation.
class Engine {
public:
    virtual ~Engine() = default;

    /// The cell has work: run it soon. Threads: any.
    virtual void schedule(Cell& cell) = 0;

    /// Blocks a caller from outside until `done` holds, at most for `longest`; returns what `done` says at the end.
    /// `lock` guards what `done` looks at, and is held when it is called. Threads: any that runs no actor.
    virtual bool await(std::unique_lock<std::mutex>& lock, std::condition_variable& changed,
                       const std::function<bool()>& done, Duration longest) = 0;

    /// Readable for that actor once the descriptor can be read; then no more until rearm_fd(). Threads: any.
    /// Errors: throws std::system_error.
    virtual void watch_fd(int fd, const Address& watcher) = 0;
    virtual void rearm_fd(int fd, const Address& watcher) = 0;
    virtual void unwatch_fd(int fd) = 0;
};

/// What a worker does at the moment, for whoever watches over it.
/// Threads: written by the worker; the atomics are read by any.
struct Heartbeat {
    std::atomic<std::uint64_t> messages{0};          ///< handled, or being handled, so far
    std::atomic<const ActorType*> running{nullptr};  ///< whose actor has its turn
    HandlerSamples samples;
};

/// Sees each message that reaches an actor, and may spoil it.
class Observer {
public:
    virtual ~Observer() = default;
    /// It is an actor's turn to handle it.
    virtual void handling(const Cell& cell, const Envelope& envelope) = 0;
    /// Before each attempt at that. Throws what the handler shall seem to throw.
    virtual void attempting(const Envelope& envelope) = 0;
    /// It answers a handler that waits.
    virtual void answering(const Envelope& envelope) = 0;
    virtual void dead_letter(const Envelope& envelope, Error::Code reason) = 0;
};

/// What lies between the actors of one process where messages take time: a simulation.
class Carrier {
public:
    virtual ~Carrier() = default;
    /// Will call Runtime::arrive() with it.
    virtual void carry(EnvelopePtr envelope) = 0;
};

}  // namespace zanni::detail
