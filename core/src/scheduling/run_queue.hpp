#pragma once

#include <array>
#include <atomic>
#include <cstdint>

namespace zanni::detail {

class Cell;

/// The actors that a worker is to run: one that is next, as its message has just been written by this core, and a ring
/// of others, first in, first out. Other workers may take from both.
///
/// Threads: the worker that owns it; those that say so any.
/// Source: ADR 0018. The ring is that of the Go scheduler (D. Vyukov, "Scalable Go Scheduler Design Doc", 2012).
class RunQueue {
public:
    static constexpr std::uint32_t ring_cells = 256;

    /// It runs next. The one that was to is given back: it goes into the ring, or elsewhere.
    Cell* put_next(Cell& cell) {
        if (next_.load(std::memory_order_relaxed) != nullptr) return next_.exchange(&cell, std::memory_order_acq_rel);
        next_.store(&cell, std::memory_order_release);  // others only ever take it
        return nullptr;
    }
    /// Behind all others. False when the ring is full.
    bool push(Cell& cell) {
        const std::uint32_t tail = tail_.load(std::memory_order_relaxed);
        if (tail - head_.load(std::memory_order_acquire) == ring_cells) return false;
        ring_[tail % ring_cells].store(&cell, std::memory_order_relaxed);
        tail_.store(tail + 1, std::memory_order_release);
        return true;
    }
    /// Null when there is none. Threads: any.
    Cell* take_next() {
        return next_.load(std::memory_order_relaxed) ? next_.exchange(nullptr, std::memory_order_acq_rel) : nullptr;
    }
    /// The first of the ring; null when it is empty. Threads: any.
    Cell* take_first() {
        std::uint32_t head = head_.load(std::memory_order_acquire);
        while (head != tail_.load(std::memory_order_acquire)) {
            Cell* const cell = ring_[head % ring_cells].load(std::memory_order_relaxed);
            if (head_.compare_exchange_weak(head, head + 1, std::memory_order_acq_rel, std::memory_order_acquire))
                return cell;
        }
        return nullptr;
    }

    /// Moves half of the ring, rounded up, into that of `thief`, which is empty; gives back one of them. Null when
    /// there was none. Threads: the worker that owns `thief`.
    Cell* give_half(RunQueue& thief);

    /// In the ring. Threads: any, for which it is an estimate.
    std::uint32_t size() const { return tail_.load(std::memory_order_acquire) - head_.load(std::memory_order_acquire); }
    /// Likewise.
    bool has_next() const { return next_.load(std::memory_order_relaxed) != nullptr; }

private:
    static constexpr std::size_t cache_line = 64;

    std::atomic<Cell*> next_{nullptr};
    std::atomic<std::uint32_t> tail_{0};                      // only the owner moves it
    alignas(cache_line) std::atomic<std::uint32_t> head_{0};  // whoever takes does
    std::array<std::atomic<Cell*>, ring_cells> ring_{};
};

}  // namespace zanni::detail
