#pragma once

#include <cstdint>

namespace zanni::broker {

/// What passed between a host and its leader since it joined: how many messages of the kinds that everybody must hear.
struct NewsCount {
    std::uint64_t sent = 0;
    std::uint64_t received = 0;
};

}  // namespace zanni::broker
