#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include <zanni/lifecycle.hpp>

#include "memory.hpp"
#include "security/key_ring.hpp"
#include "security/keys.hpp"
#include "socket.hpp"

/// What the broker's decisions ask its loop to do.
namespace zanni::broker {

struct SendTo {
    transport::Peer peer;
    std::vector<std::byte> frame;
};
struct SendToLeader {
    std::vector<std::byte> frame;
    bool in_order = false;    ///< behind whatever waits, and only while this host is a member
    bool log_record = false;  ///< not in order either; the broker counts those that find no room
};
/// A new connection to the leader, in place of the old one, under this id.
struct ConnectToLeader {
    std::uint64_t link = 0;
};
/// A connection to another worker host, under this id.
struct ConnectToHost {
    std::uint32_t host = 0;
    std::string endpoint;
    std::uint64_t link = 0;
    std::optional<transport::PublicKey> key{};  ///< that it must prove to have; none: neither has keys
};
struct DisconnectFromHost {
    std::uint32_t host = 0;
};
/// Before what is written there is used.
struct Remember {
    Memory memory;
};
/// An actor process that the broker before this one has started.
struct AdoptActorProcess {
    std::int64_t pid = 0;
};
struct StartActorProcess {
    std::uint64_t process = 0;
};
/// For one actor, whose creator has chosen the number.
struct StartIsolatedProcess {
    std::uint64_t process = 0;
};
/// Of the same machine, but nobody's child here: its end is an event too.
struct WatchProcess {
    std::uint64_t process = 0;
    std::int64_t pid = 0;
};
struct UnwatchProcess {
    std::uint64_t process = 0;
};
struct SignalProcess {
    std::int64_t pid = 0;
    int signal = 0;
};
/// A newcomer's key, and the end of its token; before it is told.
struct KeepKey {
    Enrolment enrolment;
};
/// The host does its work from now on.
struct Ready {};
struct Stop {
    int exit_code = 0;
    std::string reason;  ///< empty when it is the natural end, or when who failed has said why
};

using Action = std::variant<SendTo, SendToLeader, ConnectToLeader, ConnectToHost, DisconnectFromHost, Remember,
                            AdoptActorProcess, StartActorProcess, StartIsolatedProcess, WatchProcess, UnwatchProcess,
                            SignalProcess, KeepKey, Ready, Stop>;
using Actions = std::vector<Action>;

}  // namespace zanni::broker
