#pragma once

#include <chrono>
#include <cstddef>
#include <expected>

#include <zanni/error.hpp>

#include "control.hpp"
#include "frame.hpp"

/// All limits of the wire and of a broker, with their reasons. Beyond a limit the sender is refused with a text that
/// names it, before anything of its message is kept or passed on. Source: docs/protocol.md, "Limits".
///
/// What belongs to the wire is defined where processes need it too, and named here:
///
///     transport::frame_bytes_max        16 MiB   one frame; libzmq closes the connection of who sends more (frame.hpp)
///     transport::extension_bytes_max    4 KiB    room for tracing, and nothing to fill memory with (frame.hpp)
///     transport::record_bytes_max       what a frame has room for (frame.hpp)
///     transport::Parts                  64 MiB   a message, in parts of 1 MiB so that none delays others (parts.hpp)
///     of all messages begun             256 MiB  in parts that wait for the rest of theirs (parts.hpp)
///     zanni::marshal_depth_max          64       arrays and maps in each other: a reader recurses (core)
///     handshake_ms                      2 s      whoever connects and says nothing goes (socket.cpp)
///     high_water_mark_frames            1,000    per connection and direction in libzmq (socket.cpp)
///     backlog_connections               4,096    a thousand processes that start together (socket.cpp)
///     tails_max                         100,000  ways to peers with keys; beyond, all are learnt again (socket.hpp)
///     Backlog::bytes_max, control_bytes_max      what waits for one full peer (backlog.hpp)
///     Guard::keys_max                   100,000  keys and tokens in a broker's life (security/guard.hpp)
///     Guard::routing_ids_max            10,000   ids remembered per key; the oldest unused are forgotten
///     transport::key_name_bytes_max     64       a file's name, and a column of `zanni keys list` (security/keys.hpp)
///
/// Open files: as many as the system allows (`ulimit -Hn`: a broker raises the soft limit to it; a service of systemd
/// says LimitNOFILE=). libzmq accepts whoever comes while there are any, so what is limited below is who may stay:
/// connections by tcp, of one address and of all. Whoever doesn't finish the handshake is gone after two seconds. Those
/// by ipc are this user's own, and no more than `processes_max` register.
///
/// Not limited here: libzmq 4.3.4 keeps what connections under a taken routing id have sent; with keys only peers whose
/// key is known come so far, under an id of their own.
namespace zanni::broker {

/// From a process, a tool or a member host to its broker; checked before anything is unmarshalled. A host's entry and
/// its status fit into it; what is larger is no control message of ours.
inline constexpr std::size_t control_frame_bytes_max = 1024 * 1024;
/// Brokers and processes say one thing per frame; some room for others.
inline constexpr std::size_t control_records_max = 8;

/// Of a host, program, type, version, capability: they stand in logs and tables.
inline constexpr std::size_t name_bytes_max = 256;
/// Of a capability's value, a cause: a sentence.
inline constexpr std::size_t text_bytes_max = 1024;
/// Of a host. With the types below it is `host_bytes_max` that is reached first: each alone only bounds the loops.
inline constexpr std::size_t capabilities_max = 256;
inline constexpr std::size_t types_max = 1'000;      ///< that one process can create
inline constexpr std::size_t requirements_max = 64;  ///< of one type
/// Of one process: each dead letter of the host goes to all of them.
inline constexpr std::size_t dead_letter_handlers_max = 100;
/// Of a host's entry, marshalled: everybody in the convention keeps all of them.
inline constexpr std::size_t host_bytes_max = 32 * 1024;
/// Of one host: it may have several addresses.
inline constexpr std::size_t endpoints_max = 8;
/// In a convention: the leader sends the whole table to who joins, in one record.
inline constexpr std::size_t hosts_max = 400;
/// Of one host: each hears of each, and a connection costs a broker 28 KiB.
inline constexpr std::size_t processes_max = 1'000;
/// By tcp from one address: as many as a host takes processes, twice, as each says hello by a connection of its own.
/// Each costs a broker 28 KiB and an open file: 56 MiB for who means ill. Whoever is refused hears nothing and may come
/// again. It counts until libzmq has closed it, for up to two seconds: a crowd beyond the limit that keeps trying keeps
/// itself out.
inline constexpr std::size_t connections_per_address_max = 2'000;
/// Of the open files, for what doesn't come by tcp: processes of this machine have a connection and a pidfd each, and
/// there are direct links, logs, warm processes.
inline constexpr std::size_t files_reserved = 3'000;
/// By tcp in all, with so many open files: without any left libzmq's thread would spin. Beyond it as beyond the above.
constexpr std::size_t connections_max(std::size_t open_files) {
    return open_files > 2 * files_reserved ? open_files - files_reserved : open_files / 2;
}
inline constexpr std::size_t status_links_max = 64;  ///< of one host; the rest is left out
inline constexpr std::size_t status_lanes_max = 64;  ///< likewise, of all its processes
/// In one answer to a status request; the hosts beyond it are shown without their processes.
inline constexpr std::size_t status_processes_max = 2'500;
/// Likewise.
inline constexpr std::size_t all_lanes_max = 2'500;
/// A host, before it ends: in a day somebody will look.
inline constexpr std::chrono::hours drain_longest{24};
inline constexpr std::size_t modules_max = 256;             ///< loaded at run time, of one host
inline constexpr std::size_t loads_max = 16;                ///< under way at once
inline constexpr std::size_t names_shown_max = 10'000;      ///< in one answer about names
inline constexpr std::size_t dead_letter_reasons_max = 32;  ///< in the accounts of one process; there are fewer
inline constexpr std::size_t accounts_bytes_max = 512;      ///< so many reasons, marshalled

// The whole table, and the whole status, each fit into one record.
static_assert(hosts_max * (host_bytes_max + 64) + status_processes_max * (name_bytes_max + accounts_bytes_max + 64) +
                  hosts_max * status_links_max * 16 + all_lanes_max * 32 <
              transport::record_bytes_max);

/// Errors: Error::too_large with the limit, Error::malformed for text with control characters in it, Error::refused for
/// what belongs to another host.
std::expected<void, Error> check(const transport::Register& registration);
std::expected<void, Error> check(const HostEntry& host);
std::expected<void, Error> check(const transport::HostStatus& status);
std::expected<void, Error> check(const Accounts& accounts);
std::expected<void, Error> check(const transport::Report& report);
std::expected<void, Error> check(const ExitCause& cause);
std::expected<void, Error> check(const transport::LoadModule& wish);
std::expected<void, Error> check_name(const char* what, const std::string& name);

}  // namespace zanni::broker
