#pragma once

#include <cstdint>

#include "simulation/connection.hpp"

namespace zanni::broker {

class SimulatedHost;
class SimulatedNetwork;

/// A connection that one simulated worker has made to another, as a DEALER makes it: it is made as soon as nothing is
/// in the way, and again after the other's broker has ended.
///
/// Threads: one.
class SimulatedHostLink {
public:
    /// Both outlive it.
    SimulatedHostLink(SimulatedNetwork& network, SimulatedHost& from, SimulatedHost& to, std::uint64_t number);

    std::uint64_t number() const { return number_; }
    bool is_made() const { return made_; }
    /// By the one that made it, which waits until it is made; and by the other.
    transport::Sent send_there(transport::Frame& frame) { return there_.send(frame); }
    transport::Sent send_back(transport::Frame& frame) { return back_.send(frame); }

    /// The other's broker has ended.
    void lost();
    /// What was under way is lost, and neither end is told.
    void reset();
    /// Something in the way may have come or gone.
    void look_at_cuts();

private:
    void try_to_make();
    bool can_be_made() const;

    SimulatedNetwork& network_;
    SimulatedHost& from_;
    SimulatedHost& to_;
    const std::uint64_t number_;
    bool made_ = false;
    bool trying_ = false;
    Pipe there_;
    Pipe back_;
    std::shared_ptr<int> life_ = std::make_shared<int>();
};

}  // namespace zanni::broker
