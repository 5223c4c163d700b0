#pragma once

#include <cstdint>
#include <expected>
#include <string>
#include <vector>

#include <zanni/accounts.hpp>
#include <zanni/capability.hpp>
#include <zanni/clock.hpp>
#include <zanni/error.hpp>

namespace zanni {

/// A connection of two processes past the brokers, as seen by one of them. Source: ADR 0016.
struct LaneReport {
    std::uint64_t peer = 0;    ///< the other's process id
    bool ipc = false;          ///< within the machine; else tcp
    Duration up{};             ///< for so long
    std::uint64_t frames = 0;  ///< that have come by it
};

/// A process of a host, as of its last report: one per heartbeat interval.
struct ProcessReport {
    std::uint64_t process = 0;  ///< its id
    std::int64_t pid = 0;
    std::string program;
    std::string isolated;  ///< type of the actor that has the process for itself; empty: a process of many
    std::uint64_t actors = 0;
    std::uint64_t waiting = 0;  ///< messages that came and aren't handled yet, at rest 0
    std::uint64_t handled_per_second = 0;
    std::uint64_t in_flight = 0;  ///< messages to other processes that aren't known to have arrived
    Accounts accounts;            ///< sent, delivered, dead letters by reason, since its start
    std::vector<LaneReport> lanes;
};

struct HostReport {
    std::uint32_t id = 0;
    std::string name;
    std::string version;
    bool leader = false;
    bool suspect = false;   ///< silent for long, but not for long enough to be gone
    bool draining = false;  ///< it is to end soon, and gets no more actors
    Capabilities capabilities;
    std::vector<std::string> types;      ///< of actors that it can create
    std::vector<std::string> endpoints;  ///< where other hosts may connect
    std::uint64_t frames_routed = 0;
    std::uint64_t frames_returned = 0;
    std::uint64_t frames_dropped = 0;
    std::uint64_t frames_refused = 0;
    std::uint64_t connections_refused = 0;
    std::uint64_t bytes_queued = 0;
    std::vector<ProcessReport> processes;
};

struct StatusOptions {
    Duration wait_longest = std::chrono::seconds(5);  ///< for the broker's answer
    std::string keys{};                               ///< folder with the keys, as in JoinOptions
};

/// What `zanni status` shows, the leader first. The leader's broker knows all hosts and their processes as of the last
/// heartbeats; another host's knows all hosts, and its own processes. Whoever asks needn't have joined.
/// Errors: unreachable when nobody answers or what answers is no broker, refused. Blocks: until the broker has
/// answered.
std::expected<std::vector<HostReport>, Error> convention_status(const std::string& endpoint,
                                                                const StatusOptions& options = {});

}  // namespace zanni
