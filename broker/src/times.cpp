#include "times.hpp"

namespace zanni::broker {

std::expected<void, Error> check(const Times& times) {
    constexpr Duration shortest = std::chrono::milliseconds(10);
    constexpr Duration longest = std::chrono::hours(1);
    const auto refused = [](const char* why) { return std::unexpected(Error{Error::refused, why}); };
    if (times.heartbeat_interval < shortest || times.down_after > longest)
        return refused("the heartbeat interval has 10 ms at least, the down time an hour at most");
    if (times.heartbeat_interval >= times.suspect_after || times.suspect_after > times.down_after)
        return refused(
            "the heartbeat interval must be shorter than the suspect time, and that no longer than the down time");
    return {};
}

}  // namespace zanni::broker
