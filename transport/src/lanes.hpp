#pragma once

#include <cstddef>
#include <cstdint>
#include <expected>
#include <map>
#include <string>
#include <variant>
#include <vector>

#include <zanni/clock.hpp>
#include <zanni/error.hpp>
#include <zanni/join.hpp>

#include "channel/traffic.hpp"
#include "lane_words.hpp"

namespace zanni::transport {

/// The numbers of lanes. Source: ADR 0016.
struct LaneSettings {
    LanePolicy policy = LanePolicy::automatic;
    Duration look_every = std::chrono::milliseconds(200);
    std::uint64_t busy_frames = 500;             ///< per second, both ways: such a channel gets a lane,
    std::uint64_t busy_bytes = 4 * 1024 * 1024;  ///< or one of so many bytes,
    unsigned busy_looks = 2;                     ///< if it was so this often in a row
    std::uint64_t idle_part = 8;                 ///< under this part of both it counts as idle
    Duration idle_longest = std::chrono::seconds(10);
    std::size_t lanes_max = 16;
    Duration arrange_longest = std::chrono::seconds(3);       ///< from the request until it carries something
    Duration drain_longest = std::chrono::milliseconds(100);  ///< new messages wait for what went by the brokers
    Duration drain_again = std::chrono::seconds(1);
    Duration retry_first = std::chrono::seconds(1);  ///< after a failure; doubles up to retry_longest
    Duration retry_longest = std::chrono::seconds(60);
};

using LaneWord = std::variant<LaneRequest, LaneOffer, LaneRefused, LaneClosed>;

/// What Lanes has others do.
/// Threads: as Lanes.
class LaneTasks {
public:
    virtual ~LaneTasks() = default;

    /// To that peer, in its channel.
    virtual void say(std::uint64_t peer, const LaneWord& word) = 0;
    /// The machine and the key are written in by others.
    virtual void request(std::uint64_t peer, const LaneRequest& request, bool by_ipc) = 0;
    virtual std::expected<LaneOffer, Error> listen(std::uint64_t peer, const LaneRequest& request) = 0;
    virtual std::expected<void, Error> connect(std::uint64_t peer, const LaneOffer& offer) = 0;
    virtual void drop(std::uint64_t peer) = 0;
    /// Says by the lane what has come from the peer, so that the peer hears it there.
    virtual void greet(std::uint64_t peer) = 0;
    /// Nothing new leaves for the peer, until it is let go on.
    virtual void hold(std::uint64_t peer, bool held) = 0;
    /// Nothing is under way to the peer any more.
    virtual bool all_has_arrived(std::uint64_t peer) = 0;
    /// The peer has left questions unanswered.
    virtual bool is_silent(std::uint64_t peer) = 0;
    /// What leaves for the peer goes by its lane, or by the brokers.
    virtual void use(std::uint64_t peer, bool lane) = 0;
    /// What isn't known to have arrived goes once more.
    virtual void send_again(std::uint64_t peer) = 0;
};

/// Which peers of a process have a lane, a connection of their own that carries their channel's frames past the
/// brokers: when one is asked for, used and given up. Correctness never depends on it, as the channel numbers its
/// frames. Pure: events and the time in, tasks out.
///
/// The journey of one that this process asks for: none -> asked -> joining -> up; and of one that the peer asks for:
/// none -> offered -> up. It carries frames as soon as all that went by the brokers has arrived.
///
/// Threads: one at a time.
/// Limits: lanes_max; a peer beyond it goes by the brokers.
/// Source: ADR 0016.
class Lanes {
public:
    Lanes(std::uint64_t own_process, const LaneSettings& settings, LaneTasks& tasks)
        : own_process_(own_process), settings_(settings), tasks_(tasks) {}

    /// The program would like one to that peer, as long as both live.
    void want(std::uint64_t peer, TimePoint now);

    void on_request(std::uint64_t peer, const LaneRequest& request, TimePoint now);
    void on_offer(std::uint64_t peer, const LaneOffer& offer, TimePoint now);
    void on_refused(std::uint64_t peer, const LaneRefused& refused, TimePoint now);
    void on_closed(std::uint64_t peer, const LaneClosed& closed, TimePoint now);
    /// A frame has come by its lane.
    void on_heard(std::uint64_t peer, TimePoint now);
    /// Its lane takes nothing.
    void on_broken(std::uint64_t peer, const std::string& why, TimePoint now);
    /// The peer is gone, or its channel begins anew.
    void forget(std::uint64_t peer);

    bool is_look_due(TimePoint now) const { return now >= next_look_ && settings_.policy != LanePolicy::never; }
    TimePoint next_look() const { return next_look_; }
    void look(const std::vector<Traffic>& traffic, TimePoint now);
    void tick(TimePoint now);
    TimePoint due() const;
    /// There are no lanes any more, and there will be none.
    void end();

    struct Status {
        std::uint64_t peer = 0;
        TimePoint up_since{};
    };
    std::vector<Status> status() const;
    bool carries(std::uint64_t peer) const;

private:
    enum class State : std::uint8_t { none, asked, joining, offered, up };
    struct Lane {
        State state = State::none;
        bool wanted = false;
        bool is_mine = false;      // this process has asked for it
        std::uint64_t number = 0;  // of the request
        TimePoint since{};         // this state
        bool used = false;
        bool held = false;
        TimePoint hold_until{};  // when held; else, while it isn't used: the next attempt
        unsigned busy_looks = 0;
        std::uint64_t load = 0;  // at the last look, by which candidates are compared
        TimePoint last_busy{};
        unsigned failures = 0;
        TimePoint not_before{};
    };
    using Entry = std::pair<const std::uint64_t, Lane>;

    bool is_busy(const Traffic& traffic, Duration elapsed, std::uint64_t part) const;
    void ask_for_busiest(TimePoint now);
    bool may_ask(const Lane& lane, TimePoint now) const;
    void ask(Entry& entry, TimePoint now);
    void come_up(Entry& entry, TimePoint now);
    void begin_hold(Entry& entry, TimePoint now);
    void let_go_on(Entry& entry);
    void go_on_switching(Entry& entry, TimePoint now);
    void look_at_one(Entry& entry, TimePoint now);
    void close(Entry& entry, bool broken, TimePoint now);
    void take_down(Entry& entry);
    void back_off(Lane& lane, TimePoint now);
    void refuse(std::uint64_t peer, const LaneRequest& request, const std::string& why);
    bool is_of(const Entry& entry, const LaneClosed& closed) const;
    std::size_t count() const;

    const std::uint64_t own_process_;
    const LaneSettings settings_;
    LaneTasks& tasks_;
    std::map<std::uint64_t, Lane> lanes_;  // by peer; ordered, so that a simulation replays
    std::uint64_t last_number_ = 0;
    TimePoint last_look_{};
    TimePoint next_look_{};
    bool ended_ = false;
};

}  // namespace zanni::transport
