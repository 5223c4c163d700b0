#pragma once

#include <cstddef>
#include <cstdint>

#include "roles.hpp"

namespace plain_zmq {

struct Run {
    int brokers;  ///< 0 to 3
    std::uint64_t in_flight;
    std::uint64_t count;
    std::size_t payload_bytes;
    bool one_way = false;
};

/// Starts the processes of a run, waits for what the requestor measured, and ends them.
/// Errors: throws, naming the process, when one of them fails.
Result conduct(const Run& run);

}  // namespace plain_zmq
