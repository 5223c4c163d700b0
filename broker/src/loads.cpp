#include "loads.hpp"

#include <algorithm>

namespace zanni::broker {

std::uint64_t actors_of(const transport::HostStatus& status) {
    std::uint64_t actors = 0;
    for (const auto& process : status.processes) actors += process.actors;
    return actors;
}

bool Loads::is_due(TimePoint now) {
    if (now < next_) return false;
    next_ = now + interval_;
    return true;
}

bool Loads::is_news(std::uint32_t host, std::uint64_t actors) {
    std::uint64_t& told = told_[host];  // 0 at first, as in the table
    const std::uint64_t change = std::max(told, actors) - std::min(told, actors);
    if (change <= told / 8) return false;
    told = actors;
    return true;
}

}  // namespace zanni::broker
