#pragma once

#include <cstdint>
#include <string>

/// What the theatre's actors and their clients say to each other.
namespace theatre {

struct Order {
    std::string who;
    std::uint32_t seats = 0;
};
struct Tickets {
    std::string text;
};
struct Reserve {
    std::uint32_t seats = 0;
};
struct Reserved {
    bool done = false;
    std::uint32_t left = 0;
};

}  // namespace theatre
