#pragma once

#include <cstdint>
#include <unordered_map>
#include <unordered_set>

#include "frame.hpp"
#include "process_id.hpp"
#include "socket.hpp"

namespace zanni::broker {

/// Where a frame goes next.
struct Hop {
    enum class To { process, member, leader, host, nowhere };

    To to = To::nowhere;
    transport::Peer peer;  ///< of a process, a member, or a host with a direct link

    friend bool operator==(const Hop&, const Hop&) = default;
};

/// Finds the next hop by a frame's destination alone. Pure.
/// Threads: one.
class RoutingTable {
public:
    RoutingTable(std::uint32_t own_host, bool leads) : own_host_(own_host), leads_(leads) {}

    void add_process(std::uint64_t process) { processes_.insert(process); }
    void remove_process(std::uint64_t process) { processes_.erase(process); }
    void put_member(std::uint32_t host, const transport::Peer& peer) { members_[host] = peer; }
    void remove_member(std::uint32_t host) { members_.erase(host); }

    /// A worker's direct way to another; and the connection by which that one may send to processes of this host.
    void put_way(std::uint32_t host, const transport::Peer& way) { ways_[host] = way; }
    void remove_way(std::uint32_t host) { ways_.erase(host); }
    bool has_way(std::uint32_t host) const { return ways_.contains(host); }
    void put_neighbour(std::uint32_t host, const transport::Peer& from) { neighbours_[host] = from; }
    void remove_neighbour(std::uint32_t host) { neighbours_.erase(host); }

    /// A member's frames for other hosts go to the leader, who knows all, but for those with a direct way.
    Hop route(std::uint64_t destination) const;

    /// False for a frame that claims another source than whoever sent it: a process speaks for itself, a member for the
    /// processes of its host, and so does a neighbour, to processes of this host. Only brokers turn frames back.
    bool may_send(const transport::Peer& from, const transport::FrameHeader& header) const;

    /// A registered process, a member or a host with a direct way.
    bool knows(const transport::Peer& peer) const;

private:
    const std::uint32_t own_host_;
    const bool leads_;
    std::unordered_set<std::uint64_t> processes_;
    std::unordered_map<std::uint32_t, transport::Peer> members_;
    std::unordered_map<std::uint32_t, transport::Peer> ways_;
    std::unordered_map<std::uint32_t, transport::Peer> neighbours_;
};

}  // namespace zanni::broker
