#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <zanni/actor_system.hpp>
#include <zanni/capability.hpp>
#include <zanni/clock.hpp>
#include <zanni/registry.hpp>
#include <zanni/simulation.hpp>

namespace zanni {

namespace broker {
class SimulatedNetwork;
}

/// A whole convention in one thread, on virtual time, from a seed: hosts with their brokers and actor processes,
/// applications, and the links between them. Channels, routing, membership and placement are those of the real
/// programs; only sockets, threads and clocks are not. The same seed is the same run, to the byte.
///
///     zanni::SimulatedConvention convention({.seed = seed,
///                                            .hosts = {{"leader"}, {"north"}, {"south"}},
///                                            .registry = &types});
///     auto& application = convention.application("north");
///     const zanni::Address store = application.create("shop.Store");
///     convention.cut("north", "leader");
///     application.tell(store, Order{"mask", 3});
///     convention.run_for(std::chrono::seconds(2));
///     convention.heal();
///
/// Actors are made by type name, from the registry that all hosts have. As in Simulation they must not read clocks,
/// draw random numbers or share state themselves. Actors of a process that was killed are not destroyed before the
/// convention is.
///
/// Threads: one.
/// Source: as Simulation; ADR 0009, ADR 0010.
class SimulatedConvention {
public:
    /// What a link does. Its two ends see the same link, or one of each direction.
    struct Link {
        Duration delay_min = std::chrono::microseconds(50);
        Duration delay_max = std::chrono::microseconds(500);
        // Of frames from process to process; what brokers tell each other keeps its order, as over TCP.
        double loss = 0;
        double doubling = 0;
        double overtaking = 0;
        /// So much later the second of a doubled frame may come, even when its host was lost and is back meanwhile: it
        /// took another way, or waited for a host that was slow.
        Duration straggling_max{};
    };

    struct Host {
        std::string name;
        Capabilities capabilities{};
        Duration clock_ahead{};                    ///< its clock shows another time,
        std::int64_t clock_parts_per_million = 0;  ///< and runs faster or slower
    };

    struct Options {
        std::uint64_t seed = 1;
        std::vector<Host> hosts{};  ///< the first one leads
        const Registry* registry = nullptr;
        Duration heartbeat_interval = std::chrono::seconds(1);
        Duration suspect_after = std::chrono::seconds(2);
        Duration down_after = std::chrono::seconds(5);
        Link between_hosts{};
        Link within_host{std::chrono::microseconds(5), std::chrono::microseconds(50)};
        std::size_t steps_max = 1'000'000;
        bool keep_trace = false;
        std::uint64_t lane_frames = 500;  ///< per second: such a pair of processes gets a connection past the brokers
    };

    /// Starts all hosts and waits until they are one convention.
    explicit SimulatedConvention(const Options& options);
    ~SimulatedConvention();
    SimulatedConvention(const SimulatedConvention&) = delete;
    SimulatedConvention& operator=(const SimulatedConvention&) = delete;

    std::uint64_t seed() const;
    Duration elapsed() const;

    // ---- Programs

    /// A program on that host, joined to its broker. Lives as long as the convention. Errors: throws SimulationFailed
    /// when the host doesn't take it within 10 s.
    System& application(std::string_view host);
    /// Ends it in order, as its destructor would: what it has sent arrives first.
    void end_application(System& application);

    // ---- Running

    bool step();
    void run_for(Duration time);
    /// Until `done` holds; false when it doesn't after `longest`.
    bool run_until(const std::function<bool()>& done, Duration longest);

    // ---- Making things go wrong

    /// Has that happen at that time from now, while the convention runs. What waits (application(), run_for(), ask)
    /// can't be called in it.
    void later(Duration time, std::function<void()> what);

    /// The host's common actor process ends by SIGKILL; its broker starts another one.
    void kill_actor_process(std::string_view host);
    void kill_application(System& application);
    /// The broker ends by SIGKILL. Its processes live on; if it isn't started again within the down time, they end.
    void kill_broker(std::string_view host);
    void start_broker(std::string_view host);
    bool broker_lives(std::string_view host) const;
    /// Whether that program still runs.
    bool lives(const System& application) const;
    /// Power off: broker and processes at once. start_broker() brings it back, empty.
    void kill_host(std::string_view host);
    /// SIGSTOP and SIGCONT.
    void stop_actor_process(std::string_view host, bool stopped);
    void stop_broker(std::string_view host, bool stopped);

    /// Frames from one host to another stall: between a worker and the leader, or on the direct link of two workers,
    /// who then go by way of the leader.
    void cut(std::string_view from, std::string_view to);
    void heal(std::string_view from, std::string_view to);
    /// All links, both directions.
    void heal();
    /// The worker's connection with the leader breaks and is made again at once, as libzmq does it: what was under way
    /// in it is lost, and neither end is told.
    void reset_link(std::string_view worker);
    /// Likewise what connects two workers directly.
    void reset_link(std::string_view worker, std::string_view other);
    void set_link(std::string_view from, std::string_view to, const Link& link);
    /// The connections that processes have past the brokers break: what was under way in them is lost, and neither end
    /// is told. They are made again at once, or never if that is for good: then nothing that is sent there comes.
    void break_lanes(bool for_good);

    // ---- Checking

    /// Errors: throws SimulationFailed with `what` when it doesn't hold.
    void check(bool holds, std::string_view what) const;
    /// At rest: of each process that lives, every message that it sent or received was delivered, became a dead letter
    /// or arrived elsewhere. Errors: throws SimulationFailed with the numbers.
    void check_accounts() const;
    std::string report() const;
    std::string trace() const;
    std::uint64_t trace_hash() const;
    std::uint64_t deliveries() const;
    /// Frames so far by which one broker told another of something new: all that they say but heartbeats.
    std::uint64_t news_frames() const;
    /// Frames so far that have come past the brokers.
    std::uint64_t frames_by_lanes() const;
    std::string name_of(const Address& address) const;

private:
    std::unique_ptr<broker::SimulatedNetwork> network_;
};

}  // namespace zanni
