#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include <zanni/address.hpp>
#include <zanni/clock.hpp>
#include <zanni/timer.hpp>

namespace zanni::detail {

/// That much later, or at the end of time: "for ever" must not overflow.
constexpr TimePoint later(TimePoint from, Duration by) {
    return by > TimePoint::max() - from ? TimePoint::max() : from + by;
}

/// Something that is to happen at a time.
struct Timer {
    enum class Kind : std::uint8_t { wakeup, question, transient, placement };

    Kind kind = Kind::wakeup;
    Address target;
    std::uint64_t number = 0;  ///< which of the target's wakeups
};

/// Pending timers, by their times. A heap of small entries that know their slots, and slots that know their entries, so
/// that one can be taken out from the middle.
///
/// Threads: one at a time.
/// Limits: starting, cancelling and taking cost O(log n); 2^32 pending at once.
/// Source: Williams, "Algorithm 232: Heapsort" (1964), here with four children a node, for fewer cache misses.
class Timers {
public:
    struct Due {
        TimerId id;
        TimePoint at;
        Timer timer;
    };

    TimerId start(TimePoint at, const Timer& timer);
    /// Nothing when it has been taken or cancelled already.
    std::optional<Timer> cancel(TimerId id);
    /// The first one that is due, by time and then by when it was started.
    std::optional<Due> take(TimePoint now);

    /// When the first one is due; TimePoint::max() when there is none.
    TimePoint next() const { return heap_.empty() ? TimePoint::max() : heap_.front().at; }
    std::size_t size() const { return heap_.size(); }

private:
    struct Entry {
        TimePoint at;
        std::uint64_t order;
        std::uint32_t slot;
    };
    struct Slot {
        Timer timer;
        std::uint32_t generation = 1;
        std::uint32_t place = 0;  // in the heap; or the next free slot
    };
    static constexpr std::size_t children = 4;

    static bool before(const Entry& a, const Entry& b) { return a.at != b.at ? a.at < b.at : a.order < b.order; }
    void put(std::size_t place, const Entry& entry);
    void rise(std::size_t place);
    void sink(std::size_t place);
    Timer remove(std::size_t place);

    std::vector<Entry> heap_;
    std::vector<Slot> slots_;
    std::uint32_t free_ = 0;  // the first free slot, counted from 1
    std::uint64_t started_ = 0;
};

}  // namespace zanni::detail
