#pragma once

#include <algorithm>

#include <zanni/clock.hpp>

#include "news_count.hpp"
#include "times.hpp"

namespace zanni::broker {

/// A host's side of belonging to a leader: when to ask, when to say "I live", when to try another connection. Pure.
/// Threads: one.
class Membership {
public:
    enum class Step { nothing, ask_to_join, beat, reconnect };

    explicit Membership(TimePoint now, const Times& times = {}) : times_(times), last_heard_(now), next_(now) {}

    /// What is due now. After `reconnect` the host asks to join on the new connection.
    Step due(TimePoint now);

    void joined(TimePoint now);
    /// Anything came from the leader.
    void heard(TimePoint now) { last_heard_ = now; }
    /// For so long nobody listened here: that isn't the leader's silence.
    void excuse(Duration slept, TimePoint now) { last_heard_ = std::min(last_heard_ + slept, now); }
    /// The leader doesn't know us: ask at once.
    void lost(TimePoint now);

    bool is_member() const { return member_; }
    NewsCount& news() { return news_; }

private:
    const Times times_;
    bool member_ = false;
    TimePoint last_heard_;
    TimePoint next_;
    NewsCount news_;
};

}  // namespace zanni::broker
