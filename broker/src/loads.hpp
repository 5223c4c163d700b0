#pragma once

#include <cstdint>
#include <map>
#include <vector>

#include <zanni/clock.hpp>

#include "control.hpp"

namespace zanni::broker {

/// Actors of all its processes.
std::uint64_t actors_of(const transport::HostStatus& status);

/// How many actors run on each host, as far as that has been told, and when to tell more. Pure.
/// Threads: one.
class Loads {
public:
    explicit Loads(Duration interval) : interval_(interval) {}

    /// True once per interval.
    bool is_due(TimePoint now);
    /// Whether that is news worth telling: it differs from what was told last by more than an eighth. From then on it
    /// counts as told.
    bool is_news(std::uint32_t host, std::uint64_t actors);
    void forget(std::uint32_t host) { told_.erase(host); }

private:
    const Duration interval_;
    TimePoint next_{};
    std::map<std::uint32_t, std::uint64_t> told_;
};

}  // namespace zanni::broker
