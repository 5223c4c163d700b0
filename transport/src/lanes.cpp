#include "lanes.hpp"

#include <algorithm>
#include <iterator>
#include <tuple>

#include "log.hpp"
#include "planted.hpp"

namespace zanni::transport {

// ---- The wish for one

void Lanes::want(std::uint64_t peer, TimePoint now) {
    if (ended_ || settings_.policy == LanePolicy::never) return;
    Entry& entry = *lanes_.try_emplace(peer).first;
    entry.second.wanted = true;
    if (may_ask(entry.second, now)) ask(entry, now);
}

/// So much in this time, or that part of it.
bool Lanes::is_busy(const Traffic& traffic, Duration elapsed, std::uint64_t part) const {
    const auto ms = static_cast<std::uint64_t>(std::chrono::duration_cast<std::chrono::milliseconds>(elapsed).count());
    const auto reaches = [&](std::uint64_t moved, std::uint64_t per_second) {
        return moved * 1'000 * part >= per_second * ms;
    };
    return reaches(traffic.frames, settings_.busy_frames) || reaches(traffic.bytes, settings_.busy_bytes);
}

void Lanes::look(const std::vector<Traffic>& traffic, TimePoint now) {
    const Duration elapsed = now - std::exchange(last_look_, now);
    const bool is_late = elapsed > 2 * settings_.look_every;  // nobody looked as nothing moved: no rate can be told
    next_look_ = now + settings_.look_every;
    for (auto& [peer, lane] : lanes_) lane.load = 0;
    for (const Traffic& moved : traffic) {
        const bool is_busy = !is_late && this->is_busy(moved, elapsed, 1);
        const auto known = lanes_.find(moved.peer);
        if (known == lanes_.end() && (!is_busy || settings_.policy != LanePolicy::automatic)) continue;
        Lane& lane = known == lanes_.end() ? lanes_[moved.peer] : known->second;
        if (this->is_busy(moved, elapsed, settings_.idle_part)) lane.last_busy = now;
        if (is_busy) lane.load = 1 + moved.frames + moved.bytes / 1'024;
    }
    for (auto& [peer, lane] : lanes_) lane.busy_looks = lane.load != 0 ? lane.busy_looks + 1 : 0;
    for (Entry& entry : lanes_) look_at_one(entry, now);
    ask_for_busiest(now);
    std::erase_if(lanes_, [&](const Entry& entry) {
        const Lane& lane = entry.second;
        return lane.state == State::none && !lane.wanted && lane.busy_looks == 0 && now >= lane.not_before;
    });
}

void Lanes::look_at_one(Entry& entry, TimePoint now) {
    auto& [peer, lane] = entry;
    if (lane.state != State::up) return;
    if (lane.used && tasks_.is_silent(peer) && !has(Bug::silent_lane_used)) return on_broken(peer, "it is silent", now);
    if (now - lane.since >= settings_.retry_longest) lane.failures = 0;
    if (lane.is_mine && !lane.wanted && now - lane.last_busy >= settings_.idle_longest) close(entry, false, now);
}

bool Lanes::may_ask(const Lane& lane, TimePoint now) const {
    const bool is_wished =
        lane.wanted || (settings_.policy == LanePolicy::automatic && lane.busy_looks >= settings_.busy_looks);
    return !ended_ && is_wished && lane.state == State::none && now >= lane.not_before && count() < settings_.lanes_max;
}

void Lanes::ask_for_busiest(TimePoint now) {
    std::vector<Entry*> wished;
    for (Entry& entry : lanes_)
        if (may_ask(entry.second, now)) wished.push_back(&entry);
    const auto comes_first = [](const Entry* one, const Entry* other) {
        const auto& [peer, lane] = *one;
        const auto& [other_peer, other_lane] = *other;
        return std::tuple(lane.wanted, lane.load, other_peer) > std::tuple(other_lane.wanted, other_lane.load, peer);
    };
    std::ranges::sort(wished, comes_first);
    for (Entry* const entry : wished)
        if (may_ask(entry->second, now)) ask(*entry, now);
}

void Lanes::ask(Entry& entry, TimePoint now) {
    auto& [peer, lane] = entry;
    lane.state = State::asked;
    lane.is_mine = true;
    lane.number = ++last_number_;
    lane.since = now;
    // A peer of the same machine may see other files: every second attempt is for tcp.
    tasks_.request(peer, {lane.number, {}, {}}, lane.failures % 2 == 0);
}

// ---- What the peer says

void Lanes::on_request(std::uint64_t peer, const LaneRequest& request, TimePoint now) {
    if (ended_ || settings_.policy == LanePolicy::never) return refuse(peer, request, "this process has no lanes");
    Entry& entry = *lanes_.try_emplace(peer).first;
    Lane& lane = entry.second;
    if (lane.state == State::asked && own_process_ < peer) return;                  // both ask: the peer gives way
    if (lane.state != State::none && lane.state != State::asked) take_down(entry);  // the peer knows nothing of it
    lane.state = State::none;
    if (count() >= settings_.lanes_max) return refuse(peer, request, "this process has as many as it may");
    auto offer = tasks_.listen(peer, request);
    if (!offer) return refuse(peer, request, offer.error().context);
    offer->number = request.number;
    lane.state = State::offered;
    lane.is_mine = false;
    lane.number = request.number;
    lane.since = now;
    tasks_.say(peer, *offer);
}

void Lanes::refuse(std::uint64_t peer, const LaneRequest& request, const std::string& why) {
    tasks_.say(peer, LaneRefused{request.number, why});
}

void Lanes::on_offer(std::uint64_t peer, const LaneOffer& offer, TimePoint now) {
    const auto found = lanes_.find(peer);
    const bool is_awaited =
        found != lanes_.end() && found->second.state == State::asked && found->second.number == offer.number;
    if (!is_awaited) return tasks_.say(peer, LaneClosed{own_process_, offer.number, false});
    found->second.state = State::joining;
    found->second.since = now;
    if (const auto connected = tasks_.connect(peer, offer); !connected) {
        log::debug("no lane: " + connected.error().to_string());
        return close(*found, true, now);
    }
    tasks_.greet(peer);
}

void Lanes::on_refused(std::uint64_t peer, const LaneRefused& refused, TimePoint now) {
    const auto found = lanes_.find(peer);
    if (found == lanes_.end()) return;
    Lane& lane = found->second;
    if (lane.state != State::asked || lane.number != refused.number) return;
    log::debug("no lane: " + refused.why);
    lane.state = State::none;
    back_off(lane, now);
}

bool Lanes::is_of(const Entry& entry, const LaneClosed& closed) const {
    const auto& [peer, lane] = entry;
    const bool is_there = lane.state == State::joining || lane.state == State::offered || lane.state == State::up;
    return is_there && closed.number == lane.number && closed.requester == (lane.is_mine ? own_process_ : peer);
}

void Lanes::on_closed(std::uint64_t peer, const LaneClosed& closed, TimePoint now) {
    const auto found = lanes_.find(peer);
    if (found == lanes_.end() || !is_of(*found, closed)) return;
    take_down(*found);
    if (closed.broken) back_off(found->second, now);
}

// ---- Up

void Lanes::on_heard(std::uint64_t peer, TimePoint now) {
    const auto found = lanes_.find(peer);
    if (found == lanes_.end()) return;
    const State state = found->second.state;
    if (state != State::joining && state != State::offered) return;
    if (state == State::offered) tasks_.greet(peer);
    come_up(*found, now);
}

void Lanes::come_up(Entry& entry, TimePoint now) {
    entry.second.state = State::up;
    entry.second.since = entry.second.last_busy = now;
    begin_hold(entry, now);
}

/// What is sent by the lane would overtake what is still under way by the brokers, and be refused as out of order.
void Lanes::begin_hold(Entry& entry, TimePoint now) {
    entry.second.held = true;
    entry.second.hold_until = now + settings_.drain_longest;
    tasks_.hold(entry.first, true);
    go_on_switching(entry, now);
}

void Lanes::let_go_on(Entry& entry) {
    if (std::exchange(entry.second.held, false)) tasks_.hold(entry.first, false);
}

void Lanes::go_on_switching(Entry& entry, TimePoint now) {
    auto& [peer, lane] = entry;
    if (!lane.held) {
        if (now >= lane.hold_until) begin_hold(entry, now);
        return;
    }
    if (tasks_.all_has_arrived(peer)) {
        lane.used = true;
        tasks_.use(peer, true);
        return let_go_on(entry);
    }
    if (now < lane.hold_until) return;
    lane.hold_until = now + settings_.drain_again;
    let_go_on(entry);
}

// ---- The end of one

void Lanes::on_broken(std::uint64_t peer, const std::string& why, TimePoint now) {
    const auto found = lanes_.find(peer);
    if (found == lanes_.end() || found->second.state == State::none || found->second.state == State::asked) return;
    log::debug("a lane is given up: " + why);
    close(*found, true, now);
}

void Lanes::close(Entry& entry, bool broken, TimePoint now) {
    auto& [peer, lane] = entry;
    const LaneClosed word{lane.is_mine ? own_process_ : peer, lane.number, broken};
    take_down(entry);
    if (broken) back_off(lane, now);
    tasks_.say(peer, word);
}

/// What went by it and isn't known to have arrived goes by the brokers.
void Lanes::take_down(Entry& entry) {
    auto& [peer, lane] = entry;
    tasks_.drop(peer);
    lane.state = State::none;
    lane.busy_looks = 0;
    if (std::exchange(lane.used, false)) {
        tasks_.use(peer, false);
        tasks_.send_again(peer);
    }
    let_go_on(entry);
}

void Lanes::back_off(Lane& lane, TimePoint now) {
    constexpr unsigned doublings_max = 16;
    const auto longer = settings_.retry_first * (1U << std::min(lane.failures, doublings_max));
    lane.not_before = now + std::min<Duration>(longer, settings_.retry_longest);
    ++lane.failures;
}

void Lanes::forget(std::uint64_t peer) {
    const auto found = lanes_.find(peer);
    if (found == lanes_.end()) return;
    if (found->second.state != State::none && found->second.state != State::asked) tasks_.drop(peer);
    if (found->second.used) tasks_.use(peer, false);
    let_go_on(*found);
    lanes_.erase(found);
}

void Lanes::end() {
    ended_ = true;
    while (!lanes_.empty()) forget(lanes_.begin()->first);
}

// ---- Time

void Lanes::tick(TimePoint now) {
    for (Entry& entry : lanes_) {
        Lane& lane = entry.second;
        if (lane.state == State::up && !lane.used) go_on_switching(entry, now);
        const bool is_arranged = lane.state == State::none || lane.state == State::up;
        if (is_arranged || now < lane.since + settings_.arrange_longest) continue;
        if (lane.state != State::asked) {
            on_broken(entry.first, "it was not made in time", now);
        } else {
            lane.state = State::none;
            back_off(lane, now);
        }
    }
}

TimePoint Lanes::due() const {
    TimePoint due = TimePoint::max();
    for (const auto& [peer, lane] : lanes_) {
        if (lane.state == State::none) {
            if (lane.wanted) due = std::min(due, std::max(lane.not_before, next_look_));
        } else if (lane.state != State::up) {
            due = std::min(due, lane.since + settings_.arrange_longest);
        } else if (!lane.used) {
            due = std::min(due, lane.hold_until);
        } else if (lane.is_mine && !lane.wanted) {
            due = std::min(due, std::max(lane.last_busy + settings_.idle_longest, next_look_));
        }
    }
    return due;
}

std::size_t Lanes::count() const {
    return static_cast<std::size_t>(
        std::ranges::count_if(lanes_, [](const Entry& entry) { return entry.second.state != State::none; }));
}

bool Lanes::carries(std::uint64_t peer) const {
    const auto found = lanes_.find(peer);
    return found != lanes_.end() && found->second.used;
}

std::vector<Lanes::Status> Lanes::status() const {
    std::vector<Status> lanes;
    for (const auto& [peer, lane] : lanes_)
        if (lane.used) lanes.push_back({peer, lane.since});
    return lanes;
}

}  // namespace zanni::transport
