#pragma once

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include <zanni/clock.hpp>

#include "runtime/engine.hpp"

namespace zanni::detail {

/// Notices handlers that don't return: a worker that has handled nothing since the last looks, though an actor has its
/// turn. It says so when the limit is reached, and again each time that has doubled.
///
/// Threads: look() one at a time; the heartbeats are written by the workers.
class Watchdog {
public:
    struct Finding {
        const ActorType* type;
        Duration since;  ///< when it was first seen in this message; it may have begun one look earlier
    };

    /// `limit` above zero; the heartbeats outlive this.
    Watchdog(Duration limit, std::vector<const Heartbeat*> heartbeats)
        : limit_(limit), heartbeats_(std::move(heartbeats)) {}

    /// How often to look.
    Duration interval() const { return limit_ / 4; }
    std::vector<Finding> look(TimePoint now);

private:
    struct Seen {
        std::uint64_t messages = 0;
        bool running = false;
        TimePoint since;
        Duration next_report{};
    };

    const Duration limit_;
    const std::vector<const Heartbeat*> heartbeats_;
    std::vector<Seen> seen_;
};

}  // namespace zanni::detail
