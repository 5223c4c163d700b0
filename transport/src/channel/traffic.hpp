#pragma once

#include <cstdint>

namespace zanni::transport {

/// What moved between this process and a peer since somebody last looked: data frames, both ways.
struct Traffic {
    std::uint64_t peer = 0;
    std::uint64_t frames = 0;
    std::uint64_t bytes = 0;
};

}  // namespace zanni::transport
