#pragma once

#include <cstdint>

#include "process_id.hpp"
#include "socket.hpp"

/// How a connection that this host made to another worker is named where peers of the ROUTER are named too: by 4 bytes,
/// as no peer of a ROUTER has so few.
namespace zanni::broker {

inline constexpr std::uint8_t outgoing_link_bytes = 4;

inline transport::Peer outgoing_link(std::uint32_t host) {
    transport::Peer peer(transport::process_id(host, transport::broker_number));
    peer.size = outgoing_link_bytes;  // the host comes first
    return peer;
}

inline bool is_outgoing_link(const transport::Peer& peer) { return peer.size == outgoing_link_bytes; }

/// The host at the other end of a connection that names one; 0 when libzmq chose its id.
inline std::uint32_t host_at(const transport::Peer& peer) {
    return transport::host_of(is_outgoing_link(peer) ? transport::process_of(peer.bytes) : peer.process());
}

}  // namespace zanni::broker
