#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include <zanni/clock.hpp>
#include <zanni/error.hpp>

#include "security/connection_watch.hpp"
#include "security/connections.hpp"
#include "security/guard.hpp"
#include "security/zap_handler.hpp"
#include "socket.hpp"

namespace zanni::broker {

/// Where a broker's peers connect: one ROUTER for ipc, in a folder that is this user's alone, so without keys; one for
/// tcp, with CURVE if the host has keys. Whoever comes is a KeyId from here on.
///
/// Threads: one.
class Doors {
public:
    struct Arrival {
        transport::Peer from;
        transport::Frame frame;
        KeyId who = local_key;
    };

    /// Errors: throws std::runtime_error.
    Doors(transport::Context& context, const std::optional<transport::SecretKey>& server,
          Connections::Limits limits = {});

    /// Errors: throws std::runtime_error with one line, such as the port being in use.
    std::string bind(const std::string& endpoint);
    /// Connects to a host that waits there, as long as this lives. Errors: throws std::runtime_error with one line.
    void invite(const std::string& endpoint);
    /// Those where somebody else has answered.
    void invite_again(TimePoint now);
    void add_to(std::vector<transport::PollItem>& items);

    /// Of each connection that wants in. Whoever has too many is not asked about.
    void answer(const std::function<std::optional<KeyId>(const transport::PublicKey&, const std::string& address)>&,
                TimePoint now);
    /// One more connection by tcp that didn't come so far.
    bool failed_handshake();
    /// By tcp, those that may not stay included until they are gone.
    std::size_t connections() const { return connections_.size(); }
    /// By turns from both; nothing from one where the last poll() found nothing.
    bool receive(Arrival& arrival);
    /// Through the door that its owner came by; without one, wherever there is such a peer.
    transport::Sent send(const transport::Peer& peer, transport::Frame& frame, std::optional<KeyId> owner);
    /// The last arrival comes from whom it says: answers may go there.
    void admitted(const Arrival& arrival) {
        if (arrival.who != local_key) remote_.learn_way();
    }
    /// Says no to the last arrival, by the connection that it came by.
    void turn_away(const Arrival& arrival, const Error& why);

private:
    void look_at_connections();
    bool receive_local(Arrival& arrival);
    bool receive_remote(Arrival& arrival);
    transport::Sent send_remote(transport::Peer peer, transport::Frame& frame);

    const bool has_keys_;
    transport::ZapHandler zap_;  // goes after the routers
    transport::Router local_;
    transport::Router remote_;
    transport::ConnectionWatch remote_watch_;
    Connections connections_;  // by tcp
    std::size_t failed_ = 0;   // handshakes that nobody has asked about yet
    struct Invited {
        bool given_up = false;  // by libzmq, unless it says otherwise in a moment
        std::optional<TimePoint> again_at{};
        bool told = false;
    };
    std::map<std::string, Invited> invited_;  // by endpoint
    bool local_first_ = true;
};

/// What a host with keys has of them; all empty in one without.
struct KeyFunctions {
    std::optional<transport::SecretKey>
        server;  ///< what listens by tcp proves to have it: the leader's, or a worker's own
    std::optional<transport::ClientKeys> leader;                ///< a worker's: to connect to its leader
    std::function<std::optional<KeyRing>(TimePoint now)> read;  ///< what changed since; nothing: nothing did
    std::function<void(const Enrolment&)> keep;
};

}  // namespace zanni::broker
