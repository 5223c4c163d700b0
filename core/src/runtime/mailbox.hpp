#pragma once

#include <atomic>
#include <cstdint>

#include <zanni/envelope.hpp>

namespace zanni::detail {

/// The queue in front of one actor: many threads push, the one that runs the actor pops. Also says whether the actor
/// has to be scheduled, so that a push and a worker that runs out of messages can't miss each other.
///
/// Newest-first list that pushers extend with one compare-and-swap; the consumer takes the whole list and turns it
/// round. `arrived_` is one of: idle (empty, actor not scheduled), closed, null (empty, actor scheduled) or the newest
/// envelope.
///
/// Threads: push() any; everything else the one that runs the actor.
class Mailbox {
public:
    enum class Pushed { queued, wake, closed };

    /// `wake`: the caller must schedule the actor. `closed`: the envelope is still the caller's.
    Pushed push(Envelope* envelope) {
        Envelope* head = arrived_.load(std::memory_order_relaxed);
        do {
            if (head == closed()) return Pushed::closed;
            envelope->next = head == idle() ? nullptr : head;
        } while (!arrived_.compare_exchange_weak(head, envelope, std::memory_order_acq_rel, std::memory_order_relaxed));
        return head == idle() ? Pushed::wake : Pushed::queued;
    }

    /// The oldest envelope; null when there is none at the moment.
    EnvelopePtr pop() {
        if (!ready_) ready_ = oldest_first(arrived_.exchange(nullptr, std::memory_order_acquire));
        Envelope* envelope = ready_;
        if (envelope) ready_ = envelope->next;
        return EnvelopePtr(envelope);
    }

    /// True when it is empty: then the actor needs no more running until a push says `wake`.
    bool try_idle() {
        if (ready_) return false;
        Envelope* none = nullptr;
        return arrived_.compare_exchange_strong(none, idle(), std::memory_order_release, std::memory_order_relaxed);
    }

    /// From now on every push is refused. What was queued comes back by take_rest().
    void close() {
        Envelope* const newest = arrived_.exchange(closed(), std::memory_order_acq_rel);
        Envelope* const rest = newest == idle() || newest == closed() ? nullptr : oldest_first(newest);
        if (!ready_) {
            ready_ = rest;
            return;
        }
        Envelope* last = ready_;
        while (last->next) last = last->next;
        last->next = rest;
    }

    EnvelopePtr take_rest() {
        Envelope* envelope = ready_;
        if (envelope) ready_ = envelope->next;
        return EnvelopePtr(envelope);
    }

    /// A closed mailbox takes messages again; its actor counts as scheduled.
    void open() { arrived_.store(nullptr, std::memory_order_release); }

private:
    static Envelope* idle() { return reinterpret_cast<Envelope*>(std::uintptr_t{1}); }
    static Envelope* closed() { return reinterpret_cast<Envelope*>(std::uintptr_t{2}); }

    static Envelope* oldest_first(Envelope* newest) {
        Envelope* oldest = nullptr;
        while (newest) {
            Envelope* const older = newest->next;
            newest->next = oldest;
            oldest = newest;
            newest = older;
        }
        return oldest;
    }

    std::atomic<Envelope*> arrived_{closed()};
    Envelope* ready_ = nullptr;  // the consumer's, oldest first
};

}  // namespace zanni::detail
