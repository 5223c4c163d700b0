#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>

#include "runtime/actor_id.hpp"

/// The layout of a process id, and how it names a socket. Source: ADR 0001, docs/protocol.md.
namespace zanni::transport {

inline constexpr std::uint32_t broker_number = 0;

constexpr std::uint64_t process_id(std::uint32_t host, std::uint32_t number) {
    return std::uint64_t{host} << 32 | number;
}
constexpr std::uint32_t host_of(std::uint64_t process) { return static_cast<std::uint32_t>(process >> 32); }
constexpr std::uint32_t number_of(std::uint64_t process) { return static_cast<std::uint32_t>(process); }

/// Those below are given by the host's broker.
inline constexpr std::uint32_t first_isolated_number = zanni::detail::first_isolated_number;
using zanni::detail::is_isolated;

/// ZeroMQ reserves routing ids that begin with a zero byte; so a host id never does.
constexpr bool is_host_id(std::uint32_t host) { return host >> 24 != 0; }

/// A broker's connections to its leader carry such numbers: a new one for each, as a ROUTER ignores a second socket
/// with the id of one that it doesn't know to be dead yet.
inline constexpr std::uint32_t first_link_number = 0xffff0000;
constexpr bool is_link(std::uint64_t process) { return number_of(process) >= first_link_number; }

using RoutingId = std::array<std::byte, 8>;

/// Big-endian, so that the host comes first.
constexpr RoutingId routing_id(std::uint64_t process) {
    RoutingId id{};
    for (std::size_t i = 0; i < id.size(); ++i) id[i] = static_cast<std::byte>(process >> (56 - 8 * i));
    return id;
}
constexpr std::uint64_t process_of(const RoutingId& id) {
    std::uint64_t process = 0;
    for (const std::byte byte : id) process = process << 8 | std::to_integer<std::uint64_t>(byte);
    return process;
}

}  // namespace zanni::transport
