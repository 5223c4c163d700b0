#include "simulation/simulated_lanes.hpp"

#include <utility>

#include "process_id.hpp"
#include "simulation/simulated_network.hpp"

namespace zanni::broker {

using transport::Frame;
using transport::Sent;

SimulatedLanes::SimulatedLanes(SimulatedNetwork& network, SimulatedHost& host, std::uint64_t process, Arrive arrive)
    : network_(network), host_(host), process_(process), arrive_(std::move(arrive)) {}

std::expected<transport::LaneOffer, Error> SimulatedLanes::listen(std::uint64_t peer, const transport::LaneRequest&,
                                                                  const std::vector<std::string>&) {
    const std::string token = std::to_string(process_) + "/" + std::to_string(++last_token_);
    make(peer, token);
    return transport::LaneOffer{0, "simulated", {}, token};
}

std::expected<void, Error> SimulatedLanes::connect(std::uint64_t peer, const transport::LaneOffer& offer) {
    make(peer, offer.token).connected = true;
    return {};
}

SimulatedLanes::Lane& SimulatedLanes::make(std::uint64_t peer, const std::string& token) {
    Lane& lane = lanes_[peer];
    lane = {token, false, false,
            std::make_unique<Pipe>(network_.events(), network_.choices(), network_.world().clock(),
                                   [this, peer, token](Frame frame) {
                                       if (auto* const there = network_.attached(peer))
                                           there->lanes->arrive(process_, token, std::move(frame));
                                   })};
    look_at_cuts(peer, lane);
    return lane;
}

bool SimulatedLanes::is_ipc(std::uint64_t peer) const {
    return transport::host_of(peer) == transport::host_of(process_);
}

/// As a ROUTER, the end that was connected to knows the other when it has heard it.
Sent SimulatedLanes::send(std::uint64_t peer, Frame& frame) {
    const auto found = lanes_.find(peer);
    if (found == lanes_.end() || !found->second.connected) return Sent::unknown;
    if (!found->second.broken) return found->second.out->send(frame);
    const Frame lost = std::move(frame);
    return Sent::sent;
}

void SimulatedLanes::arrive(std::uint64_t peer, const std::string& token, Frame frame) {
    const auto found = lanes_.find(peer);
    if (found == lanes_.end() || found->second.token != token || found->second.broken) return;
    found->second.connected = true;
    ++arrived_;
    arrive_(peer, std::move(frame));
}

void SimulatedLanes::look_at_cuts() {
    for (auto& [peer, lane] : lanes_) look_at_cuts(peer, lane);
}

void SimulatedLanes::look_at_cuts(std::uint64_t peer, Lane& lane) {
    SimulatedHost* const there = network_.host(transport::host_of(peer));
    const auto* const attached = network_.attached(peer);
    if (!there || !attached) return;
    lane.out->set(network_.link(host_, *there));
    lane.out->cut(network_.is_cut(host_, *there) || attached->process->is_stopped());
}

void SimulatedLanes::break_off(bool for_good) {
    for (auto& [peer, lane] : lanes_) {
        lane.out->break_off();
        lane.broken |= for_good;
    }
}

}  // namespace zanni::broker
