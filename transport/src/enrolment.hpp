#pragma once

#include <cstdint>
#include <string>

#include <zanni/clock.hpp>

#include "socket.hpp"

namespace zanni::transport {

/// Asks the broker at the endpoint for a process id.
/// Errors: throws std::runtime_error with one line. Blocks: up to `longest`.
std::uint64_t enrol(Context& context, const std::string& endpoint, Duration longest);

/// The endpoint with its host looked up. Errors: throws std::runtime_error.
std::string connectable(const std::string& endpoint);

}  // namespace zanni::transport
