#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <string>
#include <vector>

#include "host_agent.hpp"

namespace zanni::broker {

/// Processes that have loaded the host's modules and wait to be told who they are; what they are told through is the
/// only thing that keeps them: when this host's broker ends, however it does, they end too.
///
/// Threads: one.
/// Limits: after `failures_max` of them in a row that ended unused, none is kept any more.
class WarmPool {
public:
    static constexpr int failures_max = 5;

    /// `command` starts one. `agent` must outlive the pool.
    WarmPool(HostAgent& agent, std::vector<std::string> command, std::size_t size)
        : agent_(agent), command_(std::move(command)), size_(size) {}
    ~WarmPool();
    WarmPool(const WarmPool&) = delete;
    WarmPool& operator=(const WarmPool&) = delete;

    /// Makes the one that has waited longest, or else a new one, that process. Its pid.
    /// Errors: throws std::system_error when none can be started.
    std::int64_t assign(std::uint64_t process);

    /// From now on they are started so. Those that wait for their work end: they know less.
    void renew(std::vector<std::string> command);

    /// Starts one more if there are too few.
    void refill();
    bool wants_more() const { return failures_ < failures_max && waiting_.size() < size_; }
    std::size_t waiting() const { return waiting_.size(); }

    /// Whether the child that has ended was one of these.
    bool ended(std::int64_t pid);

private:
    struct Warm {
        std::int64_t pid = 0;
        int fd = -1;  // what it hears through
    };
    Warm start();

    HostAgent& agent_;
    std::vector<std::string> command_;
    const std::size_t size_;
    std::deque<Warm> waiting_;
    int failures_ = 0;
};

}  // namespace zanni::broker
