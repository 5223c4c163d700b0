#pragma once

#include <cstdint>
#include <memory>
#include <string>

#include <zanni/clock.hpp>
#include <zanni/gateway.hpp>

namespace zanni {

/// Which of a process's peers get a lane, a connection past the brokers. Source: ADR 0016.
enum class LanePolicy : std::uint8_t {
    automatic,  ///< those with which much is exchanged, and those that the program names
    requested,  ///< those that the program names, and those that ask for one
    never,
};

struct JoinOptions {
    std::string program{};                             ///< as status shows it; empty: the executable's name
    Duration wait_longest = std::chrono::seconds(10);  ///< for the broker's answer
    /// Folder with the keys for a convention that has them (docs/security.md). Empty: the default one,
    /// ~/.config/zanni/keys, if it is there; "none": no keys. Endpoints of ipc need none.
    std::string keys{};
    LanePolicy lanes = LanePolicy::automatic;
    bool forward_log = true;  ///< what this process logs of warn and above goes to the leader's log too
};

/// Makes this process a member of the convention whose broker listens at the endpoint ("tcp://leader:1900"), for
/// `zanni::ActorSystem system(zanni::join(endpoint));`. Its actors can then send to and create actors on every host.
/// Errors: throws std::runtime_error with one line: no such host, nobody answers, refused, a key that others can read.
/// Blocks: until the broker has answered.
std::unique_ptr<Gateway> join(const std::string& endpoint, const JoinOptions& options = {});

}  // namespace zanni
