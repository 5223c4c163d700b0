#pragma once

#include <cstdint>
#include <optional>

#include <zanni/clock.hpp>

namespace zanni::broker {

/// How many messages a process handles per second, from two of its reports. Pure.
class HandlingRate {
public:
    /// Reports that come closer together than this, as the network held up the first, say nothing about a rate.
    static constexpr Duration period_min = std::chrono::milliseconds(100);
    /// Whatever a process says: more is shown as this.
    static constexpr std::uint64_t max = 1'000'000'000'000;

    /// `handled`: since the process has started.
    void report(std::uint64_t handled, TimePoint now);
    /// 0 before the second report.
    std::uint64_t per_second() const { return per_second_; }

private:
    struct Seen {
        std::uint64_t handled;
        TimePoint at;
    };
    std::optional<Seen> seen_;
    std::uint64_t per_second_ = 0;
};

}  // namespace zanni::broker
