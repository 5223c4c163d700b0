#include "broker_loop.hpp"

#include <algorithm>
#include <stdexcept>
#include <utility>

#include "frame.hpp"
#include "log.hpp"

namespace zanni::broker {

using namespace transport;

namespace {

constexpr int frames_per_round = 1'000;
constexpr auto tick_interval = std::chrono::milliseconds(100);
constexpr auto retry_backlog_interval = std::chrono::milliseconds(1);

/// Where frames for the leader wait: no peer of the ROUTER has an empty id.
const Peer leader_peer{};

}  // namespace

BrokerLoop::BrokerLoop(Options options)
    : options_(std::move(options)), router_(context_), broker_(options_.broker, clock_.now()) {
    for (const auto& endpoint : options_.listen) endpoints_.push_back(router_.bind(endpoint));
    if (!options_.actor_process.empty()) {
        options_.actor_process.emplace_back("--join");
        options_.actor_process.push_back(endpoints_.front());
        options_.actor_process.emplace_back("--process");
    }
}

Stop BrokerLoop::run() {
    perform(broker_.begin());
    while (!stop_) {
        wait();
        receive_from_peers();
        if (leader_) receive_from_leader();
        retry_backlog();
        // After the frames: what a process said before it ended comes first.
        for (const auto& ended : agent_.reap()) perform(broker_.child_ended(ended.pid, ended.cause, clock_.now()));
        if (clock_.now() >= next_tick_) {
            next_tick_ = clock_.now() + tick_interval;
            perform(broker_.tick(clock_.now()));
        }
    }
    return *stop_;
}

void BrokerLoop::wait() {
    std::vector<PollItem> items{{&router_}, {nullptr, end_signals_.fd()}};
    if (leader_) items.push_back({&*leader_});
    for (const int fd : agent_.fds()) items.push_back({nullptr, fd});
    const Duration until_tick = std::max<Duration>(next_tick_ - clock_.now(), Duration::zero());
    const bool all_for_an_absent_leader = !broker_.is_member() && backlog_.holds_only(leader_peer);
    const bool retry_soon = !backlog_.empty() && !all_for_an_absent_leader;
    poll(items, retry_soon ? std::min<Duration>(until_tick, retry_backlog_interval) : until_tick);
    if (items[1].ready && end_signals_.take()) perform(broker_.end_host(clock_.now()));
}

// ---- A frame's journey through the host

void BrokerLoop::receive_from_peers() {
    Peer peer;
    Frame frame;
    for (int i = 0; i < frames_per_round && router_.receive(peer, frame); ++i) {
        const auto header = decode_header(std::as_const(frame).bytes());
        if (!header) {
            perform(broker_.on_bad_frame(peer, header.error()));
        } else if (header->kind == FrameKind::control) {
            perform(broker_.on_control(peer, *header, std::as_const(frame).bytes(), clock_.now()));
        } else if (broker_.routes().may_send(peer, *header)) {
            forward(std::move(frame), *header);
        } else {
            refuse(peer, std::move(frame), *header);
        }
    }
}

void BrokerLoop::receive_from_leader() {
    Frame frame;
    for (int i = 0; i < frames_per_round && leader_ && leader_->receive(frame); ++i) {
        const auto header = decode_header(std::as_const(frame).bytes());
        if (!header)
            log::warn("the leader sent a bad frame: " + header.error().to_string());
        else if (header->kind == FrameKind::control)
            perform(broker_.on_control_from_leader(*header, std::as_const(frame).bytes(), clock_.now()));
        else if (host_of(header->destination) == options_.broker.self.id)
            forward(std::move(frame), *header);
        else
            log::warn("the leader sent a frame for another host");
    }
}

void BrokerLoop::forward(Frame frame, const FrameHeader& header) {
    switch (pass_on(broker_.routes().route(header.destination), frame)) {
        case Sent::sent:
            ++broker_.traffic().frames_routed;
            break;
        case Sent::unknown:
            give_back(std::move(frame), Error::dead_target);
            break;
        case Sent::full:
            give_back(std::move(frame), Error::overloaded);
            break;
    }
}

/// Sends it, or puts it behind what waits there already. Full when there is no room for that either.
Sent BrokerLoop::pass_on(const Hop& hop, Frame& frame) {
    if (hop.to == Hop::To::nowhere) return Sent::unknown;
    const Peer& queue = hop.to == Hop::To::leader ? leader_peer : hop.peer;
    const Sent sent = backlog_.holds(queue) ? Sent::full : send(queue, frame);
    if (sent != Sent::full) return sent;
    auto over = backlog_.push(queue, std::move(frame));
    if (!over) return Sent::sent;
    frame = std::move(*over);
    return Sent::full;
}

Sent BrokerLoop::send(const Peer& peer, Frame& frame) {
    if (peer != leader_peer) return router_.send(peer, frame);
    return leader_ && broker_.is_member() ? leader_->send(frame) : Sent::full;
}

/// To where it came from, so that its sender can say what became of each message.
void BrokerLoop::give_back(Frame frame, Error::Code reason) {
    const auto header = decode_header(std::as_const(frame).bytes());
    if (!header || header->kind == FrameKind::control) return;  // news for somebody who is gone
    if (header->kind == FrameKind::returned)
        return log::warn("a returned frame has lost its way: its source is gone too");
    ++broker_.traffic().frames_returned;
    turn_back(frame.bytes(), reason);
    if (pass_on(broker_.routes().route(header->source), frame) != Sent::sent)
        log::warn("a frame of " + std::to_string(header->records) + " messages can't be delivered nor returned");
}

/// What a host sends that the leader doesn't count as a member, for now, goes back to it: its processes' messages
/// aren't lost in silence.
void BrokerLoop::refuse(const Peer& peer, Frame frame, const FrameHeader& header) {
    perform(broker_.on_foreign_frame(peer));
    if (header.kind != FrameKind::data || !is_link(peer.process()) || host_of(header.source) != host_of(peer.process()))
        return;
    turn_back(frame.bytes(), Error::unreachable);
    if (router_.send(peer, frame) == Sent::sent) ++broker_.traffic().frames_returned;
}

void BrokerLoop::retry_backlog() {
    if (backlog_.empty()) return;
    auto undeliverable = backlog_.retry([this](const Peer& peer, Frame& frame) { return send(peer, frame); });
    for (Frame& frame : undeliverable) give_back(std::move(frame), Error::dead_target);
    broker_.traffic().bytes_queued = backlog_.bytes();
}

// ---- Doing what the broker says

void BrokerLoop::perform(Actions actions) {
    const auto do_it = [this](auto& action) {
        using What = std::remove_cvref_t<decltype(action)>;
        if constexpr (std::is_same_v<What, SendTo>) {
            send_control(action.peer, Frame(action.frame));
        } else if constexpr (std::is_same_v<What, SendToLeader>) {
            send_control_to_leader(Frame(action.frame), action.in_order);
        } else if constexpr (std::is_same_v<What, ConnectToLeader>) {
            connect_to_leader(action.link);
        } else if constexpr (std::is_same_v<What, StartActorProcess>) {
            start_actor_process(action.process);
        } else if constexpr (std::is_same_v<What, SignalProcess>) {
            agent_.signal(action.pid, action.signal);
        } else if constexpr (std::is_same_v<What, Ready>) {
            if (options_.on_ready) options_.on_ready(endpoints_);
        } else {
            stop_ = std::move(action);
        }
    };
    for (Action& action : actions) std::visit(do_it, action);
}

/// In order with the data: the end of a process is told after what it said.
void BrokerLoop::send_control(const Peer& peer, Frame frame) {
    if (!backlog_.holds(peer) && router_.send(peer, frame) != Sent::full) return;
    if (!broker_.routes().knows(peer)) return;  // a stranger that doesn't read its answers
    if (backlog_.push(peer, std::move(frame), Backlog::control_bytes_max))
        log::error("news for a process or host that reads nothing are lost");
}

void BrokerLoop::send_control_to_leader(Frame frame, bool in_order) {
    if (!in_order) {  // asking to join, or due again soon
        if (leader_) leader_->send(frame);
        return;
    }
    if (!backlog_.holds(leader_peer) && send(leader_peer, frame) == Sent::sent) return;
    if (backlog_.push(leader_peer, std::move(frame), Backlog::control_bytes_max))
        log::error("news for the leader are lost: too much waits already");
}

void BrokerLoop::start_actor_process(std::uint64_t process) {
    auto command = options_.actor_process;
    command.push_back(std::to_string(process));
    const std::int64_t pid = agent_.start(command);
    perform(broker_.actor_process_started(process, pid));
}

void BrokerLoop::connect_to_leader(std::uint64_t link) {
    leader_.emplace(context_, routing_id(link));
    leader_->connect(options_.leader);
}

}  // namespace zanni::broker
