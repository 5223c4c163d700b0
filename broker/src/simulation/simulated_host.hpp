#pragma once

#include <cstdint>
#include <deque>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "simulation/connection.hpp"
#include "simulation/simulated_host_link.hpp"
#include "simulation/simulated_lanes.hpp"
#include "simulation/simulated_process.hpp"
#include "simulation/skewed_clock.hpp"
#include "switch.hpp"

namespace zanni::broker {

class SimulatedNetwork;

/// A host of a simulated convention: the switch of a real one, and instead of its sockets the pipes to its processes
/// and to the leader.
///
/// Threads: one.
class SimulatedHost final : private Wire {
public:
    SimulatedHost(SimulatedNetwork& network, const SimulatedConvention::Host& options, std::uint32_t id, bool leads);

    const std::string& name() const { return options_.name; }
    std::uint32_t id() const { return id_; }
    bool leads() const { return leads_; }
    bool lives() const { return switch_ != nullptr; }
    bool is_ready() const { return ready_; }
    const SimulatedConvention::Host& options() const { return options_; }

    // ---- The broker
    void start_broker();
    void kill_broker();
    void stop_broker(bool stopped);
    std::int64_t broker_pid() const { return broker_pid_; }

    // ---- Its processes
    struct Attached {
        std::unique_ptr<SimulatedLanes> lanes;
        std::unique_ptr<SimulatedProcess> process;
        std::unique_ptr<Pipe> up;
        std::unique_ptr<Pipe> down;
        bool connected = false;  // with the broker that lives now
        bool is_gone = false;
        TimePoint next_turn = TimePoint::max();
    };
    /// Starts a program here, once the broker has given it a number.
    SimulatedProcess& start_application();
    void kill(SimulatedProcess& process);
    std::map<std::uint64_t, Attached>& processes() { return processes_; }
    SimulatedProcess* actor_process();
    /// Has that process do what it has to.
    void turn(Attached& attached);
    void look_at_time(Attached& attached);

    // ---- Its link to the leader
    void set_link(bool up, const SimulatedConvention::Link& link) { (up ? up_ : down_).set(link); }
    void cut_link(bool up, bool is_cut);
    const SimulatedConvention::Link& link(bool up) const { return (up ? up_ : down_).link(); }
    bool is_link_cut(bool up) const { return up ? up_cut_ : down_cut_; }
    /// Whether the leader's broker can send to it, under that id.
    bool is_linked_as(const transport::Peer& peer) const { return linked_ && peer == transport::Peer(link_); }
    transport::Sent send_down(transport::Frame& frame) { return send_counted(down_, frame); }
    /// Frames between its broker and the leader's in which one tells the other of something new.
    std::uint64_t news_frames() const { return news_frames_; }
    void reset_link() {
        up_.break_off();
        down_.break_off();
    }
    /// The leader's broker has ended.
    void lost_leader();
    /// Connects with the leader, if nothing is in the way, in a while.
    void try_to_link();
    void look_at_cuts();

    // ---- Its direct links to other workers
    void set_link_to(std::uint32_t host, const SimulatedConvention::Link& link);
    SimulatedConvention::Link link_to(std::uint32_t host) const;
    /// Frames to that host stall.
    void cut_from(std::uint32_t host, bool is_cut);
    bool is_cut_from(std::uint32_t host) const { return cut_from_.contains(host); }
    void heal_links();
    /// What was under way in a connection with that host is lost.
    void reset_link_to(std::uint32_t host);
    /// That host's broker has ended.
    void lost_host(std::uint32_t host);
    void look_at_host_links();
    bool reads() const { return lives() && !stopped_; }
    void hear_as_called(std::uint64_t link, transport::Frame frame);
    void hear_as_caller(std::uint32_t host, transport::Frame frame);

private:
    // Wire
    transport::Sent send(const transport::Peer& peer, transport::Frame& frame) override;
    transport::Sent send_to_leader(transport::Frame& frame) override { return send_counted(up_, frame); }
    void connect_to_leader(std::uint64_t link) override;
    void connect_to_host(const ConnectToHost& to) override;
    transport::Sent send_to_host(std::uint32_t host, transport::Frame& frame) override;
    void disconnect_from_host(std::uint32_t host) override;
    void start_actor_process(std::uint64_t process) override;
    void start_isolated_process(std::uint64_t process) override { start_child(process, false); }
    void remember(const Memory& memory) override { memory_ = memory; }
    void adopt_actor_process(std::int64_t pid) override;
    void watch_process(std::uint64_t process, std::int64_t pid) override;
    void unwatch_process(std::uint64_t process) override { watched_.erase(process); }
    void signal_process(std::int64_t pid, int signal) override;
    void ready() override { ready_ = true; }
    void stop(const Stop& stop) override;

    transport::Sent send_counted(Pipe& pipe, transport::Frame& frame);
    TimePoint now() const { return clock_.now(); }
    template <class Event>
    void let_happen(Event event);
    Attached& attach(std::uint64_t number, bool common);
    void start_child(std::uint64_t process, bool common);
    void connect(Attached& attached);
    void gone(Attached& attached, const ExitCause& cause);
    void notice_end(const SimulatedProcess& process, const ExitCause& cause);
    void tick(std::uint64_t incarnation);
    void retry_soon();
    transport::Sent send_to_caller(const transport::Peer& peer, transport::Frame& frame);
    void drop_link(std::uint32_t host);

    SimulatedNetwork& network_;
    const SimulatedConvention::Host options_;
    const std::uint32_t id_;
    const bool leads_;
    const detail::SkewedClock clock_;

    std::optional<Memory> memory_;  // on disk

    std::unique_ptr<Switch> switch_;
    std::uint64_t incarnation_ = 0;
    std::int64_t broker_pid_ = 0;
    bool ready_ = false;
    bool stopped_ = false;
    bool retrying_ = false;
    std::deque<std::function<void()>> missed_;  // while it was stopped
    std::optional<transport::Frame> welcome_;   // for a newcomer without a number

    std::set<std::uint64_t> watched_;              // that the broker didn't start itself
    std::map<std::uint64_t, Attached> processes_;  // by number; those that have ended too

    std::uint64_t link_ = 0;
    bool linked_ = false;  // with the leader that lives now
    bool up_cut_ = false;
    bool down_cut_ = false;
    Pipe up_;
    Pipe down_;

    std::map<std::uint32_t, std::shared_ptr<SimulatedHostLink>> host_links_;  // made from here, by host
    std::map<std::uint32_t, SimulatedConvention::Link> links_to_;             // as set
    std::set<std::uint32_t> cut_from_;
    std::uint64_t news_frames_ = 0;
};

}  // namespace zanni::broker
