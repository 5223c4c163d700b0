#pragma once

#include <cstdint>

#include <zanni/clock.hpp>

namespace zanni::detail {

/// A host's clock in a simulated world: it began elsewhere, and runs faster or slower by so many parts in a million.
/// Threads: one.
class SkewedClock final : public Clock {
public:
    SkewedClock(const Clock& world, Duration ahead, std::int64_t parts_per_million)
        : world_(world), ahead_(ahead), parts_per_million_(parts_per_million) {}

    TimePoint now() const override { return at(world_.now()); }
    /// The first time of the world at which this clock shows `own`, or later.
    TimePoint in_world_time(TimePoint own) const {
        const Duration since = own - TimePoint{} - ahead_;
        TimePoint world = TimePoint{} + since - skew(since);
        while (at(world) < own) world += Duration(1) + (own - at(world));
        return world;
    }

private:
    TimePoint at(TimePoint world) const { return world + ahead_ + skew(world - TimePoint{}); }
    Duration skew(Duration time) const { return time / 1'000'000 * parts_per_million_; }

    const Clock& world_;
    const Duration ahead_;
    const std::int64_t parts_per_million_;
};

}  // namespace zanni::detail
