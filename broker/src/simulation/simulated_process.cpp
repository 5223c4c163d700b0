#include "simulation/simulated_process.hpp"

#include <algorithm>
#include <utility>

namespace zanni::broker {

namespace {

constexpr int frames_per_turn = 64;
// As in a real process: zanni actor-process, BusGateway.
constexpr auto actors_end_longest = std::chrono::seconds(5);
constexpr auto settlement_longest = std::chrono::seconds(5);

/// What stands behind the system of a simulated process; the world runs it.
class ProcessBase final : public detail::Base {
public:
    using Base::Base;
};

class ProcessSystem final : public System {
public:
    explicit ProcessSystem(std::unique_ptr<detail::Base> base) : System(std::move(base)) {}
    detail::Runtime& runtime() { return base().runtime(); }
};

transport::Exchange::Options exchange_options(const SimulatedProcess::Options& options, std::uint64_t placement_seed,
                                              std::function<bool(std::int64_t)> lives) {
    transport::Exchange::Options exchange;
    exchange.process = options.process;
    exchange.pid = options.pid;
    exchange.machine = "simulated";
    exchange.program = options.common || transport::is_isolated(options.process) ? "actor process" : "application";
    exchange.common = options.common;
    exchange.lives = std::move(lives);
    exchange.placement_seed = placement_seed;
    exchange.lane_sockets = &options.lanes;
    exchange.lanes.busy_frames = options.lane_frames;
    return exchange;
}

}  // namespace

SimulatedProcess::SimulatedProcess(detail::World& world, const Options& options, Send send,
                                   std::function<bool(std::int64_t)> lives)
    : world_(world),
      options_(options),
      clock_(world.clock(), options.clock_ahead, options.clock_parts_per_million),
      send_(std::move(send)),
      exchange_(exchange_options(options, world.identities().next(), std::move(lives))) {
    Gateway& gateway = *this;
    auto system = std::make_unique<ProcessSystem>(std::make_unique<ProcessBase>(
        world, detail::Base::Parts{clock_, world.identities(), &options_.registry, &gateway, {}, &world, &world}));
    runtime_ = &system->runtime();
    system_ = std::move(system);
    world_.add(*runtime_, &clock_);
}

void SimulatedProcess::begin() {
    exchange_.begin(*this, options_.registry, clock_.now());
    dirty_ = true;
}

Way SimulatedProcess::post(EnvelopePtr envelope) {
    dirty_ = true;
    world_.learn_type_name(*envelope);
    return exchange_.post(std::move(envelope));
}

std::expected<void, Error> SimulatedProcess::update_capability(const std::string& key,
                                                               const std::optional<CapabilityValue>& value) {
    dirty_ = true;
    return exchange_.update_capability(key, value);
}

void SimulatedProcess::announce_dead_letter_handlers(std::vector<Address> own) {
    dirty_ = true;
    exchange_.announce_dead_letter_handlers(std::move(own));
}

bool SimulatedProcess::has_work() const {
    if (stopped_ || has_ended_) return false;
    const bool is_done = phase_ == Phase::running && is_actor_process() && runtime_->shut_down_requested();
    return dirty_ || !arrived_.empty() || !arrived_by_lane_.empty() || is_done ||
           (phase_ == Phase::ending_actors && runtime_->actor_count() == 0);
}

TimePoint SimulatedProcess::due() {
    if (stopped_ || has_ended_) return TimePoint::max();
    const TimePoint due = phase_ == Phase::running ? exchange_.due() : std::min(exchange_.due(), phase_ends_);
    return due == TimePoint::max() ? due : clock_.in_world_time(due);
}

void SimulatedProcess::turn() {
    dirty_ = false;
    receive();
    exchange_.tick(clock_.now());
    flush();
    if (is_actor_process() && runtime_->shut_down_requested()) end_in_order();  // its only actor has ended
    if (phase_ != Phase::running) go_on_ending();
}

/// As BusGateway does it: first what came by lanes, so that a process's end is told after what it said.
void SimulatedProcess::receive() {
    while (!arrived_by_lane_.empty()) {
        const auto [peer, frame] = std::move(arrived_by_lane_.front());
        arrived_by_lane_.pop_front();
        exchange_.on_lane_frame(peer, frame.bytes(), clock_.now());
    }
    for (int i = 0; i < frames_per_turn && !arrived_.empty(); ++i) {
        const transport::Frame frame = std::move(arrived_.front());
        arrived_.pop_front();
        exchange_.on_frame(frame.bytes(), clock_.now());
    }
}

void SimulatedProcess::flush() {
    for (;;) {
        if (!unsent_) {
            const auto frame = exchange_.next(clock_.now());
            if (!frame) return;
            if (const std::uint64_t lane = exchange_.lane()) {
                transport::Frame sent(*frame);
                if (options_.lanes.send(lane, sent) != transport::Sent::sent)
                    exchange_.on_lane_broken(lane, "it takes nothing", clock_.now());
                continue;
            }
            unsent_.emplace(*frame);
        }
        if (send_(*unsent_) != transport::Sent::sent) return;
        unsent_.reset();
    }
}

// ---- The end

void SimulatedProcess::shut_down() {
    if (is_actor_process())
        end_in_order();  // its program waits for that
    else
        runtime_->shut_down();
}

void SimulatedProcess::end_in_order() {
    if (phase_ != Phase::running || has_ended_) return;
    phase_ = Phase::ending_actors;
    phase_ends_ = clock_.now() + actors_end_longest;
    runtime_->ask_all_to_end();
    dirty_ = true;
}

void SimulatedProcess::go_on_ending() {
    const bool late = clock_.now() >= phase_ends_;
    switch (phase_) {
        case Phase::running:
            return;
        case Phase::ending_actors:
            if (runtime_->actor_count() != 0 && !late) return;
            exchange_.begin_leaving();
            phase_ = Phase::settling;
            phase_ends_ = clock_.now() + settlement_longest;
            dirty_ = true;
            return;
        case Phase::settling:
            if (!exchange_.settled() && !late) return;
            exchange_.leave();
            phase_ = Phase::leaving;
            dirty_ = true;
            return;
        case Phase::leaving:
            if (unsent_) return;
            has_ended_ = true;
    }
}

}  // namespace zanni::broker
