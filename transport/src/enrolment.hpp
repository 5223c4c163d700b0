#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>

#include <zanni/clock.hpp>

#include "control.hpp"
#include "security/keys.hpp"
#include "socket.hpp"

namespace zanni::transport {

/// Who connects: this side, or the broker, which was told to invite whoever waits at that endpoint.
enum class Meeting { join, be_invited };

/// One question from a socket without an id of its own, and the frame that answers it, which is whole. With keys, or to
/// a broker that wants them, it says soon why the connection fails.
/// Errors: throws std::runtime_error with one line. Blocks: up to `longest`.
Frame ask_once(Context& context, const std::string& endpoint, const std::optional<ClientKeys>& keys,
               std::span<const std::byte> question, Duration longest, Meeting meeting = Meeting::join);

/// Asks the broker at the endpoint for a process id. Errors, blocks: likewise.
std::uint64_t enrol(Context& context, const std::string& endpoint, Duration longest,
                    const std::optional<ClientKeys>& keys = {});

/// The leader lists that key from now on, under the role that the token gives. Errors, blocks: likewise.
Enrolled enrol_key(const std::string& endpoint, const Token& token, const PublicKey& key, const std::string& name,
                   Duration longest, Meeting meeting = Meeting::join);

/// The endpoint with its host looked up. Errors: throws std::runtime_error.
std::string connectable(const std::string& endpoint);

}  // namespace zanni::transport
