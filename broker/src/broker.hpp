#pragma once

#include <cstdint>
#include <expected>
#include <map>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <vector>

#include <zanni/clock.hpp>
#include <zanni/error.hpp>

#include "action.hpp"
#include "control.hpp"
#include "frame.hpp"
#include "isolated_processes.hpp"
#include "leadership.hpp"
#include "membership.hpp"
#include "memory.hpp"
#include "placement/convention_table.hpp"
#include "processes.hpp"
#include "routing_table.hpp"
#include "times.hpp"

namespace zanni::broker {

/// Everything a host's broker decides: who belongs, who hears what, when to start, restart and stop. Events in, actions
/// out; it never touches a socket, a process or a clock. Data frames don't come here: the Switch moves them by
/// routes().
///
/// Threads: one.
class Broker {
public:
    static constexpr Duration ending_longest = std::chrono::seconds(8);

    struct Options {
        HostEntry self;             ///< id, name, version, leader, capabilities
        bool actor_process = true;  ///< run a common actor process
        Times times = {};
        std::optional<Memory> memory = {};  ///< of a broker of this host that was killed
        bool remembers = false;             ///< says what the next one must know, should this one be killed
        std::string machine = {};           ///< transport::machine_id(): which processes' pids mean something here
        std::int64_t pid = 0;               ///< the broker's own
    };

    Broker(Options options, TimePoint now);

    // Events.
    Actions begin();
    Actions on_control(const transport::Peer& from, const transport::FrameHeader& header,
                       std::span<const std::byte> frame, TimePoint now);
    Actions on_control_from_leader(const transport::FrameHeader& header, std::span<const std::byte> frame,
                                   TimePoint now);
    /// Whoever sent a frame that is none is told, should it understand.
    Actions on_bad_frame(const transport::Peer& from, const Error& error);
    /// A data, acknowledgement or returned frame in the name of a process that didn't send it, as far as is known
    /// here. Whoever may have been known to a broker before this one is told to come again, once per tick.
    Actions on_foreign_frame(const transport::Peer& from);
    Actions actor_process_started(std::uint64_t process, std::int64_t pid);
    Actions child_ended(std::int64_t pid, const ExitCause& cause, TimePoint now);
    Actions process_ended(std::uint64_t process, const ExitCause& cause);
    /// A frame that wants its destination started. Afterwards what comes for that is kept, if is_starting(); dropped,
    /// if it may_come_back(); else given back.
    Actions wants_start(std::uint64_t process);
    Actions start_failed(std::uint64_t process, const std::string& why);
    /// It has been started and has not registered yet: what is for it waits.
    bool is_starting(std::uint64_t process) const { return isolated_.is_starting(process); }
    /// Processes that have registered, or won't, since the last call.
    std::vector<std::uint64_t> take_no_longer_starting() { return isolated_.take_decided(); }
    bool has_room_for_processes() const;
    Actions tick(TimePoint now);
    /// Any frame came from that peer, or from the leader.
    void heard(const transport::Peer& from, TimePoint now) { leadership_.heard(from, now); }
    void heard_leader(TimePoint now) { membership_.heard(now); }
    /// This host did nothing for so long: nobody's silence counts meanwhile.
    void excuse(Duration slept, TimePoint now);
    Actions end_host(TimePoint now);

    const RoutingTable& routes() const { return routes_; }
    /// Whether a destination without a route may have one soon: a leader's members, and the processes of a broker that
    /// was started again, take a while to come back. Until then nothing for them is given back as undeliverable.
    bool may_come_back(std::uint64_t process, TimePoint now) const;
    /// Frames for the leader wait while this host is no member: it would refuse them.
    bool is_member() const { return membership_.is_member(); }
    struct Traffic {
        std::uint64_t frames_routed = 0;
        std::uint64_t frames_returned = 0;
        std::uint64_t frames_dropped = 0;
        std::uint64_t bytes_queued = 0;
    };
    Traffic& traffic() { return traffic_; }
    const Traffic& traffic() const { return traffic_; }

private:
    // From processes and tools.
    void on_hello(const transport::Peer& from, const transport::Hello& hello);
    transport::Registered registered() const;
    void on_register(const transport::Peer& from, const transport::Register& registration, TimePoint now);
    std::expected<void, Error> may_register(const transport::Peer& from, const transport::Register& registration) const;
    Processes::EndShows end_shows_of(const transport::Register& registration) const;
    void on_report(const transport::Peer& from, const transport::Report& report, TimePoint now);
    void on_dead_letter_handlers(const transport::Peer& from, const transport::DeadLetterHandlers& news);
    void tell_dead_letter_handlers();
    void tell_to_come_again(const transport::Peer& from);
    void on_leave(std::uint64_t process);
    void on_status(const transport::Peer& from);
    void on_shut_down_convention(const transport::Peer& from, TimePoint now);
    void pass_on_shut_down(const transport::Peer& requester);
    void settle_shut_down(TimePoint now);
    // From member hosts.
    void on_join(const transport::Peer& from, const transport::JoinConvention& join, TimePoint now);
    std::expected<void, Error> may_join(const transport::Peer& from, const HostEntry& host) const;
    void on_heartbeat(const transport::Peer& from, const transport::Heartbeat& beat, TimePoint now);
    void on_host_changed(const transport::Peer& from, const transport::HostChanged& news);
    void on_process_gone(const transport::Peer& from, const transport::ProcessGone& news);
    void on_member_left(const transport::Peer& from, TimePoint now);
    // From the leader.
    void on_joined(const transport::Joined& joined, TimePoint now);

    void start_actor_process();
    void isolated_ended(std::uint64_t process, const ExitCause& cause);
    std::optional<std::uint64_t> new_process_id();
    void reserve_link();
    void remember();
    void adopt_residents();
    void await_residents(TimePoint now);
    void settle();
    void reconnect_to_leader();
    void self_changed();
    void process_gone(std::uint64_t process, const ExitCause& cause);
    void host_gone(std::uint32_t host, const std::string& reason);
    void convention_ends(TimePoint now);
    void end_host_after_members(TimePoint now);
    void begin_ending(TimePoint now);
    void watch_members(TimePoint now);
    void keep_membership(TimePoint now);
    void stop_when_done(TimePoint now);
    void become_ready();
    transport::HostStatus own_status() const;
    std::vector<transport::HostStatus> all_status() const;

    template <class M>
    void send(const transport::Peer& peer, const M& message);
    void refuse(const transport::Peer& peer, const Error& error) {
        send(peer, transport::Refused{error.code, error.context});
    }
    template <class M>
    void send_to_leader(const M& message, bool in_order = false);
    template <class M>
    void tell_processes(const M& news);
    /// Own processes, and the other hosts: all of them from the leader, else the leader, who passes it on.
    template <class M>
    void tell_everybody(const M& news, std::uint32_t except_host = 0);
    Actions take() { return std::exchange(actions_, {}); }

    HostEntry self_;
    const bool wants_actor_process_;
    const Times times_;
    const std::string machine_;
    const std::int64_t pid_;
    const std::uint64_t own_process_;

    Processes processes_;
    IsolatedProcesses isolated_;
    ConventionTable table_;
    RoutingTable routes_;
    Leadership leadership_;  // the leader's
    Membership membership_;  // everybody else's
    std::uint64_t next_link_;
    const bool remembers_;
    std::uint32_t reserved_process_number_;  // remembered: this broker uses none above it
    std::uint32_t reserved_links_;
    std::map<std::uint64_t, Memory::Resident> awaited_;  // were here before this broker, and may still come back
    std::optional<TimePoint> start_at_;                  // when no actor process has come back by then
    const TimePoint settled_at_;                         // by then whoever was here before has come back
    std::set<transport::Peer> told_again_;               // since the last tick, that they are unknown
    std::map<std::uint32_t, TimePoint> doubtful_;  // hosts that a restarted leader has not named yet, and until when

    bool ready_ = false;
    bool stopped_ = false;
    bool convention_ending_ = false;
    bool host_ending_ = false;
    TimePoint ending_deadline_{};
    std::optional<transport::Peer> shut_down_requester_;
    struct ShutDownWish {
        transport::Peer requester;
        TimePoint until;
    };
    std::optional<ShutDownWish> shut_down_waits_;  // a worker's, for its leader

    Traffic traffic_;
    Actions actions_;
};

}  // namespace zanni::broker
