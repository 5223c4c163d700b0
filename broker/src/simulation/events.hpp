#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <utility>

#include <zanni/clock.hpp>

namespace zanni::broker {

/// What will happen in a simulated network, in the order of its times. Threads: one.
class Events {
public:
    void at(TimePoint when, std::function<void()> what) { events_.emplace(std::pair(when, last_++), std::move(what)); }
    TimePoint next() const { return events_.empty() ? TimePoint::max() : events_.begin()->first.first; }
    void happen() {
        const auto what = std::move(events_.begin()->second);
        events_.erase(events_.begin());
        what();
    }

private:
    std::map<std::pair<TimePoint, std::uint64_t>, std::function<void()>> events_;
    std::uint64_t last_ = 0;
};

}  // namespace zanni::broker
