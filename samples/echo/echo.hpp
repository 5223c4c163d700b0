#pragma once

#include <cstdint>
#include <string>

/// What the echo actors and their clients say to each other.
namespace echo {

struct Ping {
    std::uint64_t number = 0;
    std::int64_t sent_ns = 0;  ///< by the requestor's clock
};
struct Pong {
    std::uint64_t number = 0;
    std::int64_t sent_ns = 0;  ///< the ping's
};

/// To the requestor: make that many round trips, so many under way at once; the answer is Done.
struct Run {
    std::uint64_t count = 0;
    std::uint64_t in_flight = 1;
};
struct Done {
    std::uint64_t count = 0;
    double seconds = 0;
    double p50_us = 0;
    double p99_us = 0;
    std::string failure;  ///< empty when all went well
};

}  // namespace echo
