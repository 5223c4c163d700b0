#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include <zanni/actor_system.hpp>
#include <zanni/clock.hpp>
#include <zanni/trace.hpp>

#include "control.hpp"

namespace zanni::broker {

/// A span, and where and when it was.
struct PlacedSpan {
    Span span;
    std::string host;  ///< its name
    std::uint64_t process = 0;
    Duration since_1970{};  ///< when it began, by the clock of its machine
};

/// Fetches what the processes of a convention have traced, each span once. One that stands still holds up nobody.
///
/// Threads: one.
class SpanDesk {
public:
    /// `system` belongs to the convention, and outlives this.
    explicit SpanDesk(System& system) : endpoint_(system.private_endpoint()) {}

    /// Every message that reaches that actor begins a trace, from now on and for so long.
    void trace(const Address& actor, Duration time);
    /// What is kept up to now is not wanted.
    void skip_kept(const std::vector<transport::HostStatus>& hosts, Duration longest);
    /// What is new. Blocks: until all processes have answered, up to `longest`.
    std::vector<PlacedSpan> fetch(const std::vector<transport::HostStatus>& hosts, Duration longest);

    /// Spans that made room in their processes before they were fetched.
    std::uint64_t lost() const { return lost_; }

private:
    struct Known {
        std::uint64_t last = 0;
        bool asked = false;
        std::string host;
    };

    void ask(std::uint64_t process, Known& known, const SpansRequest& request);
    void take(Spans spans, std::vector<PlacedSpan>& all);
    bool collect(std::vector<PlacedSpan>& all, TimePoint until);

    SystemClock clock_;
    PrivateEndpoint endpoint_;
    std::map<std::uint64_t, Known> processes_;
    std::uint64_t lost_ = 0;
};

}  // namespace zanni::broker
