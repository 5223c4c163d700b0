#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include <zanni/clock.hpp>

#include "control.hpp"
#include "link_peer.hpp"
#include "placement/convention_table.hpp"
#include "socket.hpp"
#include "times.hpp"

namespace zanni::broker {

/// A worker's direct links to other workers: which to make, which still live, and which ends of processes must wait for
/// what comes by them. Pure. Source: ADR 0014.
///
/// A link is a connection that one of the two has made, good both ways once both have heard each other on it. When both
/// have made one, each sends by its own.
///
/// Threads: one.
/// Limits: connections_max made from here; hosts beyond it are reached by way of the leader.
class HostLinks {
public:
    static constexpr std::size_t connections_max = 128;
    static constexpr Duration pause_shortest = std::chrono::seconds(10);  ///< before another attempt
    static constexpr Duration pause_longest = std::chrono::minutes(2);
    static constexpr std::size_t held_max = 1'000;  ///< ends of one host's processes

    explicit HostLinks(const Times& times = {}) : times_(times) {}

    /// A frame for that host has to go by way of the leader.
    void wanted(std::uint32_t host);
    /// A frame has gone to that host by its direct way.
    void sent(std::uint32_t host);

    // What is due, and what was done of it.
    struct Step {
        enum class What { connect, beat, disconnect, look };  ///< look: something came to an end, see way()
        What what = What::look;
        std::uint32_t host = 0;
        std::string endpoint{};    ///< to connect to
        std::uint64_t number = 0;  ///< of the link, if one that was never answered can be used again; else a new one
    };
    std::vector<Step> due(TimePoint now, const ConventionTable& table);
    void connecting(std::uint32_t host, std::uint64_t number, TimePoint now);
    /// For so long nobody listened here: that is nobody's silence.
    void excuse(Duration slept, TimePoint now);

    // What came.
    /// By the connection made from here. True when the link is good from now on.
    bool answered(std::uint32_t host, const transport::LinkBeat& beat, TimePoint now);
    /// By a connection made to here.
    void called(std::uint32_t host, const transport::Peer& from, const transport::LinkBeat& beat, TimePoint now);
    /// Any frame, by either.
    void heard(const transport::Peer& from, TimePoint now);
    /// The other end of that connection isn't there, or isn't that host.
    void lost(std::uint32_t host, const transport::Peer& peer, TimePoint now);
    /// The host is gone.
    void forget(std::uint32_t host) { links_.erase(host); }
    /// It can be reached somewhere else than before.
    void moved(std::uint32_t host);

    // The links as they are.
    /// By which frames for that host go; none: by way of the leader.
    std::optional<transport::Peer> way(std::uint32_t host) const;
    /// By which that host may send here without having been asked.
    std::optional<transport::Peer> caller(std::uint32_t host) const;
    /// Whether that connection is good both ways.
    bool is_good(const transport::Peer& connection) const;
    /// Whether there is one that was made from here, answered or not.
    bool is_connected(std::uint32_t host) const;
    /// All of all hosts, answered or not.
    std::vector<transport::Peer> connections() const;
    /// Of those with a way, and of so many hosts at most.
    std::vector<transport::LinkStatus> status(std::size_t hosts_max) const;

    // The ends of that host's processes, of which the leader tells.
    /// Keeps it if what that process said may still be under way by a link.
    bool hold(const transport::ProcessGone& news);
    /// Those for which all has come by now.
    std::vector<transport::ProcessGone> take_due(std::uint32_t host);
    std::vector<transport::ProcessGone> take_all(std::uint32_t host);

private:
    enum class Outgoing { none, greeting, good };
    struct Incoming {
        transport::Peer peer;
        TimePoint heard;
        bool is_good = false;
        std::uint64_t ends = 0;
    };
    struct Link {
        Outgoing outgoing = Outgoing::none;
        std::uint64_t number = 0;  // that no connection has been answered by; 0: none
        std::size_t attempts = 0;
        TimePoint heard{};
        TimePoint next_beat{};
        TimePoint not_before{};
        Duration pause{};
        std::uint64_t ends = 0;  // of the other host, said by the outgoing connection
        std::optional<Incoming> incoming;
        std::vector<transport::ProcessGone> held;
        std::uint64_t frames = 0;
    };

    bool is_silent(TimePoint heard, TimePoint now) const { return now - heard >= times_.suspect_after; }
    bool may_connect(const Link& link, TimePoint now) const;
    static void close(Link& link, TimePoint now);
    static bool says_more(const Link& link, std::uint64_t number);

    const Times times_;
    std::map<std::uint32_t, Link> links_;
    std::set<std::uint32_t> wanted_;  // since the last due()
};

}  // namespace zanni::broker
