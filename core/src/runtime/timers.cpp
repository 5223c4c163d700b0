#include "runtime/timers.hpp"

#include <algorithm>
#include <utility>

namespace zanni::detail {

TimerId Timers::start(TimePoint at, const Timer& timer) {
    std::uint32_t slot = free_;
    if (slot != 0) {
        free_ = slots_[slot - 1].place;
        --slot;
    } else {
        slot = static_cast<std::uint32_t>(slots_.size());
        slots_.emplace_back();
    }
    slots_[slot].timer = timer;
    heap_.push_back({at, started_++, slot});
    slots_[slot].place = static_cast<std::uint32_t>(heap_.size() - 1);
    rise(heap_.size() - 1);
    return TimerId(std::uint64_t{slots_[slot].generation} << 32 | slot);
}

std::optional<Timer> Timers::cancel(TimerId id) {
    const auto slot = static_cast<std::uint32_t>(id.number());
    if (!id || slot >= slots_.size() || slots_[slot].generation != id.number() >> 32) return std::nullopt;
    return remove(slots_[slot].place);
}

std::optional<Timers::Due> Timers::take(TimePoint now) {
    if (next() > now || heap_.empty()) return std::nullopt;
    const Entry first = heap_.front();
    const TimerId id(std::uint64_t{slots_[first.slot].generation} << 32 | first.slot);
    return Due{id, first.at, remove(0)};
}

Timer Timers::remove(std::size_t place) {
    const std::uint32_t slot = heap_[place].slot;
    const Entry last = heap_.back();
    heap_.pop_back();
    if (place < heap_.size()) {
        put(place, last);
        rise(place);
        sink(slots_[last.slot].place);
    }
    const Timer timer = slots_[slot].timer;
    slots_[slot].timer = {};
    if (++slots_[slot].generation == 0) slots_[slot].generation = 1;
    slots_[slot].place = std::exchange(free_, slot + 1);
    return timer;
}

void Timers::put(std::size_t place, const Entry& entry) {
    heap_[place] = entry;
    slots_[entry.slot].place = static_cast<std::uint32_t>(place);
}

void Timers::rise(std::size_t place) {
    const Entry entry = heap_[place];
    while (place > 0) {
        const std::size_t parent = (place - 1) / children;
        if (!before(entry, heap_[parent])) break;
        put(place, heap_[parent]);
        place = parent;
    }
    put(place, entry);
}

void Timers::sink(std::size_t place) {
    const Entry entry = heap_[place];
    for (;;) {
        const std::size_t first = place * children + 1;
        if (first >= heap_.size()) break;
        std::size_t least = first;
        for (std::size_t child = first + 1; child < std::min(first + children, heap_.size()); ++child)
            if (before(heap_[child], heap_[least])) least = child;
        if (!before(heap_[least], entry)) break;
        put(place, heap_[least]);
        place = least;
    }
    put(place, entry);
}

}  // namespace zanni::detail
