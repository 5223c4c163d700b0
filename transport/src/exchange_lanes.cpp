/// The part of a process's dealings with others that is about lanes past the brokers.
#include <algorithm>

#include "control_frame.hpp"
#include "exchange.hpp"
#include "log.hpp"

namespace zanni::transport {

namespace {

bool is_lane_type(std::uint64_t type) {
    return type == message_id<LaneRequest> || type == message_id<LaneOffer> || type == message_id<LaneRefused> ||
           type == message_id<LaneClosed>;
}

}  // namespace

LaneSettings Exchange::lane_settings(const Options& options) {
    LaneSettings settings = options.lanes;
    if (!options.lane_sockets) settings.policy = LanePolicy::never;
    return settings;
}

bool Exchange::is_lane_word(const RecordView& record) { return record.target_actor == 0 && is_lane_type(record.type); }

void Exchange::request_lane(std::uint64_t process) {
    const std::scoped_lock lock(channels_mutex_);
    if (process == options_.process || lane_wishes_.size() >= options_.lanes.lanes_max) return;
    lane_wishes_.push_back(process);
}

// ---- In

void Exchange::on_lane_frame(std::uint64_t peer, std::span<const std::byte> frame, TimePoint now) {
    const auto header = check_frame(frame);
    const bool is_of_it = header && header->source == peer && header->destination == options_.process;
    if (!is_of_it) return log::warn("a frame of a lane was refused: it is not of those two processes");
    now_ = now;
    ++lane_frames_[peer];
    switch (header->kind) {
        case FrameKind::data:
            lanes_.on_heard(peer, now);
            on_data(*header, frame, now);
            break;
        case FrameKind::acknowledgement:
            lanes_.on_heard(peer, now);
            on_acknowledgement(*header, now);
            break;
        case FrameKind::returned:
        case FrameKind::control:
            return log::warn("a frame of a lane was refused: only brokers may say that");
    }
    relieve();
}

/// Whoever asks by the brokers may have given up the lane, and what tells of that waits for the answer.
void Exchange::answer_by_broker(const FrameHeader& header) {
    if (registered_ && lanes_.carries(header.source)) greetings_.push_back({header.source, false});
}

void Exchange::on_lane_broken(std::uint64_t peer, const std::string& why, TimePoint now) {
    now_ = now;
    lanes_.on_broken(peer, why, now);
}

void Exchange::on_lane_word(std::uint64_t peer, const RecordView& record, TimePoint now) {
    now_ = now;
    std::optional<Error> error;
    static_cast<void>(
        on<LaneRequest>([&](const LaneRequest& word) { lanes_.on_request(peer, word, now); })(record, error) ||
        on<LaneOffer>([&](const LaneOffer& word) { lanes_.on_offer(peer, word, now); })(record, error) ||
        on<LaneRefused>([&](const LaneRefused& word) { lanes_.on_refused(peer, word, now); })(record, error) ||
        on<LaneClosed>([&](const LaneClosed& word) { lanes_.on_closed(peer, word, now); })(record, error));
    if (error) log::warn("a word about a lane was refused: " + error->to_string());
}

// ---- Time

void Exchange::look_at_lanes(TimePoint now) {
    if (left_) return;
    now_ = now;
    if (registered_ && lanes_.is_look_due(now)) {
        std::vector<std::uint64_t> wishes;
        std::vector<Traffic> traffic;
        {
            const std::scoped_lock lock(channels_mutex_);
            wishes.swap(lane_wishes_);
            traffic = channels_.take_traffic();
        }
        for (const std::uint64_t peer : wishes) lanes_.want(peer, now);
        lanes_.look(traffic, now);
    }
    lanes_.tick(now);
}

std::vector<LaneEntry> Exchange::lane_entries(TimePoint now) const {
    std::vector<LaneEntry> entries;
    for (const auto& [peer, up_since] : lanes_.status()) {
        const auto frames = lane_frames_.find(peer);
        entries.push_back({peer, options_.lane_sockets->is_ipc(peer),
                           std::chrono::duration_cast<std::chrono::seconds>(now - up_since),
                           frames == lane_frames_.end() ? 0 : frames->second});
    }
    return entries;
}

// ---- What Lanes has this process do

void Exchange::say(std::uint64_t peer, const LaneWord& word) {
    const auto envelope = std::visit(
        [&](const auto& message) {
            return make_envelope(detail::make_address({peer, 0}), Address{}, message);
        },
        word);
    const std::scoped_lock lock(channels_mutex_);
    // A peer that is gone, or for which too much waits, hears nothing of it: the time limit sees to the rest.
    if (!leaving_) static_cast<void>(channels_.add_word(*envelope));
}

void Exchange::request(std::uint64_t peer, const LaneRequest& request, bool by_ipc) {
    LaneRequest whole = options_.lane_sockets->introduce();
    whole.number = request.number;
    if (!by_ipc) whole.machine.clear();
    say(peer, whole);
}

std::expected<LaneOffer, Error> Exchange::listen(std::uint64_t peer, const LaneRequest& request) {
    std::vector<std::string> endpoints;
    {
        const std::scoped_lock lock(table_mutex_);
        if (const HostEntry* const host = table_.find(host_)) endpoints = host->endpoints;
    }
    return options_.lane_sockets->listen(peer, request, endpoints);
}

std::expected<void, Error> Exchange::connect(std::uint64_t peer, const LaneOffer& offer) {
    return options_.lane_sockets->connect(peer, offer);
}

void Exchange::drop(std::uint64_t peer) {
    options_.lane_sockets->drop(peer);
    lane_frames_.erase(peer);
    std::erase_if(greetings_, [&](const Greeting& greeting) { return greeting.peer == peer; });
}

void Exchange::greet(std::uint64_t peer) { greetings_.push_back({peer, true}); }

void Exchange::hold(std::uint64_t peer, bool held) {
    const std::scoped_lock lock(channels_mutex_);
    channels_.hold(peer, held, now_);
}

bool Exchange::all_has_arrived(std::uint64_t peer) {
    const std::scoped_lock lock(channels_mutex_);
    return channels_.has_arrived(peer);
}

bool Exchange::is_silent(std::uint64_t peer) {
    const std::scoped_lock lock(channels_mutex_);
    return channels_.is_silent(peer);
}

void Exchange::use(std::uint64_t peer, bool lane) {
    const std::scoped_lock lock(channels_mutex_);
    channels_.use_lane(peer, lane);
}

void Exchange::send_again(std::uint64_t peer) {
    const std::scoped_lock lock(channels_mutex_);
    channels_.resume(peer, now_);
}

}  // namespace zanni::transport
