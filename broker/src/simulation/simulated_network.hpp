#pragma once

#include <cstdint>
#include <memory>
#include <set>
#include <string_view>
#include <vector>

#include <zanni/simulated_convention.hpp>

#include "simulation/events.hpp"
#include "simulation/simulated_host.hpp"
#include "simulation/world.hpp"

namespace zanni::broker {

/// The hosts of a simulated convention and what lies between them: the part of its world that isn't actors.
///
/// Threads: one.
class SimulatedNetwork final : public detail::Outside {
public:
    explicit SimulatedNetwork(const SimulatedConvention::Options& options);
    ~SimulatedNetwork() override;

    detail::World& world() { return world_; }
    Events& events() { return events_; }
    Random& choices() { return choices_; }
    const SimulatedConvention::Options& options() const { return options_; }
    Times times() const { return {options_.heartbeat_interval, options_.suspect_after, options_.down_after}; }

    SimulatedHost& host(std::string_view name);
    SimulatedHost* host(std::uint32_t id);
    SimulatedHost& leader() { return *hosts_.front(); }
    const std::vector<std::unique_ptr<SimulatedHost>>& hosts() const { return hosts_; }
    /// The worker at the other end of that connection; null when it has another one by now.
    SimulatedHost* host_at(const transport::Peer& peer);
    void cut(std::string_view from, std::string_view to, bool is_cut);
    SimulatedHost::Attached& attached(const System& application);
    /// Null when there is no such process, or it has ended.
    SimulatedHost::Attached* attached(std::uint64_t process);
    /// What lies between two hosts when no broker is in the way.
    SimulatedConvention::Link link(const SimulatedHost& from, const SimulatedHost& to) const;
    bool is_cut(const SimulatedHost& from, const SimulatedHost& to) const;
    void look_at_lanes();
    void break_lanes(bool for_good);

    std::int64_t new_pid() { return *pids_.insert(last_pid_ += 1).first; }
    void pid_ended(std::int64_t pid) { pids_.erase(pid); }
    bool lives(std::int64_t pid) const { return pids_.contains(pid); }

    void in(Duration time, std::function<void()> what) { events_.at(world_.clock().now() + time, std::move(what)); }
    Duration reconnect_delay() { return std::chrono::milliseconds(10 + choices_.next() % 190); }
    bool run_until(const std::function<bool()>& done, Duration longest);

    // Outside
    std::size_t ready() override;
    void happen(std::size_t choice) override;
    TimePoint next() const override { return events_.next(); }

private:
    const SimulatedConvention::Options options_;
    detail::World world_;
    SeededRandom choices_;
    Events events_;
    std::vector<std::unique_ptr<SimulatedHost>> hosts_;
    std::vector<std::pair<SimulatedHost*, SimulatedHost::Attached*>> ready_;  // as of the last ready()
    std::set<std::int64_t> pids_;
    std::int64_t last_pid_ = 1'000;
};

}  // namespace zanni::broker
