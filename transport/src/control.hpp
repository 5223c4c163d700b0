#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include <zanni/accounts.hpp>
#include <zanni/address.hpp>
#include <zanni/clock.hpp>
#include <zanni/error.hpp>
#include <zanni/lifecycle.hpp>

#include "placement/convention_table.hpp"

/// What processes and brokers say to each other: the payloads of control frames. Source: docs/protocol.md, "Control
/// messages".
namespace zanni::transport {

// ---- A process and its broker

/// First contact, from a socket without an identity.
struct Hello {
    static constexpr auto message_name = "zanni.Hello";
    std::string version;  ///< of the library: one that doesn't fit the broker's is refused
};
struct Welcome {
    static constexpr auto message_name = "zanni.Welcome";
    std::uint64_t process = 0;  ///< the newcomer's id from now on
    std::string version;
};
/// No, and why; the sender of what was refused gives up.
struct Refused {
    static constexpr auto message_name = "zanni.Refused";
    Error::Code code = Error::refused;
    std::string context;
};

struct Register {
    static constexpr auto message_name = "zanni.Register";
    std::uint64_t process = 0;
    std::int64_t pid = 0;
    std::string program;
    bool common = false;           ///< the host's common actor process: it creates actors for others
    std::vector<TypeEntry> types;  ///< that it can create
    std::string machine{};         ///< machine_id(): a broker of the same one can watch the pid
    std::string version{};         ///< of the library; none: it has said hello, and with that its version
};
/// The host this process now belongs to, and the whole convention.
struct Registered {
    static constexpr auto message_name = "zanni.Registered";
    std::uint32_t host = 0;
    std::vector<HostEntry> hosts;
    Duration down_after =
        std::chrono::seconds(5);  ///< so long may a host be silent, or a process on another machine, before it is gone
    std::int64_t pid = 0;         ///< the broker's
    bool member = true;           ///< the hosts are the whole convention; else this broker has yet to hear of others
};
/// The broker doesn't know this sender: it was started anew.
struct RegisterAgain {
    static constexpr auto message_name = "zanni.RegisterAgain";
};
/// A lane of a process, by which frames to and from another go past the brokers.
struct LaneEntry {
    std::uint64_t peer = 0;    ///< process
    bool ipc = false;          ///< else tcp
    Duration up{};             ///< for so long
    std::uint64_t frames = 0;  ///< that have come by it
};
/// A process says how it fares, once per heartbeat interval; its broker answers with Heartbeat. Of one on another
/// machine the broker hears nothing else, if it has nothing to send.
struct Report {
    static constexpr auto message_name = "zanni.Report";
    std::uint64_t actors = 0;
    Accounts accounts{};
    std::uint64_t in_flight = 0;  ///< of `accounts.posted`, those not known to have arrived
    std::string resident_type{};  ///< of the actor that has the process for itself
    std::vector<LaneEntry> lanes{};
};
/// Which actors handle dead letters: all of the sending process; from the broker, all of the host's other processes.
struct DeadLetterHandlers {
    static constexpr auto message_name = "zanni.DeadLetterHandlers";
    std::vector<Address> handlers;
};
/// The sender's host offers this from now on, or without a value no more.
struct UpdateCapability {
    static constexpr auto message_name = "zanni.UpdateCapability";
    std::string key;
    std::optional<CapabilityValue> value;
};
struct Leave {
    static constexpr auto message_name = "zanni.Leave";
};
/// End in order: actors first.
struct EndProcess {
    static constexpr auto message_name = "zanni.EndProcess";
};

// ---- Logs

/// A line of somebody's log, of warn or error, for the leader's: from a process to its broker, from that to the leader.
struct LogRecord {
    static constexpr auto message_name = "zanni.LogRecord";
    std::uint8_t level = 2;     ///< log::Level
    std::uint64_t process = 0;  ///< that has logged it; its broker sees to it that it is true
    std::string program;        ///< what that process is, likewise
    Address actor{};            ///< of that process; none for most
    std::string text;           ///< one line
};

// ---- Modules

/// From a tool to a host's broker, and on to that host's actor processes: have this shared object's types from now on.
struct LoadModule {
    static constexpr auto message_name = "zanni.LoadModule";
    std::string path;  ///< absolute, on that host
};
/// The way back.
struct ModuleLoaded {
    static constexpr auto message_name = "zanni.ModuleLoaded";
    std::string path;
    std::optional<std::string> failure{};  ///< why it isn't loaded
    std::vector<TypeEntry> types{};        ///< all that the process, or the host, can create now
    std::string host{};                    ///< its name; from the broker
};

// ---- Names: a process to its broker, which passes it on to the leader; and the answers back

/// That this actor be the one of that name; or, once a leader has said so, that it is.
struct NameClaim {
    std::string name;
    Address claimer;
    bool held = false;
    Duration held_for{};  ///< so long already
};
struct ClaimNames {
    static constexpr auto message_name = "zanni.ClaimNames";
    std::vector<NameClaim> claims;
};
/// Whose it is: the claimer's, or another's. None: nobody's, as there are too many names. To one that has had the name
/// and isn't the owner any more: two had it, as hosts were apart, and this one has to end.
struct NameGiven {
    static constexpr auto message_name = "zanni.NameGiven";
    std::string name;
    Address claimer;
    Address owner;
};
struct ReleaseName {
    static constexpr auto message_name = "zanni.ReleaseName";
    std::string name;
    Address claimer;
};
struct NameReleased {
    static constexpr auto message_name = "zanni.NameReleased";
    std::string name;
    Address claimer;
};
struct FindName {
    static constexpr auto message_name = "zanni.FindName";
    std::string name;
    Address asker;
};
/// Owner none: nobody has it.
struct NameFound {
    static constexpr auto message_name = "zanni.NameFound";
    std::string name;
    Address asker;
    Address owner;
};

// ---- News for everybody, passed on by each broker

struct HostChanged {
    static constexpr auto message_name = "zanni.HostChanged";
    HostEntry host;
};
/// How many actors run on these hosts now. Once per heartbeat interval at most, from the leader, and of those whose
/// number has changed notably; a broker that hears it twice or not at all is none the worse.
struct HostLoads {
    static constexpr auto message_name = "zanni.HostLoads";
    struct Load {
        std::uint32_t host = 0;
        std::uint64_t actors = 0;
    };
    std::vector<Load> loads;
};
struct HostGone {
    static constexpr auto message_name = "zanni.HostGone";
    std::uint32_t host = 0;
    std::string reason;
};
struct ProcessGone {
    static constexpr auto message_name = "zanni.ProcessGone";
    std::uint64_t process = 0;
    ExitCause cause;
    std::uint64_t number = 0;  ///< among the ends that its host's broker has told, from 1; see LinkBeat
};

// ---- What a host tells about itself

struct ProcessStatus {
    std::uint64_t process = 0;
    std::int64_t pid = 0;
    std::string program;
    std::uint64_t actors = 0;
    Accounts accounts{};
    std::uint64_t in_flight = 0;
    std::string resident_type{};  ///< as in Report
    std::uint64_t reports = 0;    ///< that have told this, and what was told before
    std::uint64_t handled_per_second = 0;
    std::vector<LaneEntry> lanes{};  ///< as in Report
};
/// Messages that came and aren't handled yet.
inline std::uint64_t waiting_of(const ProcessStatus& process) {
    const std::int64_t difference = process.accounts.difference();
    return difference > 0 ? static_cast<std::uint64_t>(difference) : 0;  // below 0: counted while messages moved
}
/// A direct link to another worker host.
struct LinkStatus {
    std::uint32_t host = 0;
    std::uint64_t frames = 0;  ///< that this host has sent by it
};
struct HostStatus {
    HostEntry host;
    std::vector<ProcessStatus> processes;
    std::uint64_t frames_routed = 0;
    std::uint64_t frames_returned = 0;
    std::uint64_t frames_dropped = 0;
    std::uint64_t bytes_queued = 0;
    bool suspect = false;  ///< silent for long, but not for long enough to be gone
    /// Frames and connections that a key, or the want of one, kept out.
    std::uint64_t frames_refused = 0;
    std::uint64_t connections_refused = 0;
    std::vector<LinkStatus> links{};
};

// ---- A host and the leader

struct JoinConvention {
    static constexpr auto message_name = "zanni.JoinConvention";
    HostEntry host;
    /// Of all that the host asks until it is a member. They may wait in one connection and come all at once: the leader
    /// tells the others of the first one.
    std::uint32_t series = 0;
};
struct Joined {
    static constexpr auto message_name = "zanni.Joined";
    std::vector<HostEntry> hosts;
    std::uint32_t series = 0;  ///< of the question
};
/// "I live": from a host, and back from the leader without a status.
struct Heartbeat {
    static constexpr auto message_name = "zanni.Heartbeat";
    std::optional<HostStatus> status;
    /// How many HostChanged, HostGone and ProcessGone the sender has sent on this link since the host joined. Whoever
    /// has received less joins again, or has the other join again, as a connection that breaks and is made again loses
    /// some and tells nobody.
    std::optional<std::uint64_t> news{};
    /// From the leader, which has heard nothing of this host for the suspect time, while this came through: another
    /// connection may do better.
    bool unheard = false;
};
/// The leader doesn't know this host: it was started anew, or took the host for lost.
struct JoinAgain {
    static constexpr auto message_name = "zanni.JoinAgain";
};
/// From a host that has joined: these of its processes live, or may come back to its broker. Others have no names.
struct HostProcesses {
    static constexpr auto message_name = "zanni.HostProcesses";
    std::vector<std::uint64_t> processes;
};
struct LeaveConvention {
    static constexpr auto message_name = "zanni.LeaveConvention";
};
struct EndHost {
    static constexpr auto message_name = "zanni.EndHost";
};
/// From the leader: be passed by when actors are placed, from now on. The host's entry says that it is.
struct Drain {
    static constexpr auto message_name = "zanni.Drain";
};

// ---- Two worker hosts that are linked

/// "I live": once per heartbeat interval from the one that has connected, and answered by the other; and from either
/// when a process of its own has ended.
struct LinkBeat {
    static constexpr auto message_name = "zanni.LinkBeat";
    /// What the sender's processes said by this link before the ends up to this number lies before this message.
    std::uint64_t ends = 0;
    bool hears_you = false;  ///< the sender has had an answer: the link is good both ways
};

// ---- An operator and any broker

struct HostStatusRequest {
    static constexpr auto message_name = "zanni.HostStatusRequest";
};
/// The leader knows every host's processes as of its last heartbeat; another host knows only its own.
struct HostStatusReply {
    static constexpr auto message_name = "zanni.HostStatusReply";
    std::vector<HostStatus> hosts;
};
/// Only the leader knows them.
struct NamesRequest {
    static constexpr auto message_name = "zanni.NamesRequest";
};
struct NamedActor {
    std::string name;
    Address address;
    std::string host;  ///< its name
};
struct NamesReply {
    static constexpr auto message_name = "zanni.NamesReply";
    std::vector<NamedActor> names;
    std::uint64_t total = 0;  ///< of which these are the first
};
struct ShutDownConvention {
    static constexpr auto message_name = "zanni.ShutDownConvention";
    std::optional<Duration> drain{};  ///< for so long what waits may be worked off first; none: end at once
};
/// How it went to drain a host, or all.
struct Drained {
    bool in_time = false;
    std::uint64_t waiting = 0;  ///< messages, when the time was over
    Duration took{};
};
/// Done, or about to be done.
struct Acknowledged {
    static constexpr auto message_name = "zanni.Acknowledged";
    std::optional<Drained> drained{};
};
/// To the leader: let that host work off what waits, then end it. Answered by Acknowledged when it has ended.
struct DrainHost {
    static constexpr auto message_name = "zanni.DrainHost";
    std::string host;  ///< its name
    Duration within{};
};

// ---- A newcomer with a token and the leader

/// By a connection under the token's key.
struct Enrol {
    static constexpr auto message_name = "zanni.Enrol";
    std::string key;   ///< the newcomer's public key from now on, 64 digits
    std::string name;  ///< as it would like to be listed
};
struct Enrolled {
    static constexpr auto message_name = "zanni.Enrolled";
    std::string role;
    std::string name;  ///< as it is listed
};

}  // namespace zanni::transport
