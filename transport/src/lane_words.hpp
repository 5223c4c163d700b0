#pragma once

#include <cstdint>
#include <string>

/// What two processes say to each other to arrange a lane. These travel in their channel as messages to actor 0, so
/// they come once and in order, and the brokers vouch for their source. Source: ADR 0016, docs/protocol.md, "Lanes".
namespace zanni::transport {

/// May there be a lane between us?
struct LaneRequest {
    static constexpr auto message_name = "zanni.LaneRequest";
    std::uint64_t number = 0;  ///< among those of this sender
    std::string machine;       ///< machine_id(): ipc will do, if it is the other's too; empty: it won't
    std::string key;           ///< public, of this sender for its lanes, 64 digits
};
/// Yes, there.
struct LaneOffer {
    static constexpr auto message_name = "zanni.LaneOffer";
    std::uint64_t number = 0;  ///< of the request
    std::string endpoint;
    std::string key;    ///< whoever listens there proves to have it, 64 digits; empty: a connection without keys
    std::string token;  ///< 32 digits that end the routing id of whoever connects, and nobody else knows
};
struct LaneRefused {
    static constexpr auto message_name = "zanni.LaneRefused";
    std::uint64_t number = 0;  ///< of the request
    std::string why;
};
/// It carries nothing any more.
struct LaneClosed {
    static constexpr auto message_name = "zanni.LaneClosed";
    std::uint64_t requester = 0;  ///< whose request it began with
    std::uint64_t number = 0;     ///< of that request
    bool broken = false;          ///< it didn't do what it is for
};

}  // namespace zanni::transport
