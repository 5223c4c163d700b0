#pragma once

#include <atomic>
#include <cstdint>
#include <list>
#include <memory>
#include <set>
#include <span>
#include <string>
#include <unordered_map>
#include <unordered_set>
#include <vector>

#include <zanni/actor.hpp>
#include <zanni/actor_type.hpp>
#include <zanni/address.hpp>

#include "runtime/envelope_list.hpp"
#include "runtime/mailbox.hpp"
#include "runtime/published.hpp"
#include "runtime/tracer.hpp"

namespace zanni::detail {

class Runtime;
class Cell;

/// What an actor is paused for, or a caller from outside waits for.
struct PauseReason {
    Cell* mailbox = nullptr;  ///< of this process, over its limit
    Address elsewhere{};  ///< an actor in another process, likewise; or a process itself: the way to it is congested

    explicit operator bool() const { return mailbox || elsewhere; }
    friend bool operator==(const PauseReason&, const PauseReason&) = default;
};

/// An actor that shall be the only one of its name in the convention. Written before its first turn only, by who
/// creates it and by the leader's word, under Runtime::names_mutex_.
struct Claim {
    Address owner;              ///< of the name, as the leader says: itself, or another for whom it stands in
    std::string refusal;        ///< or why there is none
    Duration longest{};         ///< to wait for that
    Requirements requirements;  ///< of its creation: they count once it has the name, as no stand-in has any
    bool given_out = false;     ///< an actor has its address, and may send there whoever the owner is
};

/// What ties an actor to others. Most have none.
struct Ties {
    std::unordered_set<Address> children;
    std::unordered_set<Address> watching;  ///< whose Down it awaits
    std::unordered_set<Address> watchers;  ///< who await its own
    std::unordered_set<Address> linked;
    std::string name;
    std::unique_ptr<Claim> claim;  ///< while its process belongs to a convention
    SupervisionPolicy supervision;
    std::vector<TimePoint> restarts;  ///< those within the policy's period
    std::uint32_t all_restarts = 0;
    std::uint32_t failures = 0;
};

/// Whether a failure, its own or a sibling's, may have any consequence.
inline bool is_supervised(const SupervisionPolicy& policy) {
    return policy.on_failure != SupervisionPolicy::OnFailure::resume ||
           policy.scope != SupervisionPolicy::Scope::one_for_one;
}

/// A handler that waits.
struct Suspended {
    explicit Suspended(Task<> waiting) : task(std::move(waiting)) {}

    EnvelopePtr envelope;  ///< the task's frame refers to the message
    Task<> task;
    const Handler* handler = nullptr;
    bool second_attempt = false;
    std::unique_ptr<ActiveSpan> span;  ///< if it is traced
};

/// What an actor has begun and not ended. Most have nothing.
struct Undertakings {
    struct Asked {
        Question* question;
        Suspended* by;
        TimerId timer;
    };

    struct Wakeups {
        TimerId pending;  ///< in Timers; none when it is due and has not been handled
        TimePoint at;
        Duration delay{};
        bool periodic = false;
        AnyMessage payload;
    };

    std::unordered_map<std::uint64_t, Wakeups> wakeups;  ///< by the TimerId::number that the actor knows
    TimerId transient;
    std::set<int> watched_fds;
    std::list<Suspended> suspended;
    std::unordered_map<std::uint32_t, Asked> questions;
    Suspended* resumed = nullptr;  ///< the one that runs now
    EnvelopeList stashed;
    EnvelopeList held_back;              ///< until it is initialised
    EnvelopeList initializing;           ///< what it was initialised with, for a restart
    std::vector<std::uint64_t> awaited;  ///< of its initialising messages
    std::uint32_t first_question = 0;    ///< those of lower numbers were another actor's
    bool handles_dead_letters = false;
    bool hears_of_hosts = false;
    bool stash_this = false;
    TimePoint transient_since{};  ///< only of a transient type; the next one too
    TimePoint last_message{};
    Address troupe;  ///< whose member it is
};

/// The place of one actor in its process: its mailbox and what the runtime knows about it. A cell's memory never goes
/// away while its process lives, so a stale pointer to it is harmless; it is reused for another actor under another
/// address, and whoever takes a message from it compares addresses. All zeros is a free cell.
///
/// Threads: `mailbox` as it says; atomics any; `next_*` under the lock of the list it is in; `address`, `index` and
/// `generation` are written under CellTable's, by who takes the cell; the rest belongs to the worker that runs the
/// cell, and to the creator before it is first scheduled, and what is Published may be looked at by others.
class Cell {
public:
    /// `claiming`: not scheduled until it is known who has its name. `standing_in`: passes everything on to him.
    enum class State : std::uint8_t { free, claiming, starting, running, exiting, standing_in };

    Ties& own_ties() {
        if (!ties) ties = std::make_unique<Ties>();
        return *ties;
    }
    Undertakings& own_undertakings() {
        if (!undertakings) undertakings = std::make_unique<Undertakings>();
        return *undertakings;
    }

    /// A full mailbox has drained when no more are left.
    std::uint32_t low_mark() const { return messages_max.load(std::memory_order_relaxed) / 2; }

    Mailbox mailbox;
    std::atomic<std::uint32_t> messages_max{0};  ///< of the type's MailboxLimit; 0 while free
    std::atomic<MailboxPolicy> policy{MailboxPolicy::back_pressure};
    std::atomic<bool> paused{false};
    State state = State::free;
    bool exit_requested = false;
    bool is_root = false;     ///< no parent in this process: the runtime itself ends it
    bool in_handler = false;  ///< a handler is on the stack
    bool is_troupe_front = false;
    bool has_requirements = false;  ///< is in Runtime::needs_

    Runtime* runtime = nullptr;
    Address address;
    Published<Address> parent;
    Address reply_to;  ///< who waits to hear that it has started; none for most
    Published<const ActorType*> type;
    std::span<const Handler> handlers;  ///< what it has become
    const Handler* handling = nullptr;  ///< the row of the handler that runs
    std::unique_ptr<Actor> actor;
    std::unique_ptr<Ties> ties;
    std::unique_ptr<Undertakings> undertakings;
    std::unique_ptr<ExitCause> cause;  ///< while exiting
    PauseReason pause_for;             ///< when its handler has returned

    const PauseReason* waits_for = nullptr;  ///< while paused; guarded by Pauses::mutex

    Cell* next_runnable = nullptr;
    Cell* next_free = nullptr;
    std::uint32_t index = 0;
    std::uint32_t generation = 0;
    std::uint32_t questions = 0;     ///< asked so far from this place
    Published<std::uint64_t> taken;  ///< messages, since the actor began
};

}  // namespace zanni::detail
