#pragma once

#include <algorithm>
#include <chrono>
#include <expected>

#include <zanni/clock.hpp>
#include <zanni/error.hpp>

namespace zanni::broker {

/// How fast a host notices that another is silent. All hosts of a convention should have the same.
/// Limits: heartbeat_interval < suspect_after <= down_after, from 10 ms to an hour.
struct Times {
    Duration heartbeat_interval = std::chrono::seconds(1);  ///< so often a host says that it lives
    Duration suspect_after = std::chrono::seconds(2);       ///< silent for so long: shown as suspect, and nothing else
    Duration down_after = std::chrono::seconds(5);          ///< silent for so long: gone

    /// A host that hears nothing from its leader tries another connection before it is taken for gone.
    constexpr Duration reconnect_after() const { return down_after * 3 / 5; }
    /// Between two questions whether it may join.
    constexpr Duration ask_interval() const { return heartbeat_interval / 2; }
    /// So often the silent are looked for.
    constexpr Duration tick_interval() const {
        return std::min<Duration>(heartbeat_interval / 5, std::chrono::milliseconds(100));
    }
};

/// Errors: Error::refused, with one line.
std::expected<void, Error> check(const Times& times);

}  // namespace zanni::broker
