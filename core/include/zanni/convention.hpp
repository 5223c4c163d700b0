#pragma once

#include <cstdint>
#include <string>

#include <zanni/capability.hpp>

namespace zanni {

/// To an actor that called notify_on_convention_changes(): another host has joined the convention, offers something
/// else, or has left it.
struct ConventionUpdate {
    static constexpr auto message_name = "zanni.ConventionUpdate";
    enum Kind : std::uint8_t { joined = 1, changed = 2, left = 3 };

    std::string host;           ///< its name
    std::uint32_t host_id = 0;  ///< opaque; tells two lives of a host apart, and two hosts of one name
    Capabilities capabilities;  ///< as they are now; of a host that left, as they were
    Kind kind = joined;
    std::string reason{};  ///< why it left
};

}  // namespace zanni
