#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <utility>

#include <zanni/clock.hpp>
#include <zanni/random.hpp>
#include <zanni/simulated_convention.hpp>

#include "frame.hpp"
#include "simulation/events.hpp"
#include "socket.hpp"

namespace zanni::broker {

/// One direction of a simulated connection. Like a pipe of ZeroMQ over TCP it keeps order and has a high-water mark; it
/// stalls while it is cut and goes on where it was. What lies in it when it breaks is lost.
///
/// Beyond that a link between hosts may lose, double and overtake frames from process to process: what a broker does
/// that drops, or a second path.
///
/// Threads: one.
class Pipe {
public:
    using Arrive = std::function<void(transport::Frame)>;

    Pipe(Events& events, Random& choices, const Clock& clock, Arrive arrive)
        : events_(events), choices_(choices), clock_(clock), arrive_(std::move(arrive)) {}

    void set(const SimulatedConvention::Link& link) { link_ = link; }
    const SimulatedConvention::Link& link() const { return link_; }
    /// While it is closed nothing arrives; it waits, and so it does when the far end doesn't take frames.
    void cut(bool is_cut);
    bool is_cut() const { return cut_; }
    transport::Sent send(transport::Frame& frame);
    /// All that is in it is lost.
    void break_off();
    bool empty() const { return under_way_ == 0; }

private:
    static constexpr std::size_t frames_max = 1'000;

    void put(transport::Frame frame, bool in_order);
    void straggle(transport::Frame frame);
    void arrived(transport::Frame frame);
    Duration delay();
    bool draw(double chance);

    Events& events_;
    Random& choices_;
    const Clock& clock_;
    const Arrive arrive_;
    SimulatedConvention::Link link_;
    bool cut_ = false;
    TimePoint last_arrival_{};
    std::size_t under_way_ = 0;
    std::deque<transport::Frame> stalled_;
    const std::shared_ptr<int> exists_ = std::make_shared<int>();
    std::shared_ptr<int> life_ = std::make_shared<int>();  // what is under way in another life never arrives
};

}  // namespace zanni::broker
