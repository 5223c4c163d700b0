#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <string>

#include "wire.hpp"

namespace plain_zmq {

/// A child process's view of the parent that forked it.
struct Parent {
    int report_fd;  ///< takes lines for the parent
    int stop_fd;    ///< readable when the run is over

    /// Blocks: not in practice, a line fits the pipe. Errors: throws when the parent is gone.
    void report(const std::string& line) const;
};

/// A broker forwards frames by their destination and never looks behind the header.
struct BrokerRole {
    std::uint32_t host;
    std::string local_endpoint;   ///< for the processes of this host
    std::string leader_endpoint;  ///< empty: this broker leads, and listens on a tcp port that the kernel chooses
    int queue_frames_max;
};

/// Reports the endpoint it listens on, then "reached" for each frame addressed to the broker itself.
void run(const BrokerRole& role, const Parent& parent);

/// The server answers each frame's pings in one frame; or, one way, with a header that says how many there were.
struct ServerRole {
    ProcessId self;
    ProcessId leader;  ///< gets one frame at the start, which proves that the way to here stands; 0: no brokers
    std::string endpoint;
    int queue_frames_max;
    bool one_way = false;
};
/// Without brokers it listens at its endpoint, and reports so.
void run(const ServerRole& role, const Parent& parent);

/// The requestor keeps `in_flight` pings outstanding until `count` have been answered.
struct RequestorRole {
    ProcessId self;
    ProcessId server;
    std::string endpoint;
    int queue_frames_max;
    std::uint64_t in_flight;
    std::uint64_t count;
    std::size_t payload_bytes;
    bool one_way = false;  ///< `in_flight` messages at most whose number hasn't come back yet
};

struct Result {
    std::chrono::nanoseconds elapsed{0};
    std::chrono::nanoseconds p50{0};
    std::chrono::nanoseconds p99{0};
    std::chrono::nanoseconds max{0};
};

/// Reports its Result as one line.
void run(const RequestorRole& role, const Parent& parent);

std::string to_line(const Result& result);
Result result_from_line(const std::string& line);

}  // namespace plain_zmq
