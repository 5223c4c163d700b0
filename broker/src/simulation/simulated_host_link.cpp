#include "simulation/simulated_host_link.hpp"

#include <chrono>
#include <utility>

#include "simulation/simulated_network.hpp"

namespace zanni::broker {

using transport::Frame;

SimulatedHostLink::SimulatedHostLink(SimulatedNetwork& network, SimulatedHost& from, SimulatedHost& to,
                                     std::uint64_t number)
    : network_(network),
      from_(from),
      to_(to),
      number_(number),
      there_(network.events(), network.choices(), network.world().clock(),
             [this](Frame frame) { to_.hear_as_called(number_, std::move(frame)); }),
      back_(network.events(), network.choices(), network.world().clock(),
            [this](Frame frame) { from_.hear_as_caller(to_.id(), std::move(frame)); }) {
    look_at_cuts();
    try_to_make();
}

bool SimulatedHostLink::can_be_made() const {
    return to_.lives() && !from_.is_cut_from(to_.id()) && !to_.is_cut_from(from_.id());
}

void SimulatedHostLink::try_to_make() {
    if (made_ || trying_) return;
    trying_ = true;
    network_.in(network_.reconnect_delay(), [this, life = std::weak_ptr(life_)] {
        if (life.expired()) return;
        trying_ = false;
        made_ = can_be_made();
        look_at_cuts();
        try_to_make();
    });
}

void SimulatedHostLink::lost() {
    made_ = false;
    reset();
    look_at_cuts();
    try_to_make();
}

void SimulatedHostLink::reset() {
    there_.break_off();
    back_.break_off();
}

void SimulatedHostLink::look_at_cuts() {
    there_.set(from_.link_to(to_.id()));
    back_.set(to_.link_to(from_.id()));
    there_.cut(!made_ || !to_.reads() || from_.is_cut_from(to_.id()));
    back_.cut(!made_ || !from_.reads() || to_.is_cut_from(from_.id()));
}

}  // namespace zanni::broker
