#pragma once

#include <optional>

#include <zanni/clock.hpp>

#include "news_count.hpp"
#include "times.hpp"

namespace zanni::broker {

/// A host's side of belonging to a leader: when to ask, when to say "I live", when to try another connection. Pure.
/// Threads: one.
class Membership {
public:
    enum class Step { nothing, ask_to_join, beat, reconnect };

    explicit Membership(TimePoint now, const Times& times = {})
        : times_(times), last_heard_(now), able_since_(now), next_(now) {}

    /// What is due now. After `reconnect` the host asks to join on the new connection.
    Step due(TimePoint now);

    void joined(TimePoint now);
    /// Anything came from the leader.
    void heard(TimePoint now) { last_heard_ = now; }
    /// The leader has heard nothing from here for long, though this came through: the next step is to connect anew,
    /// unless this host stood still itself a moment ago, or has just connected.
    void unheard(TimePoint now);
    /// For so long nobody listened here: that isn't the leader's silence.
    void excuse(Duration slept, TimePoint now);
    /// The leader doesn't know us: ask at once.
    void lost(TimePoint now);

    /// So long this host has asked in vain, when that is worth a line: after 2 s, 10 s, and then each minute.
    std::optional<Duration> waits_worth_a_line(TimePoint now);

    bool is_member() const { return member_; }
    NewsCount& news() { return news_; }

private:
    const Times times_;
    bool member_ = false;
    TimePoint last_heard_;
    TimePoint able_since_;  // to be heard by the leader
    bool is_unheard_ = false;
    TimePoint next_;
    std::optional<TimePoint> asks_since_;
    Duration next_line_{};  // when it has asked for so long
    NewsCount news_;
};

}  // namespace zanni::broker
