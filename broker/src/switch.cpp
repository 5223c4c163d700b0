#include "switch.hpp"

#include <utility>

#include "log.hpp"
#include "planted.hpp"

namespace zanni::broker {

using namespace transport;

namespace {

/// Where frames for the leader wait: no peer of a ROUTER has an empty id.
const Peer leader_peer{};

/// Data, or a question: what was sent before it may be lost, and nobody else would answer.
bool asks_for_start(const FrameHeader& header) {
    return header.starts && (header.kind == FrameKind::data || header.answer);
}

}  // namespace

Switch::Switch(Broker::Options options, Wire& wire, TimePoint now)
    : wire_(wire),
      own_host_(options.self.id),
      tick_interval_(options.times.tick_interval()),
      last_tick_(now),
      broker_(std::move(options), now) {}

void Switch::begin() { perform(broker_.begin()); }

void Switch::actor_process_started(std::uint64_t process, std::int64_t pid) {
    perform(broker_.actor_process_started(process, pid));
}

void Switch::child_ended(std::int64_t pid, const ExitCause& cause, TimePoint now) {
    perform(broker_.child_ended(pid, cause, now));
    release_early(now);
}

void Switch::process_ended(std::uint64_t process, const ExitCause& cause) {
    perform(broker_.process_ended(process, cause));
}

void Switch::start_failed(std::uint64_t process, const std::string& why) {
    perform(broker_.start_failed(process, why));
}

void Switch::tick(TimePoint now) {
    const Duration late = now - last_tick_ - tick_interval_;
    last_tick_ = now;
    if (late > tick_interval_) broker_.excuse(late, now);
    perform(broker_.tick(now));
    release_early(now);
}

void Switch::keys_changed(const KeyRing& ring) { perform(broker_.on_keys(ring)); }

void Switch::end_host(TimePoint now) { perform(broker_.end_host(now)); }

void Switch::forward_logs(std::vector<LogRecord> own, TimePoint now) {
    perform(broker_.forward_logs(std::move(own), now));
}

// ---- A frame's journey through the host

std::expected<void, Error> Switch::admit(const Peer& from, KeyId who) { return broker_.admit(from, who); }

void Switch::on_frame(const Peer& from, Frame frame, TimePoint now, KeyId who) {
    const auto bytes = std::as_const(frame).bytes();
    const auto header = decode_header(bytes);
    broker_.heard(from, now);
    if (!header) return perform(broker_.on_bad_frame(from, header.error()));
    if (header->kind == FrameKind::control) {
        perform(broker_.on_control(from, *header, bytes, now, who));
        return release_early(now);
    }
    if (const auto may = broker_.may_send(who, *header, bytes); !may)
        return perform(broker_.on_bad_frame(from, may.error()));
    if (broker_.routes().may_send(from, *header)) return forward(std::move(frame), *header, now);
    drop();
    perform(broker_.on_foreign_frame(from));
}

void Switch::on_frame_from_leader(Frame frame, TimePoint now) {
    const auto bytes = std::as_const(frame).bytes();
    const auto header = decode_header(bytes);
    broker_.heard_leader(now);
    if (!header) return log::warn("the leader sent a bad frame: " + header.error().to_string());
    if (header->kind == FrameKind::control) return perform(broker_.on_control_from_leader(*header, bytes, now));
    if (host_of(header->destination) == own_host_) return forward(std::move(frame), *header, now);
    drop();
    log::warn("the leader sent a frame for another host");
}

void Switch::on_frame_from_host(std::uint32_t host, Frame frame, TimePoint now) {
    const auto bytes = std::as_const(frame).bytes();
    const auto header = decode_header(bytes);
    broker_.heard(outgoing_link(host), now);
    if (!header) return drop();
    if (header->kind == FrameKind::control) return perform(broker_.on_control_from_host(host, *header, bytes, now));
    if (host_of(header->source) != host || host_of(header->destination) != own_host_) return drop();
    forward(std::move(frame), *header, now);
}

void Switch::forward(Frame frame, const FrameHeader& header, TimePoint now) {
    const std::uint32_t host = host_of(header.destination);
    Hop hop = broker_.routes().route(header.destination);
    if (hop.to == Hop::To::nowhere) return await_start(std::move(frame), header, now);
    if (hop.to == Hop::To::host) {
        const Sent sent = pass_on(hop, frame);
        if (sent == Sent::full) return drop();
        if (sent == Sent::sent) {
            broker_.sent_directly(host);
            ++broker_.traffic().frames_routed;
            return;
        }
        perform(broker_.link_lost(hop.peer, now));
        hop = {Hop::To::leader, {}};
    }
    if (hop.to == Hop::To::leader) {
        broker_.direct_way_wanted(host);
        if (!broker_.is_member()) return drop();  // it would refuse the frame
    }
    if (pass_on(hop, frame) != Sent::sent) return drop();
    ++broker_.traffic().frames_routed;
}

/// It may be for a process that it shall start, or that is being started. What that has no room for comes again.
void Switch::await_start(Frame frame, const FrameHeader& header, TimePoint now) {
    if (asks_for_start(header)) {
        const bool has_room = broker_.has_room_for_processes();
        perform(broker_.wants_start(header.destination));
        if (!broker_.is_starting(header.destination) && !has_room) return give_back(header, Error::overloaded);
    }
    if (!broker_.is_starting(header.destination)) return no_way(header, now);
    if (early_.push(Peer(header.destination), std::move(frame), early_bytes_each)) drop();
}

/// What has come for processes that have registered meanwhile, behind their registration; or for those that won't.
void Switch::release_early(TimePoint now) {
    for (const std::uint64_t process : broker_.take_no_longer_starting()) {
        const Peer peer(process);
        if (!early_.holds(peer)) continue;
        for (Frame& frame : early_.take(peer)) {
            const auto header = decode_header(std::as_const(frame).bytes());
            if (!header) continue;
            if (header->kind != FrameKind::control)
                forward(std::move(frame), *header, now);
            else if (broker_.routes().knows(peer) && pass_on({Hop::To::process, peer}, frame) != Sent::sent)
                log::error("news for a new process are lost");
        }
    }
}

/// Sends it, or puts it behind what waits there already. Full when there is no room for that either.
Sent Switch::pass_on(const Hop& hop, Frame& frame) {
    const Peer& peer = hop.to == Hop::To::leader ? leader_peer : hop.peer;
    const Sent sent = backlog_.holds(peer) ? Sent::full : send(peer, frame);
    return sent == Sent::full ? keep(peer, frame, Backlog::bytes_max) : sent;
}

Sent Switch::send(const Peer& peer, Frame& frame) {
    if (is_outgoing_link(peer)) return wire_.send_to_host(host_at(peer), frame);
    if (peer != leader_peer) return wire_.send(peer, frame);
    return broker_.is_member() ? wire_.send_to_leader(frame) : Sent::full;
}

Sent Switch::keep(const Peer& peer, Frame& frame, std::size_t limit) {
    auto over = backlog_.push(peer, std::move(frame), limit);
    broker_.traffic().bytes_queued = backlog_.bytes();
    if (!over) return Sent::sent;
    frame = std::move(*over);
    return Sent::full;
}

void Switch::no_way(const FrameHeader& header, TimePoint now) {
    const bool has_way_back = header.kind == FrameKind::data || header.kind == FrameKind::acknowledgement;
    if (header.starts && !asks_for_start(header)) return drop();  // what does comes too
    if (!has_way_back || (broker_.may_come_back(header.destination, now) && !has(Bug::dead_too_early))) return drop();
    give_back(header);
}

/// To where it came from, so that its sender sends no more there, and can say what became of each message.
void Switch::give_back(const FrameHeader& header, Error::Code reason) {
    const Hop hop = broker_.routes().route(header.source);
    if (hop.to == Hop::To::nowhere || (hop.to == Hop::To::leader && !broker_.is_member())) return drop();
    Frame frame(returned_frame(header, reason));
    if (pass_on(hop, frame) != Sent::sent) return drop();
    ++broker_.traffic().frames_returned;
}

void Switch::retry(TimePoint now) {
    if (backlog_.empty()) return;
    const auto undeliverable = backlog_.retry([this](const Peer& peer, Frame& frame) { return send(peer, frame); });
    broker_.traffic().bytes_queued = backlog_.bytes();
    for (const Frame& frame : undeliverable) {
        const auto header = decode_header(frame.bytes());
        if (!header || header->kind == FrameKind::control) continue;  // news for somebody who is gone
        if (broker_.routes().route(header->destination).to == Hop::To::nowhere)
            no_way(*header, now);
        else
            drop();  // by a new connection it would come behind later ones, and be of no use there
    }
}

bool Switch::wants_retry() const {
    const bool all_for_an_absent_leader = !broker_.is_member() && backlog_.holds_only(leader_peer);
    return !backlog_.empty() && !all_for_an_absent_leader;
}

// ---- Doing what the broker says

void Switch::perform(Actions actions) {
    const auto do_it = [this](auto& action) {
        using What = std::remove_cvref_t<decltype(action)>;
        if constexpr (std::is_same_v<What, SendTo> || std::is_same_v<What, SendToLeader>) {
            perform(action);
        } else if constexpr (std::is_same_v<What, ConnectToLeader>) {
            wire_.connect_to_leader(action.link);
        } else if constexpr (std::is_same_v<What, ConnectToHost>) {
            wire_.connect_to_host(action);
        } else if constexpr (std::is_same_v<What, DisconnectFromHost>) {
            wire_.disconnect_from_host(action.host);
        } else if constexpr (std::is_same_v<What, Remember>) {
            wire_.remember(action.memory);
        } else if constexpr (std::is_same_v<What, AdoptActorProcess>) {
            wire_.adopt_actor_process(action.pid);
        } else if constexpr (std::is_same_v<What, StartActorProcess>) {
            wire_.start_actor_process(action.process);
        } else if constexpr (std::is_same_v<What, StartIsolatedProcess>) {
            wire_.start_isolated_process(action.process);
        } else if constexpr (std::is_same_v<What, WatchProcess>) {
            wire_.watch_process(action.process, action.pid);
        } else if constexpr (std::is_same_v<What, UnwatchProcess>) {
            wire_.unwatch_process(action.process);
        } else if constexpr (std::is_same_v<What, SignalProcess>) {
            wire_.signal_process(action.pid, action.signal);
        } else if constexpr (std::is_same_v<What, KeepKey>) {
            wire_.keep_key(action.enrolment);
        } else if constexpr (std::is_same_v<What, Ready>) {
            wire_.ready();
        } else {
            wire_.stop(action);
        }
    };
    for (Action& action : actions) std::visit(do_it, action);
}

/// In order with the data: the end of a process is told after what it said.
void Switch::perform(SendTo& action) {
    Frame frame(action.frame);
    if (broker_.is_starting(action.peer.process())) {  // news that it must hear after what has come for it before
        if (early_.push(action.peer, std::move(frame), early_bytes_each)) log::error("news for a new process are lost");
        return;
    }
    if (!backlog_.holds(action.peer) && send(action.peer, frame) != Sent::full) return;
    if (!broker_.routes().knows(action.peer)) return;  // a stranger that doesn't read its answers
    if (keep(action.peer, frame, Backlog::control_bytes_max) != Sent::sent)
        log::error("news for a process or host that reads nothing are lost");
}

void Switch::perform(SendToLeader& action) {
    Frame frame(action.frame);
    if (!action.in_order) {  // asking to join, or due again soon
        if (wire_.send_to_leader(frame) != Sent::sent && action.log_record) broker_.log_record_lost(last_tick_);
        return;
    }
    if (!backlog_.holds(leader_peer) && send(leader_peer, frame) == Sent::sent) return;
    if (keep(leader_peer, frame, Backlog::control_bytes_max) != Sent::sent)
        log::error("news for the leader are lost: too much waits already");
}

}  // namespace zanni::broker
