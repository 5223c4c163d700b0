#pragma once

#include <cstddef>
#include <expected>

#include <zanni/error.hpp>

#include "control.hpp"
#include "frame.hpp"

/// What a broker takes from outside. Beyond a limit the sender is refused with a text that names it, before anything of
/// its message is kept or passed on. Source: docs/protocol.md, "Limits".
namespace zanni::broker {

/// From a process, a tool or a member host to its broker; checked before anything is unmarshalled.
inline constexpr std::size_t control_frame_bytes_max = 1024 * 1024;
inline constexpr std::size_t control_records_max = 8;

inline constexpr std::size_t name_bytes_max = 256;   ///< of a host, program, type, version, capability
inline constexpr std::size_t text_bytes_max = 1024;  ///< of a capability's value, a cause
inline constexpr std::size_t capabilities_max = 256;
inline constexpr std::size_t types_max = 1'000;               ///< that one process can create
inline constexpr std::size_t requirements_max = 64;           ///< of one type
inline constexpr std::size_t dead_letter_handlers_max = 100;  ///< of one process
inline constexpr std::size_t host_bytes_max = 32 * 1024;      ///< of a host's entry, marshalled
inline constexpr std::size_t hosts_max = 400;
inline constexpr std::size_t processes_max = 1'000;  ///< of one host
/// In one answer to a status request; the hosts beyond it are shown without their processes.
inline constexpr std::size_t status_processes_max = 3'000;
inline constexpr std::size_t dead_letter_reasons_max = 32;  ///< in the accounts of one process
inline constexpr std::size_t accounts_bytes_max = 512;      ///< so many reasons, marshalled

// The whole table, and the whole status, each fit into one record.
static_assert(hosts_max * (host_bytes_max + 64) + status_processes_max * (name_bytes_max + accounts_bytes_max + 64) <
              transport::record_bytes_max);

/// Errors: Error::too_large with the limit, Error::malformed for text with control characters in it, Error::refused for
/// what belongs to another host.
std::expected<void, Error> check(const transport::Register& registration);
std::expected<void, Error> check(const HostEntry& host);
std::expected<void, Error> check(const transport::HostStatus& status);
std::expected<void, Error> check(const Accounts& accounts);
std::expected<void, Error> check(const transport::Report& report);
std::expected<void, Error> check(const ExitCause& cause);
std::expected<void, Error> check_name(const char* what, const std::string& name);

}  // namespace zanni::broker
