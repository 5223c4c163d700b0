#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include <zanni/lifecycle.hpp>

namespace zanni::broker {

/// Starts this host's actor processes and notices their ends at once, by pidfd. Decides nothing.
/// Threads: one; it must be the broker's main thread, with whose end the kernel ends the children.
class HostAgent {
public:
    struct Ended {
        std::int64_t pid = 0;
        ExitCause cause;
    };

    /// Whoever started this process with SIGCHLD ignored would have the kernel take the children's ends away: no more.
    HostAgent();
    ~HostAgent();
    HostAgent(const HostAgent&) = delete;
    HostAgent& operator=(const HostAgent&) = delete;

    /// The pid. `command` is the program's path and its arguments.
    /// Errors: throws std::system_error.
    std::int64_t start(const std::vector<std::string>& command);
    void signal(std::int64_t pid, int signal);

    /// To poll: readable when that child has ended.
    std::vector<int> fds() const;
    std::vector<Ended> reap();

private:
    std::map<std::int64_t, int> pidfds_;
};

}  // namespace zanni::broker
