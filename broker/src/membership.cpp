#include "membership.hpp"

#include <algorithm>

namespace zanni::broker {

namespace {

constexpr Duration first_line_after = std::chrono::seconds(2);
constexpr Duration second_line_after = std::chrono::seconds(10);
constexpr Duration line_interval = std::chrono::minutes(1);

}  // namespace

Membership::Step Membership::due(TimePoint now) {
    if (is_unheard_ || now - last_heard_ >= times_.reconnect_after()) {
        lost(now);
        is_unheard_ = false;
        able_since_ = now;
        return Step::reconnect;
    }
    if (now < next_) return Step::nothing;
    next_ = now + (member_ ? times_.heartbeat_interval : times_.ask_interval());
    return member_ ? Step::beat : Step::ask_to_join;
}

std::optional<Duration> Membership::waits_worth_a_line(TimePoint now) {
    if (member_) return {};
    if (!asks_since_) {
        asks_since_ = now;
        next_line_ = first_line_after;
    }
    const Duration waited = now - *asks_since_;
    if (waited < next_line_) return {};
    next_line_ = waited < second_line_after ? second_line_after : waited + line_interval;
    return waited;
}

void Membership::joined(TimePoint now) {
    news_.received = 0;  // what was said meanwhile is sent now
    asks_since_ = {};
    member_ = true;
    is_unheard_ = false;
    last_heard_ = now;
    next_ = now;
}

void Membership::unheard(TimePoint now) {
    if (now - able_since_ >= times_.suspect_after) is_unheard_ = true;
}

void Membership::excuse(Duration slept, TimePoint now) {
    last_heard_ = std::min(last_heard_ + slept, now);
    if (slept >= times_.heartbeat_interval) able_since_ = now;
}

void Membership::lost(TimePoint now) {
    member_ = false;
    news_ = {};
    ++series_;
    last_heard_ = now;
    next_ = now;
}

}  // namespace zanni::broker
