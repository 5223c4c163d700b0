#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "lane_sockets.hpp"
#include "simulation/connection.hpp"

namespace zanni::broker {

class SimulatedHost;
class SimulatedNetwork;

/// The lanes of a simulated process: pipes to other processes that no broker looks into. Threads: one.
class SimulatedLanes final : public transport::LaneSockets {
public:
    using Arrive = std::function<void(std::uint64_t peer, transport::Frame)>;

    /// The first two outlive it.
    SimulatedLanes(SimulatedNetwork& network, SimulatedHost& host, std::uint64_t process, Arrive arrive);

    transport::LaneRequest introduce() override { return {0, "simulated", {}}; }
    std::expected<transport::LaneOffer, Error> listen(std::uint64_t peer, const transport::LaneRequest& request,
                                                      const std::vector<std::string>& endpoints) override;
    std::expected<void, Error> connect(std::uint64_t peer, const transport::LaneOffer& offer) override;
    void drop(std::uint64_t peer) override { lanes_.erase(peer); }
    bool is_ipc(std::uint64_t peer) const override;

    transport::Sent send(std::uint64_t peer, transport::Frame& frame);
    /// Something in the way may have come or gone.
    void look_at_cuts();
    /// What is under way is lost, and neither end is told; nor does anything come any more if it is for good.
    void break_off(bool for_good);
    std::uint64_t arrived() const { return arrived_; }  ///< frames so far

private:
    struct Lane {
        std::string token;
        bool connected = false;  // the other end can be sent to
        bool broken = false;
        std::unique_ptr<Pipe> out;
    };

    Lane& make(std::uint64_t peer, const std::string& token);
    void look_at_cuts(std::uint64_t peer, Lane& lane);
    void arrive(std::uint64_t peer, const std::string& token, transport::Frame frame);

    SimulatedNetwork& network_;
    SimulatedHost& host_;
    const std::uint64_t process_;
    const Arrive arrive_;
    std::map<std::uint64_t, Lane> lanes_;  // by peer
    std::uint64_t last_token_ = 0;
    std::uint64_t arrived_ = 0;
};

}  // namespace zanni::broker
