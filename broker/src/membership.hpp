#pragma once

#include <cstdint>

#include <zanni/clock.hpp>

namespace zanni::broker {

/// A host's side of belonging to a leader: when to ask, when to say "I live", when to try another connection. Pure.
/// Threads: one.
class Membership {
public:
    static constexpr Duration ask_interval = std::chrono::milliseconds(500);
    static constexpr Duration heartbeat_interval = std::chrono::seconds(1);
    static constexpr Duration reconnect_after = std::chrono::seconds(3);

    enum class Step { nothing, ask_to_join, beat, reconnect };

    explicit Membership(TimePoint now) : last_heard_(now), next_(now) {}

    /// What is due now. After `reconnect` the host asks to join on the new connection.
    Step due(TimePoint now);

    void joined(TimePoint now);
    /// Anything came from the leader.
    void heard(TimePoint now) { last_heard_ = now; }
    /// The leader doesn't know us: ask at once.
    void lost(TimePoint now);

    bool is_member() const { return member_; }

private:
    bool member_ = false;
    TimePoint last_heard_;
    TimePoint next_;
};

}  // namespace zanni::broker
