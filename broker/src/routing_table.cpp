#include "routing_table.hpp"

#include "link_peer.hpp"

namespace zanni::broker {

using transport::Peer;

Hop RoutingTable::route(std::uint64_t destination) const {
    const std::uint32_t host = transport::host_of(destination);
    if (host == own_host_) return processes_.contains(destination) ? Hop{Hop::To::process, Peer(destination)} : Hop{};
    if (!leads_) {
        const auto way = ways_.find(host);
        return way == ways_.end() ? Hop{Hop::To::leader, {}} : Hop{Hop::To::host, way->second};
    }
    const auto member = members_.find(host);
    return member == members_.end() ? Hop{} : Hop{Hop::To::member, member->second};
}

bool RoutingTable::may_send(const Peer& from, const transport::FrameHeader& header) const {
    const std::uint32_t host = transport::host_of(header.source);
    if (host == own_host_)
        return header.kind != transport::FrameKind::returned && processes_.contains(header.source) &&
               from == Peer(header.source);
    if (const auto member = members_.find(host); member != members_.end()) return member->second == from;
    const auto neighbour = neighbours_.find(host);
    return neighbour != neighbours_.end() && neighbour->second == from &&
           transport::host_of(header.destination) == own_host_;
}

bool RoutingTable::knows(const Peer& peer) const {
    if (processes_.contains(peer.process())) return true;
    const std::uint32_t host = host_at(peer);
    const auto is_at = [&](const auto& peers) {
        const auto found = peers.find(host);
        return found != peers.end() && found->second == peer;
    };
    return is_at(members_) || is_at(ways_) || is_at(neighbours_);
}

}  // namespace zanni::broker
