#include "broker_loop.hpp"

#include <algorithm>
#include <stdexcept>
#include <tuple>
#include <utility>

#include "limits.hpp"
#include "log.hpp"
#include "open_files.hpp"
#include "process_id.hpp"

namespace zanni::broker {

using namespace transport;

namespace {

constexpr int frames_per_round = 1'000;
constexpr auto retry_interval = std::chrono::milliseconds(1);
constexpr auto port_wait_longest = std::chrono::seconds(1);
/// After an isolated process was wanted: it, and those wanted next, have the machine to themselves.
constexpr auto refill_delay = std::chrono::milliseconds(20);

}  // namespace

BrokerLoop::BrokerLoop(Options options)
    : options_(std::move(options)),
      doors_(context_, options_.keys.server, {.max = connections_max(most_open_files())}),
      endpoints_(listen()),
      switch_(reachable(endpoints_), *this, clock_.now()) {
    look_at_keys();
    for (const auto& endpoint : options_.invite) doors_.invite(endpoint);
    if (!options_.actor_process.empty()) {
        options_.actor_process.emplace_back("--join");
        options_.actor_process.push_back(endpoints_.front());
    }
    if (options_.broker.memory) modules_ = options_.broker.memory->modules;
    warm_.emplace(agent_, command_with({"--warm"}), options_.warm_processes);
    if (!options_.broker.self.leader) log::add_forwarder(*this);
}

std::vector<std::string> BrokerLoop::listen() {
    std::vector<std::string> bound;
    for (const auto& endpoint : options_.listen) bound.push_back(doors_.bind(endpoint));
    return bound;
}

Broker::Options BrokerLoop::reachable(const std::vector<std::string>& bound) {
    Broker::Options options = options_.broker;
    if (options_.reachable_at) options.self.endpoints = options_.reachable_at(bound);
    return options;
}

Stop BrokerLoop::run() {
    service_.status(options_.leader.empty() ? "starting"
                                            : "starting, and waiting for the leader at " + options_.leader);
    switch_.begin();
    while (!stop_) {
        wait();
        look_at_handshakes();
        receive_from_peers();
        receive_from_leader();
        receive_from_hosts();
        switch_.retry(clock_.now());
        tell_ends();  // after the frames: what a process said before it ended comes first
        if (keeps_warm_ && clock_.now() >= refill_at_) warm_->refill();
        if (auto own = log_outbox_.take(clock_.now()); !own.empty()) switch_.forward_logs(std::move(own), clock_.now());
        service_.alive(clock_.now());
        if (clock_.now() < next_tick_) continue;
        agent_.look_at_memory();
        next_tick_ = clock_.now() + options_.broker.times.tick_interval();
        look_at_keys();
        doors_.invite_again(clock_.now());
        switch_.tick(clock_.now());
    }
    return *stop_;
}

void BrokerLoop::wait() {
    std::vector<PollItem> items{{nullptr, end_signals_.fd()}, {nullptr, agent_.fd()}};
    doors_.add_to(items);
    if (leader_) items.push_back({&*leader_});
    if (leader_watch_) items.push_back({&*leader_watch_});
    const auto first_host = items.size();
    for (auto& [host, dealer] : hosts_) items.push_back({&dealer});
    Duration longest = std::max<Duration>(next_tick_ - clock_.now(), Duration::zero());
    if (keeps_warm_ && warm_->wants_more())  // one in each round, as each takes a while
        longest = std::clamp<Duration>(refill_at_ - clock_.now(), Duration::zero(), longest);
    if (switch_.wants_retry()) longest = std::min<Duration>(longest, retry_interval);
    poll(items, longest);
    heard_hosts_.clear();
    for (auto item = items.begin() + static_cast<std::ptrdiff_t>(first_host); const auto& [host, dealer] : hosts_)
        if ((item++)->ready) heard_hosts_.push_back(host);
    if (items[0].ready && end_signals_.take()) {
        service_.stopping();
        switch_.end_host(clock_.now());
    }
}

void BrokerLoop::receive_from_peers() {
    Doors::Arrival arrival;
    const TimePoint now = clock_.now();
    for (int i = 0; i < frames_per_round && doors_.receive(arrival); ++i)
        if (const auto in = switch_.admit(arrival.from, arrival.who); in) {
            doors_.admitted(arrival);
            switch_.on_frame(arrival.from, std::move(arrival.frame), now, arrival.who);
        } else {
            doors_.turn_away(arrival, in.error());
        }
}

/// Newcomers first ask to come in; then, who could not.
void BrokerLoop::look_at_handshakes() {
    bool looked = false;
    doors_.answer(
        [&](const PublicKey& key, const std::string& address) -> std::optional<KeyId> {
            if (!std::exchange(looked, true)) look_at_keys();  // a token may be newer than the last tick
            const auto who = switch_.handshake(key, address, clock_.now());
            return who ? std::optional(*who) : std::nullopt;
        },
        clock_.now());
    while (doors_.failed_handshake()) switch_.handshake_failed();
    while (leader_watch_ && !leader_watch_->is_quiet())
        if (const auto failure = leader_watch_->next(); !failure)
            break;
        else if (*failure == HandshakeFailure::refused && !options_.is_invited)  // there anybody may knock
            return stop({1, options_.leader + ": " + explain(*failure, options_.keys.leader.has_value())});
        else if (!std::exchange(told_of_handshake_, true))
            log::warn(options_.leader + ": " + explain(*failure, options_.keys.leader.has_value()));
}

void BrokerLoop::look_at_keys() {
    if (!options_.keys.read) return;
    if (const auto ring = options_.keys.read(clock_.now())) switch_.keys_changed(*ring);
}

void BrokerLoop::receive_from_leader() {
    Frame frame;
    const TimePoint now = clock_.now();
    for (int i = 0; i < frames_per_round && leader_ && !leader_->is_quiet() && leader_->receive(frame); ++i)
        switch_.on_frame_from_leader(std::move(frame), now);
}

/// What comes may be the end of a connection.
void BrokerLoop::receive_from_hosts() {
    Frame frame;
    const TimePoint now = clock_.now();
    for (const std::uint32_t host : heard_hosts_)
        for (int i = 0; i < frames_per_round; ++i) {
            const auto dealer = hosts_.find(host);
            if (dealer == hosts_.end() || !dealer->second.receive(frame)) break;
            switch_.on_frame_from_host(host, std::move(frame), now);
        }
}

void BrokerLoop::tell_ends() {
    for (const auto& ended : agent_.reap())
        if (ended.process)
            switch_.process_ended(ended.process, ended.cause);
        else if (!warm_->ended(ended.pid))
            switch_.child_ended(ended.pid, ended.cause, clock_.now());
}

// ---- Doing what the switch says

Sent BrokerLoop::send(const Peer& peer, Frame& frame) {
    return doors_.send(peer, frame, switch_.broker().guard().owner_of(peer));
}

Sent BrokerLoop::send_to_leader(Frame& frame) { return leader_ ? leader_->send(frame) : Sent::full; }

void BrokerLoop::connect_to_leader(std::uint64_t link) {
    leader_watch_.reset();
    leader_.emplace(context_, routing_id(link), options_.keys.leader);
    leader_watch_.emplace(context_, *leader_);
    if (options_.is_invited)
        await_leader();
    else
        leader_->connect(options_.leader);
}

/// Where the last connection's socket may still be for a moment.
void BrokerLoop::await_leader() {
    const TimePoint until = clock_.now() + port_wait_longest;
    for (;;) try {
            options_.leader = leader_->bind(options_.leader);
            break;
        } catch (const std::runtime_error& error) {
            if (clock_.now() < until)
                poll({}, std::chrono::milliseconds(1));
            else if (!has_awaited_leader_)
                throw;
            else
                return log::warn(error.what());  // the next connection is due soon
        }
    if (!std::exchange(has_awaited_leader_, true))
        log::info("waiting to be invited by the leader, at " + options_.leader);
}

/// An endpoint that is none is like one where nobody answers.
void BrokerLoop::connect_to_host(const ConnectToHost& to) {
    std::optional<ClientKeys> keys;
    if (to.key && options_.keys.leader) keys = {*to.key, options_.keys.leader->own};
    hosts_.erase(to.host);
    const auto [dealer, is_new] =
        hosts_.emplace(std::piecewise_construct, std::forward_as_tuple(to.host),
                       std::forward_as_tuple(context_, std::optional<RoutingId>(routing_id(to.link)), keys));
    try {
        dealer->second.connect(to.endpoint);
    } catch (const std::runtime_error& error) {
        log::warn(error.what());
    }
}

Sent BrokerLoop::send_to_host(std::uint32_t host, Frame& frame) {
    const auto dealer = hosts_.find(host);
    return dealer == hosts_.end() ? Sent::unknown : dealer->second.send(frame);
}

void BrokerLoop::remember(const Memory& memory) {
    if (modules_ != memory.modules) {
        modules_ = memory.modules;
        warm_->renew(command_with({"--warm"}));
    }
    if (options_.remember) options_.remember(memory);
}

void BrokerLoop::adopt_actor_process(std::int64_t pid) { agent_.adopt(pid); }

void BrokerLoop::start_actor_process(std::uint64_t process) {
    switch_.actor_process_started(process, agent_.start(command_with({"--process", std::to_string(process)})));
}

std::vector<std::string> BrokerLoop::command_with(const std::vector<std::string>& more) const {
    auto command = options_.actor_process;
    command.insert(command.end(), more.begin(), more.end());
    for (const auto& module : modules_) command.insert(command.end(), {"--load-again", module});
    return command;
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

void BrokerLoop::keep_key(const Enrolment& enrolment) {
    if (options_.keys.keep) options_.keys.keep(enrolment);
}

void BrokerLoop::ready() {
    keeps_warm_ = true;
    if (options_.on_ready) options_.on_ready(endpoints_);
    service_.ready(options_.leader.empty() ? "leads its convention" : "member of the convention of " + options_.leader);
}

std::uint64_t BrokerLoop::process() const { return process_id(options_.broker.self.id, broker_number); }

void BrokerLoop::stop(const Stop& stop) { stop_ = stop; }

}  // namespace zanni::broker
