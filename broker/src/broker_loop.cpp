#include "broker_loop.hpp"

#include <algorithm>
#include <utility>

namespace zanni::broker {

using namespace transport;

namespace {

constexpr int frames_per_round = 1'000;
constexpr auto retry_interval = std::chrono::milliseconds(1);
/// After an isolated process was wanted: it, and those wanted next, have the machine to themselves.
constexpr auto refill_delay = std::chrono::milliseconds(20);

}  // namespace

BrokerLoop::BrokerLoop(Options options)
    : options_(std::move(options)), router_(context_), switch_(options_.broker, *this, clock_.now()) {
    for (const auto& endpoint : options_.listen) endpoints_.push_back(router_.bind(endpoint));
    if (!options_.actor_process.empty()) {
        options_.actor_process.emplace_back("--join");
        options_.actor_process.push_back(endpoints_.front());
    }
    auto warm = options_.actor_process;
    warm.emplace_back("--warm");
    warm_.emplace(agent_, std::move(warm), options_.warm_processes);
}

Stop BrokerLoop::run() {
    switch_.begin();
    while (!stop_) {
        wait();
        receive_from_peers();
        receive_from_leader();
        switch_.retry(clock_.now());
        tell_ends();  // after the frames: what a process said before it ended comes first
        if (keeps_warm_ && clock_.now() >= refill_at_) warm_->refill();
        if (clock_.now() < next_tick_) continue;
        agent_.look_at_memory();
        next_tick_ = clock_.now() + options_.broker.times.tick_interval();
        switch_.tick(clock_.now());
    }
    return *stop_;
}

void BrokerLoop::wait() {
    std::vector<PollItem> items{{&router_}, {nullptr, end_signals_.fd()}, {nullptr, agent_.fd()}};
    if (leader_) items.push_back({&*leader_});
    Duration longest = std::max<Duration>(next_tick_ - clock_.now(), Duration::zero());
    if (keeps_warm_ && warm_->wants_more())  // one in each round, as each takes a while
        longest = std::clamp<Duration>(refill_at_ - clock_.now(), Duration::zero(), longest);
    if (switch_.wants_retry()) longest = std::min<Duration>(longest, retry_interval);
    poll(items, longest);
    if (items[1].ready && end_signals_.take()) switch_.end_host(clock_.now());
}

void BrokerLoop::receive_from_peers() {
    Peer peer;
    Frame frame;
    const TimePoint now = clock_.now();
    for (int i = 0; i < frames_per_round && router_.receive(peer, frame); ++i)
        switch_.on_frame(peer, std::move(frame), now);
}

void BrokerLoop::receive_from_leader() {
    Frame frame;
    const TimePoint now = clock_.now();
    for (int i = 0; i < frames_per_round && leader_ && leader_->receive(frame); ++i)
        switch_.on_frame_from_leader(std::move(frame), now);
}

void BrokerLoop::tell_ends() {
    for (const auto& ended : agent_.reap())
        if (ended.process)
            switch_.process_ended(ended.process, ended.cause);
        else if (!warm_->ended(ended.pid))
            switch_.child_ended(ended.pid, ended.cause, clock_.now());
}

// ---- Doing what the switch says

Sent BrokerLoop::send(const Peer& peer, Frame& frame) { return router_.send(peer, frame); }

Sent BrokerLoop::send_to_leader(Frame& frame) { return leader_ ? leader_->send(frame) : Sent::full; }

void BrokerLoop::connect_to_leader(std::uint64_t link) {
    leader_.emplace(context_, routing_id(link));
    leader_->connect(options_.leader);
}

void BrokerLoop::remember(const Memory& memory) {
    if (options_.remember) options_.remember(memory);
}

void BrokerLoop::adopt_actor_process(std::int64_t pid) { agent_.adopt(pid); }

void BrokerLoop::start_actor_process(std::uint64_t process) {
    auto command = options_.actor_process;
    command.emplace_back("--process");
    command.push_back(std::to_string(process));
    switch_.actor_process_started(process, agent_.start(command));
}

void BrokerLoop::start_isolated_process(std::uint64_t process) {
    std::int64_t pid = 0;
    try {
        pid = warm_->assign(process);
    } catch (const std::system_error& error) {
        return switch_.start_failed(process, error.what());
    }
    refill_at_ = clock_.now() + refill_delay;
    switch_.actor_process_started(process, pid);
}

void BrokerLoop::watch_process(std::uint64_t process, std::int64_t pid) { agent_.watch(process, pid); }

void BrokerLoop::unwatch_process(std::uint64_t process) { agent_.unwatch(process); }

void BrokerLoop::signal_process(std::int64_t pid, int signal) { agent_.signal(pid, signal); }

void BrokerLoop::ready() {
    keeps_warm_ = true;
    if (options_.on_ready) options_.on_ready(endpoints_);
}

void BrokerLoop::stop(const Stop& stop) { stop_ = stop; }

}  // namespace zanni::broker
