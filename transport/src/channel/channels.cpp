#include "channel/channels.hpp"

#include <algorithm>
#include <string>
#include <utility>

#include "planted.hpp"
#include "process_id.hpp"
#include "runtime/control.hpp"

namespace zanni::transport {

Channel& Channels::channel(std::uint64_t peer) {
    return channels_.try_emplace(peer, settings_, own_process_, peer).first->second;
}

template <class Change>
auto Channels::changing(Channel& channel, Change change) {
    struct Count {
        std::size_t& all;
        const Channel& channel;
        std::size_t before = channel.unsent_bytes();
        ~Count() { all += channel.unsent_bytes() - before; }
    } const count{unsent_bytes_, channel};
    return change();
}

void Channels::list(std::uint64_t peer, Channel& channel) {
    if (std::exchange(channel.listed, true)) return;
    listed_.push_back(peer);
}

void Channels::look_at_time(const Channel& channel) {
    next_due_ = std::min({next_due_, channel.out.due(), channel.in.due()});
}

void Channels::look_for_relief(std::uint64_t peer, Channel& channel) {
    if (!channel.wants_relief || (!calm_ && channel.unsent_bytes() > settings_.congested_bytes / 2)) return;
    channel.wants_relief = false;
    relieved_.push_back(peer);
}

// ---- From this process

std::expected<Way, Error> Channels::add(const Envelope& envelope, const std::optional<TraceContext>& trace) {
    return add(envelope, trace, false);
}

std::expected<Way, Error> Channels::add(const Envelope& envelope, const std::optional<TraceContext>& trace,
                                        bool is_word) {
    const auto target = detail::parts_of(envelope.target);
    if (unsent_bytes_ >= unsent_bytes_max)
        return std::unexpected(
            Error{Error::overloaded, std::to_string(unsent_bytes_max) + " bytes wait to leave this process"});
    if (ended_.contains(target.process)) return std::unexpected(Error{Error::dead_target, {}});
    Channel& channel = this->channel(target.process);
    const RecordHeader header{
        target.actor, detail::parts_of(envelope.sender).actor, envelope.message_id(), envelope.bases(), 0, false};
    const auto ahead = changing(channel, [&]() -> std::expected<bool, Error> {
        if (!is_word && channel.may_overtake(header.target_actor, header.sender_actor))
            if (add_ahead(channel, header, envelope, trace)) return true;
        if (auto added = add_in_turn(channel, header, envelope, trace, is_word); !added)
            return std::unexpected(added.error());
        return false;
    });
    if (!ahead) return std::unexpected(ahead.error());
    channel.starts_peer |= header.type == message_id<detail::CreateActor> && is_isolated(target.process);
    list(target.process, channel);
    if (*ahead || !is_congested(channel)) return Way::free;
    channel.wants_relief = true;
    return Way::congested;
}

namespace {

/// Gives the payload's size. Throws what marshalling does, without a trace of the record.
std::size_t marshal_into(FrameBuilder& frame, const RecordHeader& header, const Envelope& envelope) {
    auto& out = frame.begin_record(header);
    const std::size_t payload_at = out.size();
    try {
        envelope.info().append_payload(envelope, out);
    } catch (...) {  // the user's code, or no memory
        frame.discard_record();
        throw;
    }
    return out.size() - payload_at;
}

}  // namespace

/// False, and nothing done, if the message is not small.
bool Channels::add_ahead(Channel& channel, const RecordHeader& header, const Envelope& envelope,
                         const std::optional<TraceContext>& trace) {
    const std::size_t bytes = marshal_into(channel.ahead, header, envelope);
    if (bytes > settings_.ahead_message_bytes) {
        channel.ahead.discard_record();
        return false;
    }
    static_cast<void>(channel.ahead.end_record().value());
    if (trace) channel.ahead.trace_record(*trace);
    channel.note_ahead(bytes);
    if (channel.ahead.bytes() >= settings_.ahead_frame_bytes) channel.complete_ahead();
    return true;
}

std::expected<void, Error> Channels::add_in_turn(Channel& channel, const RecordHeader& header, const Envelope& envelope,
                                                 const std::optional<TraceContext>& trace, bool is_word) {
    const std::size_t bytes = marshal_into(channel.open, header, envelope);
    if (bytes > part_bytes) {
        const auto written = channel.open.payload();
        const std::vector<std::byte> payload(written.begin(), written.end());
        channel.open.discard_record();
        if (bytes > message_bytes_max)
            return std::unexpected(Error{
                Error::too_large,
                "message of " + std::to_string(bytes) + " bytes, the limit is " + std::to_string(message_bytes_max)});
        add_in_parts(channel, header, payload, trace);
        return {};
    }
    if (auto ended = channel.open.end_record(); !ended) return ended;
    if (trace) channel.open.trace_record(*trace);
    ++channel.open_messages;
    channel.open_words += is_word ? 1 : 0;
    channel.note_open(header.target_actor, header.sender_actor);
    if (channel.open.bytes() >= full_frame_bytes) channel.complete();
    return {};
}

/// Behind what is in the open frame, which is completed for that.
void Channels::add_in_parts(Channel& channel, RecordHeader header, std::span<const std::byte> payload,
                            const std::optional<TraceContext>& trace) {
    if (channel.open.records()) channel.complete();
    header.parts_left = static_cast<std::uint16_t>((payload.size() + part_bytes - 1) / part_bytes);
    while (!payload.empty()) {
        --header.parts_left;
        const auto part = payload.first(std::min(part_bytes, payload.size()));
        auto& out = channel.open.begin_record(header);
        out.insert(out.end(), part.begin(), part.end());
        static_cast<void>(channel.open.end_record().value());
        if (header.parts_left == 0) {
            ++channel.open_messages;
            if (trace) channel.open.trace_record(*trace);
        }
        channel.note_open(header.target_actor, header.sender_actor);
        channel.complete(true);
        header.continues = true;
        payload = payload.subspan(part.size());
    }
}

Way Channels::way_to(std::uint64_t process) {
    const auto found = channels_.find(process);
    if (found == channels_.end() || !is_congested(found->second)) return Way::free;
    found->second.wants_relief = true;
    return Way::congested;
}

void Channels::set_calm(bool calm) {
    if (std::exchange(calm_, calm) == calm || !calm) return;
    for (auto& [peer, channel] : channels_) look_for_relief(peer, channel);
}

// ---- To the bus

std::optional<std::span<const std::byte>> Channels::next(TimePoint now) {
    while (!listed_.empty()) {
        const std::uint64_t peer = listed_.front();
        listed_.pop_front();
        const auto found = channels_.find(peer);
        if (found == channels_.end()) continue;
        Channel& channel = found->second;
        channel.listed = false;
        const std::uint32_t window = open_ ? settings_.window_bytes : 0;
        const auto frame = changing(channel, [&] { return channel.next(now, window); });
        if (channel.has_to_say()) list(peer, channel);
        look_at_time(channel);
        look_for_relief(peer, channel);
        if (!frame) continue;
        channel.told_closed = !open_;
        lane_ = channel.by_lane ? peer : 0;
        if (frame->size() > frame_header_bytes) {
            channel.sent.count(frame->size());
            moved_ = true;
        }
        return frame;
    }
    return std::nullopt;
}

// ---- From the bus

IncomingStream::Verdict Channels::on_data(const FrameHeader& header, std::size_t bytes, TimePoint now) {
    if (ended_.contains(header.source)) return {};
    Channel& channel = this->channel(header.source);
    const auto verdict = channel.in.on_data(header, bytes, now);
    if (verdict.take) {
        channel.received.count(bytes);
        moved_ = true;
    }
    if (channel.in.is_due()) list(header.source, channel);
    look_at_time(channel);
    return verdict;
}

bool Channels::on_word(const FrameHeader& header, TimePoint now) {
    if (ended_.contains(header.source)) return true;
    Channel& channel = this->channel(header.source);
    if (header.answer && !has(Bug::question_unanswered)) channel.in.on_question();
    const bool makes_sense = channel.out.on_word(header, now);
    if (channel.has_to_say()) list(header.source, channel);
    look_at_time(channel);
    return makes_sense;
}

void Channels::acknowledge_all() {
    for (auto& [peer, channel] : channels_) {
        if (channel.in.due() == TimePoint::max()) continue;
        channel.in.tell();
        list(peer, channel);
    }
}

void Channels::grant(bool open) {
    if (std::exchange(open_, open) == open || !open) return;
    for (auto& [peer, channel] : channels_) {
        if (!channel.told_closed) continue;
        channel.in.tell();
        list(peer, channel);
    }
}

// ---- Interruptions

void Channels::resume(TimePoint now) {
    for (auto& [peer, channel] : channels_) {
        channel.out.resume(now);
        list(peer, channel);
        look_at_time(channel);
    }
}

void Channels::ask_host(std::uint32_t host, TimePoint now) {
    for (auto& [peer, channel] : channels_) {
        if (host_of(peer) != host || has(Bug::peers_not_asked)) continue;
        channel.out.ask(now);
        list(peer, channel);
        look_at_time(channel);
    }
}

std::vector<Channels::Lost> Channels::close(std::uint64_t process, Error::Code unsent_reason) {
    const auto found = channels_.find(process);
    if (found == channels_.end()) return {};
    Channel& channel = found->second;
    auto rest = changing(channel, [&] {
        if (channel.ahead.records() != 0) channel.complete_ahead();
        if (channel.open.records() != 0) channel.complete();
        channel.starts_peer = channel.by_lane = false;
        return channel.out.close();
    });
    look_for_relief(process, channel);
    if (has(Bug::unknown_unburied)) rest.unknown.clear();
    if (has(Bug::unsent_unburied)) rest.unsent.clear();
    return {{std::move(rest.unknown), Error::unknown_delivery}, {std::move(rest.unsent), unsent_reason}};
}

bool Channels::is_of_this_epoch(const FrameHeader& returned) const {
    const auto found = channels_.find(returned.source);
    return found != channels_.end() && found->second.out.epoch() == returned.epoch;
}

std::vector<std::uint64_t> Channels::peers() const {
    std::vector<std::uint64_t> peers;
    for (const auto& [peer, channel] : channels_) peers.push_back(peer);
    return peers;
}

std::vector<Channels::Lost> Channels::forget(std::uint64_t process) {
    auto lost = close(process, Error::dead_target);
    channels_.erase(process);
    if (!ended_.try_emplace(process, true).second) return lost;
    ended_order_.push_back(process);
    if (ended_order_.size() <= ended_max) return lost;
    ended_.erase(ended_order_.front());
    ended_order_.pop_front();
    return lost;
}

// ---- Lanes

std::vector<Traffic> Channels::take_traffic() {
    std::vector<Traffic> traffic;
    if (!std::exchange(moved_, false)) return traffic;
    for (auto& [peer, channel] : channels_) {
        const Channel::Moved all{channel.sent.frames + channel.received.frames,
                                 channel.sent.bytes + channel.received.bytes};
        const Channel::Moved before = std::exchange(channel.looked_at, all);
        if (all.frames == before.frames) continue;
        traffic.push_back({peer, all.frames - before.frames, all.bytes - before.bytes});
    }
    return traffic;
}

void Channels::use_lane(std::uint64_t peer, bool lane) {
    const auto found = channels_.find(peer);
    if (found == channels_.end() || std::exchange(found->second.by_lane, lane) == lane || lane) return;
    found->second.in.tell();  // what was told by the lane may be lost with it
    list(peer, found->second);
}

void Channels::hold(std::uint64_t peer, bool held, TimePoint now) {
    const auto found = channels_.find(peer);
    if (found == channels_.end()) return;
    Channel& channel = found->second;
    channel.out.set_held(held);
    if (held && !channel.out.has_arrived()) channel.out.ask(now);
    list(peer, channel);
    look_at_time(channel);
}

bool Channels::has_arrived(std::uint64_t peer) const {
    const auto found = channels_.find(peer);
    return found == channels_.end() || found->second.out.has_arrived();
}

bool Channels::is_silent(std::uint64_t peer) const {
    const auto found = channels_.find(peer);
    return found != channels_.end() && found->second.out.is_silent();
}

std::optional<std::span<const std::byte>> Channels::greeting(std::uint64_t peer, bool by_lane) {
    const auto found = channels_.find(peer);
    if (found == channels_.end()) return std::nullopt;
    lane_ = by_lane ? peer : 0;
    found->second.told_closed = !open_;
    return found->second.greeting(open_ ? settings_.window_bytes : 0);
}

void Channels::resume(std::uint64_t peer, TimePoint now) {
    const auto found = channels_.find(peer);
    if (found == channels_.end()) return;
    Channel& channel = found->second;
    changing(channel, [&] { channel.out.resume(now, Bug::lane_loss_forgotten); });
    list(peer, channel);
    look_at_time(channel);
}

// ---- Time

std::vector<KeptFrame> Channels::tick(TimePoint now) {
    if (now < next_due_) return {};
    next_due_ = TimePoint::max();
    std::vector<KeptFrame> blocked;
    for (auto& [peer, channel] : channels_) {
        auto expired = changing(channel, [&] { return channel.tick(now); });
        std::ranges::move(expired, std::back_inserter(blocked));
        look_for_relief(peer, channel);
        if (channel.has_to_say()) list(peer, channel);
        look_at_time(channel);
    }
    return blocked;
}

std::vector<std::uint64_t> Channels::take_relieved() {
    if (has(Bug::relief_forgotten)) relieved_.clear();
    return std::exchange(relieved_, {});
}

bool Channels::settled() const {
    if (has(Bug::last_batch_lost)) return true;
    return std::ranges::all_of(channels_, [](const auto& entry) { return entry.second.settled(); });
}

std::uint64_t Channels::messages() const {
    std::uint64_t messages = 0;
    for (const auto& [peer, channel] : channels_) messages += channel.messages();
    return messages;
}

std::vector<Survey::Peer> Channels::survey() const {
    std::vector<Survey::Peer> peers;
    for (const auto& [peer, channel] : channels_) {
        if (peers.size() == Survey::peers_most) break;
        peers.push_back({peer, channel.sent.frames, channel.sent.bytes, channel.received.frames, channel.received.bytes,
                         channel.out.resent(), channel.unsent_bytes(), channel.out.sent_bytes(),
                         channel.out.peer_window(), channel.by_lane});
    }
    return peers;
}

std::uint64_t Channels::resent_frames() const {
    std::uint64_t resent = 0;
    for (const auto& [peer, channel] : channels_) resent += channel.out.resent();
    return resent;
}

}  // namespace zanni::transport
