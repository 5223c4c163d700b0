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
#include "drains.hpp"
#include "frame.hpp"
#include "host_links.hpp"
#include "isolated_processes.hpp"
#include "leadership.hpp"
#include "loads.hpp"
#include "log_limiter.hpp"
#include "membership.hpp"
#include "memory.hpp"
#include "name_book.hpp"
#include "placement/convention_table.hpp"
#include "processes.hpp"
#include "routing_table.hpp"
#include "security/guard.hpp"
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
        bool leader_has_keys = false;  ///< for a worker, which has keys too: nobody speaks as an admin by way of it
    };

    Broker(Options options, TimePoint now);

    // Events.
    Actions begin();
    Actions on_control(const transport::Peer& from, const transport::FrameHeader& header,
                       std::span<const std::byte> frame, TimePoint now, KeyId who = local_key);
    Actions on_control_from_leader(const transport::FrameHeader& header, std::span<const std::byte> frame,
                                   TimePoint now);
    /// By the connection that this host made to that one.
    Actions on_control_from_host(std::uint32_t host, const transport::FrameHeader& header,
                                 std::span<const std::byte> frame, TimePoint now);
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
    /// Any frame came from that peer, from the leader, or by a connection made to a host: outgoing_link().
    void heard(const transport::Peer& from, TimePoint now) {
        if (self_.leader)
            leadership_.heard(from, now);
        else
            links_.heard(from, now);
    }
    void heard_leader(TimePoint now) { membership_.heard(now); }
    /// This host did nothing for so long: nobody's silence counts meanwhile.
    void excuse(Duration slept, TimePoint now);
    Actions end_host(TimePoint now);
    /// Nobody is at the other end of what was a direct way to a host.
    Actions link_lost(const transport::Peer& peer, TimePoint now);
    /// A frame for that host had to go by way of the leader, or has gone by its direct link.
    void direct_way_wanted(std::uint32_t host) { links_.wanted(host); }
    void sent_directly(std::uint32_t host) { links_.sent(host); }
    // Of keys: hearing_keys.cpp. Whatever is refused is counted, and logged once per key.
    Actions on_keys(const KeyRing& ring);
    std::expected<KeyId, Error> on_handshake(const transport::PublicKey& key, const std::string& address,
                                             TimePoint now);
    void on_failed_handshake();
    std::expected<void, Error> admit(const transport::Peer& from, KeyId who);
    std::expected<void, Error> may_send(KeyId who, const transport::FrameHeader& header,
                                        std::span<const std::byte> frame);
    const Guard& guard() const { return guard_; }
    /// What this broker itself has logged, for the leader's log.
    Actions forward_logs(std::vector<transport::LogRecord> own, TimePoint now);
    /// A record for the leader found no room.
    void log_record_lost(TimePoint now) { lost_logs_.lose(1, now); }

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
        std::uint64_t frames_refused = 0;
        std::uint64_t connections_refused = 0;
    };
    Traffic& traffic() { return traffic_; }
    const Traffic& traffic() const { return traffic_; }

private:
    // From processes and tools.
    void on_hello(const transport::Peer& from, const transport::Hello& hello);
    void refuse_version(const transport::Peer& from, const std::string& newcomer, const Error& why);
    transport::Registered registered() const;
    void on_register(const transport::Peer& from, const transport::Register& registration, TimePoint now);
    std::expected<void, Error> may_register(const transport::Peer& from, const transport::Register& registration) const;
    Processes::EndShows end_shows_of(const transport::Register& registration) const;
    void on_report(const transport::Peer& from, const transport::Report& report, TimePoint now);
    void on_dead_letter_handlers(const transport::Peer& from, const transport::DeadLetterHandlers& news);
    void tell_dead_letter_handlers();
    void tell_to_come_again(const transport::Peer& from);
    void on_update_capability(const transport::Peer& from, const transport::UpdateCapability& update);
    void on_leave(std::uint64_t process);
    void on_status(const transport::Peer& from);
    void on_shut_down_convention(const transport::Peer& from, const transport::ShutDownConvention& wish, TimePoint now);
    void pass_on_shut_down(const transport::Peer& requester, const transport::ShutDownConvention& wish);
    void settle_shut_down(TimePoint now);
    void on_log_record(const transport::Peer& from, const transport::LogRecord& record, TimePoint now);
    void on_load_module(const transport::Peer& from, const transport::LoadModule& wish, TimePoint now);
    void on_module_loaded(const transport::Peer& from, const transport::ModuleLoaded& news);
    // From member hosts.
    void on_join(const transport::Peer& from, const transport::JoinConvention& join, TimePoint now);
    std::expected<void, Error> may_join(const transport::Peer& from, const HostEntry& host) const;
    void tell_loads(TimePoint now);
    void on_host_loads(const transport::HostLoads& news);
    void on_heartbeat(const transport::Peer& from, const transport::Heartbeat& beat, TimePoint now);
    void on_host_changed(const transport::Peer& from, const transport::HostChanged& news);
    void on_process_gone(const transport::Peer& from, const transport::ProcessGone& news);
    void on_member_left(const transport::Peer& from, TimePoint now);
    // From newcomers, and of keys.
    void on_enrol(const transport::Peer& from, const transport::Enrol& wish, TimePoint now);
    void cut_off(KeyId who);
    void count_refusal(KeyId who, const Error& why);
    // From the leader.
    void on_joined(const transport::Joined& joined, TimePoint now);

    // Direct links.
    void on_link_beat(const transport::Peer& from, const transport::FrameHeader& header,
                      const transport::LinkBeat& news, TimePoint now);
    std::uint64_t new_link();
    void keep_links(TimePoint now);
    void beat(const transport::Peer& connection);
    void disconnect(std::uint32_t host);
    void look_at_way(std::uint32_t host);
    void put_host(const HostEntry& host);
    void let_in_neighbours();
    void forget_links(std::uint32_t host);
    std::string name_of(std::uint32_t host) const;
    // About names (hearing_names.cpp).
    bool speaks_for(const transport::Peer& from, const std::vector<Address>& actors);
    bool names_are_settled(TimePoint now) const;
    void on_claim_names(const transport::Peer& from, const transport::ClaimNames& news, TimePoint now);
    void decide(const transport::NameClaim& claim, TimePoint now);
    void on_release_name(const transport::Peer& from, const transport::ReleaseName& news);
    void on_find_name(const transport::Peer& from, const transport::FindName& news, TimePoint now);
    void on_host_processes(const transport::Peer& from, const transport::HostProcesses& news);
    void on_name_given(const transport::NameGiven& news);
    void on_name_released(const transport::NameReleased& news);
    void on_name_found(const transport::NameFound& news);
    void on_names_request(const transport::Peer& from);
    void tell_own_processes();
    template <class M>
    void pass_to_leader(const M& message);
    template <class M>
    void tell_process(std::uint64_t process, const M& message);
    template <class M>
    void tell_own(std::uint64_t process, const M& message);

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
    // Of hosts that drain: hearing_drains.cpp.
    std::expected<std::uint32_t, Error> host_to_drain(const std::string& name) const;
    void on_drain_host(const transport::Peer& from, const transport::DrainHost& wish, TimePoint now);
    void on_drain_convention(const transport::Peer& from, Duration within, TimePoint now);
    void begin_draining();
    void keep_drains(TimePoint now);
    void drain_ended(std::uint32_t host, const std::string& name, const std::string& reason);
    void end_host_after_members(TimePoint now);
    void begin_ending(TimePoint now);
    void watch_members(TimePoint now);
    void keep_membership(TimePoint now);
    void stop_when_done(TimePoint now);
    void become_ready();
    void pass_on(transport::LogRecord record, TimePoint now);
    void write_to_log(const transport::LogRecord& record);
    void tell_suppressed_logs(TimePoint now);
    std::expected<void, Error> has_types(std::uint64_t process, const std::vector<TypeEntry>& types);
    void load_later_modules(std::uint64_t process, std::size_t loaded);
    void loads_without(std::uint64_t process, const std::string& why);
    void give_up_late_loads(TimePoint now);
    void end_loads();
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
    /// That a process of this host has ended.
    void tell_end(std::uint64_t process, const ExitCause& cause);
    Actions take() { return std::exchange(actions_, {}); }

    HostEntry self_;
    const bool wants_actor_process_;
    const Times times_;
    const std::string machine_;
    const std::int64_t pid_;
    const std::uint64_t own_process_;
    const bool leader_has_keys_;

    Processes processes_;
    IsolatedProcesses isolated_;
    ConventionTable table_;
    Loads host_loads_;
    RoutingTable routes_;
    Leadership leadership_;        // the leader's
    NameBook names_;               // likewise
    Membership membership_;        // everybody else's
    HostLinks links_;              // likewise
    std::uint64_t ends_told_ = 0;  // of this host's processes
    std::uint64_t next_link_;
    const bool remembers_;
    std::uint32_t reserved_process_number_;  // remembered: this broker uses none above it
    std::uint32_t reserved_links_;
    std::map<std::uint64_t, Memory::Resident> awaited_;  // were here before this broker, and may still come back
    std::optional<TimePoint> start_at_;                  // when no actor process has come back by then
    const TimePoint settled_at_;                         // by then whoever was here before has come back
    const bool was_here_before_;                         // a broker of this host was, and was killed
    std::set<transport::Peer> told_again_;               // since the last tick, that they are unknown
    bool refusal_logged_ = false;                        // of a newcomer, since the last tick
    std::map<std::uint32_t, TimePoint> doubtful_;  // hosts that a restarted leader has not named yet, and until when

    bool ready_ = false;
    bool stopped_ = false;
    bool convention_ending_ = false;
    bool host_ending_ = false;
    TimePoint ending_deadline_{};
    std::optional<transport::Peer> shut_down_requester_;
    Drains drains_;  // the leader's
    std::optional<transport::Drained> drained_;
    struct ShutDownWish {
        transport::Peer requester;
        transport::ShutDownConvention wish;
        TimePoint until;
    };
    std::optional<ShutDownWish> shut_down_waits_;  // a worker's, for its leader

    Guard guard_;
    KeyId speaker_ = local_key;  // whose message is being heard
    std::set<KeyId> told_of_key_;
    std::set<transport::Peer> told_of_frames_;
    std::set<std::string> strangers_;  // keys that were refused, as text
    bool told_of_failed_handshakes_ = false;

    std::map<std::uint64_t, transport::LogLimiter> log_limiters_;  // by process of this host that has logged something
    transport::LogLimiter lost_logs_;                              // on their way to the leader

    /// Of a module, into all actor processes of this host.
    struct Load {
        transport::Peer requester;
        std::string path;
        std::set<std::uint64_t> awaited;  ///< processes
        std::string failure;              ///< the first; empty: none so far
        TimePoint until;
    };
    std::vector<Load> loads_;           // in their order: each process answers in it
    std::vector<std::string> modules_;  // loaded at run time

    Traffic traffic_;
    Actions actions_;
};

}  // namespace zanni::broker
