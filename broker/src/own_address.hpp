#pragma once

#include <optional>
#include <string>

namespace zanni::broker {

/// The address of this machine from which packets to that endpoint leave: whoever is there, or behind it, can probably
/// reach this machine by it. None for an endpoint that has no numeric address, or when there is no way to it.
/// Sends nothing.
std::optional<std::string> own_address_towards(const std::string& endpoint);

}  // namespace zanni::broker
