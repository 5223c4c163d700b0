#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include <zanni/clock.hpp>

#include "control.hpp"
#include "socket.hpp"

namespace zanni::broker {

/// The leader's list of hosts that work off what waits before they end. Pure.
///
/// A host is at rest when none of its processes has anything waiting or in flight, and two reports of each, after the
/// first that said so, have shown that nothing moved either. As counters only grow, nothing that any two of them say to
/// each other is under way then.
///
/// Threads: one.
/// Limits: as many as there are hosts, and their processes.
class Drains {
public:
    /// False when that host drains already.
    bool begin(std::uint32_t host, const transport::Peer& requester, Duration within, TimePoint now);
    /// Every host. False when they do already.
    bool begin_all(Duration within, TimePoint now);
    bool all_drain() const { return all_.has_value(); }
    /// Of all, one more. False when it is known.
    bool include(std::uint32_t host, TimePoint now);

    /// What a host says of itself, of those that drain. It is at rest only when it says so while it says that it
    /// drains.
    void heard(const transport::HostStatus& status);
    /// Which of those that drain alone may end now: each once.
    struct Done {
        std::uint32_t host = 0;
        transport::Drained how;
    };
    std::vector<Done> take_done(TimePoint now);
    /// Whether all may end now; once.
    std::optional<transport::Drained> take_all_done(TimePoint now);

    /// It has ended, or was lost. Who wanted it drained, and how that went if it came so far.
    struct End {
        transport::Peer requester;
        std::optional<transport::Drained> how;
    };
    std::optional<End> gone(std::uint32_t host);

    bool empty() const { return hosts_.empty() && !all_; }
    std::vector<std::uint32_t> hosts() const;
    /// It may end, and has not yet.
    bool is_done(std::uint32_t host) const { return hosts_.contains(host) && hosts_.at(host).how; }

private:
    /// Of a process, as of its last report.
    struct Rest {
        std::uint64_t moved = 0;  // all its counters
        bool waits = false;       // something does
        std::uint64_t since = 0;  // the number of the first report that said so
    };
    struct Span {
        TimePoint begun;
        TimePoint until;
    };
    struct Host {
        Span span;
        std::optional<transport::Peer> requester;
        std::map<std::uint64_t, Rest> processes{};
        std::uint64_t waiting = 0;
        bool at_rest = false;
        std::optional<transport::Drained> how{};
    };

    static std::optional<transport::Drained> decide(const Span& span, bool at_rest, std::uint64_t waiting,
                                                    TimePoint now);

    std::map<std::uint32_t, Host> hosts_;
    std::optional<Span> all_;
};

/// "drained in 3.2 s", or "30 s were not enough: 5 messages were still waiting".
std::string to_string(const transport::Drained& how);

}  // namespace zanni::broker
