#pragma once

#include <cstdint>
#include <expected>
#include <string>
#include <vector>

#include <zanni/error.hpp>

#include "lane_words.hpp"

namespace zanni::transport {

/// What an Exchange has done with the sockets of its lanes. A process's gateway is one, a simulated process another.
/// Threads: the driver's.
class LaneSockets {
public:
    virtual ~LaneSockets() = default;

    /// For a request of this process: where it runs, and its key.
    virtual LaneRequest introduce() = 0;
    /// Has a place where that peer may connect, and from now on takes what comes by it. For a peer of another machine
    /// it is at the address of one of these endpoints, those of this process's broker.
    /// Errors: why the peer can't.
    virtual std::expected<LaneOffer, Error> listen(std::uint64_t peer, const LaneRequest& request,
                                                   const std::vector<std::string>& endpoints) = 0;
    /// Errors: what is wrong with that offer.
    virtual std::expected<void, Error> connect(std::uint64_t peer, const LaneOffer& offer) = 0;
    /// Nothing is sent and nothing is taken by that peer's lane any more.
    virtual void drop(std::uint64_t peer) = 0;
    virtual bool is_ipc(std::uint64_t peer) const = 0;
};

}  // namespace zanni::transport
