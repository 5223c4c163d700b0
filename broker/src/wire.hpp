#pragma once

#include <cstdint>
#include <string>

#include "action.hpp"
#include "socket.hpp"

namespace zanni::broker {

/// What a Switch acts on: the connections and the processes of its host. The broker's loop is one, a simulated host
/// another.
/// Threads: one.
class Wire {
public:
    virtual ~Wire() = default;

    /// The frame is moved out when it was sent, and still the caller's otherwise. Never blocks.
    virtual transport::Sent send(const transport::Peer& peer, transport::Frame& frame) = 0;
    /// Likewise, by the newest connection.
    virtual transport::Sent send_to_leader(transport::Frame& frame) = 0;
    /// A new connection in place of the old one, under this id.
    virtual void connect_to_leader(std::uint64_t link) = 0;
    /// A connection to another worker host, in place of an older one to it. What is sent by it waits until it is made.
    virtual void connect_to_host(const ConnectToHost& to) = 0;
    /// As send(); Sent::unknown when there is no such connection.
    virtual transport::Sent send_to_host(std::uint32_t host, transport::Frame& frame) = 0;
    virtual void disconnect_from_host(std::uint32_t host) = 0;
    /// For the next broker of this host, should this one be killed. Done when it returns.
    virtual void remember(const Memory& memory) = 0;
    /// One that the broker before this one has started: its end is told to Switch::child_ended, later.
    virtual void adopt_actor_process(std::int64_t pid) = 0;
    /// Its pid is told to Switch::actor_process_started, within this call or later.
    virtual void start_actor_process(std::uint64_t process) = 0;
    /// Likewise, for one actor; or Switch::start_failed is told, likewise.
    virtual void start_isolated_process(std::uint64_t process) = 0;
    /// Its end is told to Switch::process_ended, later.
    virtual void watch_process(std::uint64_t process, std::int64_t pid) = 0;
    virtual void unwatch_process(std::uint64_t process) = 0;
    virtual void signal_process(std::int64_t pid, int signal) = 0;
    /// Done when it returns. A host without keys hears nothing of it.
    virtual void keep_key(const Enrolment& /*enrolment*/) {}
    /// The host does its work from now on.
    virtual void ready() = 0;
    /// No event is expected any more.
    virtual void stop(const Stop& stop) = 0;
};

}  // namespace zanni::broker
