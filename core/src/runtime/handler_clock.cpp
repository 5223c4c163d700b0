#include "runtime/handler_clock.hpp"

namespace zanni::detail {

void HandlerClock::add(const ActorType& type, Duration took, std::uint32_t messages) {
    std::size_t place = 0;
    while (place < HandlerTimes::bounds && took > HandlerTimes::bound(place)) ++place;
    const std::scoped_lock lock(mutex_);
    HandlerTimes& times = times_[&type];
    times.counts[place] += messages;
    times.all += took * messages;
}

std::unordered_map<const ActorType*, HandlerTimes> HandlerClock::times() const {
    const std::scoped_lock lock(mutex_);
    return times_;
}

}  // namespace zanni::detail
