#include "routing_table.hpp"

namespace zanni::broker {

using transport::Peer;

Hop RoutingTable::route(std::uint64_t destination) const {
    const std::uint32_t host = transport::host_of(destination);
    if (host == own_host_) return processes_.contains(destination) ? Hop{Hop::To::process, Peer(destination)} : Hop{};
    if (!leads_) return {Hop::To::leader, {}};
    const auto member = members_.find(host);
    return member == members_.end() ? Hop{} : Hop{Hop::To::member, member->second};
}

bool RoutingTable::may_send(const Peer& from, const transport::FrameHeader& header) const {
    const std::uint32_t host = transport::host_of(header.source);
    if (host == own_host_)
        return header.kind != transport::FrameKind::returned && processes_.contains(header.source) &&
               from == Peer(header.source);
    const auto member = members_.find(host);
    return member != members_.end() && member->second == from;
}

bool RoutingTable::knows(const Peer& peer) const {
    if (processes_.contains(peer.process())) return true;
    const auto member = members_.find(transport::host_of(peer.process()));
    return member != members_.end() && member->second == peer;
}

}  // namespace zanni::broker
