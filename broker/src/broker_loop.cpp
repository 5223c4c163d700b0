#include "broker_loop.hpp"

#include <algorithm>
#include <utility>

#include "process_id.hpp"

namespace zanni::broker {

using namespace transport;

namespace {

constexpr int frames_per_round = 1'000;
constexpr auto retry_interval = std::chrono::milliseconds(1);

}  // namespace

BrokerLoop::BrokerLoop(Options options)
    : options_(std::move(options)), router_(context_), switch_(options_.broker, *this, clock_.now()) {
    for (const auto& endpoint : options_.listen) endpoints_.push_back(router_.bind(endpoint));
    if (!options_.actor_process.empty()) {
        options_.actor_process.emplace_back("--join");
        options_.actor_process.push_back(endpoints_.front());
        options_.actor_process.emplace_back("--process");
    }
    if (options_.broker.memory) modules_ = options_.broker.memory->modules;
    if (!options_.broker.self.leader) log::add_forwarder(*this);
}

Stop BrokerLoop::run() {
    service_.status(options_.leader.empty() ? "starting"
                                            : "starting, and waiting for the leader at " + options_.leader);
    switch_.begin();
    while (!stop_) {
        wait();
        receive_from_peers();
        receive_from_leader();
        switch_.retry(clock_.now());
        tell_ends();  // after the frames: what a process said before it ended comes first
        if (auto own = log_outbox_.take(clock_.now()); !own.empty()) switch_.forward_logs(std::move(own), clock_.now());
        service_.alive(clock_.now());
        if (clock_.now() < next_tick_) continue;
        next_tick_ = clock_.now() + options_.broker.times.tick_interval();
        switch_.tick(clock_.now());
    }
    return *stop_;
}

void BrokerLoop::wait() {
    std::vector<PollItem> items{{&router_}, {nullptr, end_signals_.fd()}, {nullptr, agent_.fd()}};
    if (leader_) items.push_back({&*leader_});
    const Duration until_tick = std::max<Duration>(next_tick_ - clock_.now(), Duration::zero());
    poll(items, switch_.wants_retry() ? std::min<Duration>(until_tick, retry_interval) : until_tick);
    if (items[1].ready && end_signals_.take()) {
        service_.stopping();
        switch_.end_host(clock_.now());
    }
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
        else
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
    modules_ = memory.modules;
    if (options_.remember) options_.remember(memory);
}

void BrokerLoop::adopt_actor_process(std::int64_t pid) { agent_.adopt(pid); }

void BrokerLoop::start_actor_process(std::uint64_t process) {
    auto command = options_.actor_process;
    command.push_back(std::to_string(process));
    for (const auto& module : modules_) command.insert(command.end(), {"--load-again", module});
    switch_.actor_process_started(process, agent_.start(command));
}

void BrokerLoop::watch_process(std::uint64_t process, std::int64_t pid) { agent_.watch(process, pid); }

void BrokerLoop::unwatch_process(std::uint64_t process) { agent_.unwatch(process); }

void BrokerLoop::signal_process(std::int64_t pid, int signal) { agent_.signal(pid, signal); }

void BrokerLoop::ready() {
    if (options_.on_ready) options_.on_ready(endpoints_);
    service_.ready(options_.leader.empty() ? "leads its convention" : "member of the convention of " + options_.leader);
}

std::uint64_t BrokerLoop::process() const { return process_id(options_.broker.self.id, broker_number); }

void BrokerLoop::stop(const Stop& stop) { stop_ = stop; }

}  // namespace zanni::broker
