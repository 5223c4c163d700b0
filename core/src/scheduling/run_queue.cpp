#include "scheduling/run_queue.hpp"

namespace zanni::detail {

Cell* RunQueue::give_half(RunQueue& thief) {
    const std::uint32_t first = thief.tail_.load(std::memory_order_relaxed);
    std::uint32_t head = head_.load(std::memory_order_acquire);
    for (;;) {
        const std::uint32_t all = tail_.load(std::memory_order_acquire) - head;
        if (all == 0) return nullptr;
        const std::uint32_t half = all - all / 2;
        if (half > ring_cells / 2) {  // what was read of head and tail belongs to two moments
            head = head_.load(std::memory_order_acquire);
            continue;
        }
        for (std::uint32_t i = 0; i < half; ++i) {
            Cell* const cell = ring_[(head + i) % ring_cells].load(std::memory_order_relaxed);
            thief.ring_[(first + i) % ring_cells].store(cell, std::memory_order_relaxed);
        }
        if (!head_.compare_exchange_weak(head, head + half, std::memory_order_acq_rel, std::memory_order_acquire))
            continue;  // somebody else was faster: what was copied isn't valid
        Cell* const last = thief.ring_[(first + half - 1) % ring_cells].load(std::memory_order_relaxed);
        thief.tail_.store(first + half - 1, std::memory_order_release);
        return last;
    }
}

}  // namespace zanni::detail
