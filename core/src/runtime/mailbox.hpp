#pragma once

#include <atomic>
#include <cstdint>
#include <utility>

#include <zanni/assert.hpp>
#include <zanni/envelope.hpp>

namespace zanni::detail {

/// The queue in front of one actor: many threads push, the one that runs the actor pops. Also says whether the actor
/// has to be scheduled, so that a push and a worker that runs out of messages can't miss each other; how much waits;
/// and whether somebody waits for it to become less.
///
/// Newest-first list that pushers extend with one compare-and-swap; the consumer takes the whole list and turns it
/// round. One word holds the list's head, how many it has, and what state it is in, so that all of that changes at
/// once:
///
///     bits 63-48  envelopes in the list, no more than counted_max
///     bits 47-4   the newest envelope; envelopes lie on 16 bytes
///     bit  2      open, and no envelope in the list
///     bit  1      idle: open, nothing to do, the actor is not scheduled
///     bit  0      somebody waits for the mailbox to drain
///     no bit      closed. So memory full of zeros is a closed mailbox, see CellTable.
///
/// Threads: push(), depth(), is_closed() and ask_to_be_woken() any; everything else the one that runs the actor.
class Mailbox {
public:
    /// The list's count stops here; what the consumer has taken is counted without a limit.
    static constexpr std::uint64_t counted_max = 0xffff;

    enum class Pushed : std::uint8_t { queued, wake, closed };

    /// `wake`: the caller must schedule the actor. `closed`: the envelope is still the caller's.
    Pushed push(Envelope* envelope) {
        Word head = arrived_.load(std::memory_order_relaxed);
        while (head != closed) {
            if (head == idle) {
                if (!replace(head, empty)) continue;
                // Nobody runs the actor before the caller has scheduled it: until then the consumer's side is the
                // caller's, and the consumer needn't take a list over.
                envelope->next = nullptr;
                ready_ = envelope;
                set_ready_count(1);
                return Pushed::wake;
            }
            envelope->next = envelope_of(head);
            if (replace(head, pointer_bits(envelope) | (head & waiters) | one_more(head))) return Pushed::queued;
        }
        return Pushed::closed;
    }

    /// How many wait; for a moment more than there are, while the consumer takes them over, but never less, except for
    /// the one that wakes the actor.
    std::uint64_t depth() const {
        const std::uint64_t arrived = count_of(arrived_.load(std::memory_order_seq_cst));
        return arrived + ready_count();  // read behind it: see take_list()
    }
    bool is_closed() const { return arrived_.load(std::memory_order_acquire) == closed; }

    /// True when the consumer will see that somebody waits, before it is idle; false when there is nothing to wait for:
    /// no more than `at_most` envelopes.
    bool ask_to_be_woken(std::uint64_t at_most) {
        Word head = arrived_.load(std::memory_order_relaxed);
        do {
            if (head == closed || (head & idle) || count_of(head) + ready_count() <= at_most) return false;
        } while (!arrived_.compare_exchange_weak(head, head | waiters, std::memory_order_seq_cst,
                                                 std::memory_order_relaxed));
        return true;
    }

    /// The oldest envelope; null when there is none at the moment.
    EnvelopePtr pop() {
        if (!ready_) take_arrived();
        return take_rest();
    }

    /// True when it is empty: then the actor needs no more running until a push says `wake`. False as well when
    /// somebody waits for it to drain: see take_waiters().
    bool try_idle() {
        if (ready_) return false;
        Word none = empty;
        return arrived_.compare_exchange_strong(none, idle, std::memory_order_release, std::memory_order_relaxed);
    }

    /// True when somebody has asked to be woken and no more than `at_most` envelopes wait: once.
    bool take_waiters(std::uint64_t at_most) {
        Word head = arrived_.load(std::memory_order_relaxed);
        if (head != closed && (head & waiters)) {
            head = arrived_.fetch_and(~waiters, std::memory_order_acq_rel);
            waited_for_ = true;
        }
        if (!waited_for_ || count_of(head) + ready_count() > at_most) return false;
        waited_for_ = false;
        return true;
    }

    /// Not all who asked have been woken: take_waiters() shall say so again.
    void keep_waiters() { waited_for_ = true; }

    /// Puts envelopes, linked oldest first, before all that wait.
    void put_first(Envelope* first, Envelope* last, std::uint32_t count) {
        last->next = ready_;
        ready_ = first;
        set_ready_count(ready_count() + count);
    }

    /// From now on every push is refused. What was queued comes back by take_rest(). True when somebody waits.
    bool close() {
        const Word head = arrived_.exchange(closed, std::memory_order_acq_rel);
        append(head, ready_count());
        return std::exchange(waited_for_, false) || (head & waiters);
    }

    EnvelopePtr take_rest() {
        Envelope* const envelope = ready_;
        if (envelope) {
            ready_ = envelope->next;
            set_ready_count(ready_count() - 1);
        }
        return EnvelopePtr(envelope);
    }

    /// A closed mailbox takes messages again; its actor counts as scheduled.
    void open() { arrived_.store(empty, std::memory_order_release); }

    /// All that waits, oldest first, for whoever holds off both sides; unlinks those for which `drop` says so and hands
    /// them to `take`.
    template <class Drop, class Take>
    void remove_if(Drop drop, Take take) {
        const Word head = arrived_.load(std::memory_order_relaxed);
        const std::uint32_t before = ready_count();
        if (head != closed && !(head & idle)) append(take_list(), before);
        Envelope** link = &ready_;
        while (Envelope* const envelope = *link) {
            if (drop(*envelope)) {
                *link = envelope->next;
                set_ready_count(ready_count() - 1);
                take(EnvelopePtr(envelope));
            } else {
                link = &envelope->next;
            }
        }
    }

private:
    using Word = std::uint64_t;
    static constexpr Word closed = 0;
    static constexpr Word waiters = 1;
    static constexpr Word idle = 2;
    static constexpr Word empty = 4;
    static constexpr unsigned count_shift = 48;
    static constexpr Word pointer_mask = ((Word{1} << count_shift) - 1) & ~Word{15};

    static Word pointer_bits(Envelope* envelope) {
        const auto bits = static_cast<Word>(reinterpret_cast<std::uintptr_t>(envelope));
        ZANNI_ASSERT((bits & ~pointer_mask) == 0, "an envelope lies where a mailbox can't point to");
        return bits;
    }
    static Envelope* envelope_of(Word word) {
        return reinterpret_cast<Envelope*>(static_cast<std::uintptr_t>(word & pointer_mask));
    }
    bool replace(Word& head, Word next) {
        return arrived_.compare_exchange_weak(head, next, std::memory_order_seq_cst, std::memory_order_relaxed);
    }
    static std::uint64_t count_of(Word word) { return word >> count_shift; }
    static Word one_more(Word word) {
        const std::uint64_t count = count_of(word);
        return (count == counted_max ? count : count + 1) << count_shift;
    }

    /// Leaves it open, empty and scheduled, and what it says about waiters in waited_for_. What is taken over counts as
    /// the consumer's before it stops to count as arrived, so that no pusher finds room where there is none.
    Word take_list() {
        const auto arrived = static_cast<std::uint32_t>(count_of(arrived_.load(std::memory_order_relaxed)));
        set_ready_count(ready_count() + arrived);
        const Word head = arrived_.exchange(empty, std::memory_order_acq_rel);
        if (head & waiters) waited_for_ = true;
        return head;
    }
    void take_arrived() {
        if ((arrived_.load(std::memory_order_relaxed) & ~waiters) == empty) return;
        const std::uint32_t before = ready_count();
        append(take_list(), before);
    }

    /// Turns the list round, behind what the consumer has already: so many.
    void append(Word head, std::uint32_t before) {
        Envelope* oldest = nullptr;
        std::uint32_t count = 0;
        for (Envelope* newest = envelope_of(head); newest; ++count) {
            Envelope* const older = newest->next;
            newest->next = oldest;
            oldest = newest;
            newest = older;
        }
        set_ready_count(before + count);
        if (!oldest) return;
        Envelope** end = &ready_;
        while (*end) end = &(*end)->next;
        *end = oldest;
    }

    std::uint32_t ready_count() const { return ready_count_.load(std::memory_order_relaxed); }
    void set_ready_count(std::uint32_t count) { ready_count_.store(count, std::memory_order_relaxed); }

    std::atomic<Word> arrived_{closed};
    Envelope* ready_ = nullptr;  // the consumer's, oldest first
    std::atomic<std::uint32_t> ready_count_{0};
    bool waited_for_ = false;  // the consumer's: somebody asked, and has not been woken
};

}  // namespace zanni::detail
