#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include <zanni/lifecycle.hpp>

#include "oom_kills.hpp"

namespace zanni::broker {

/// Starts this host's actor processes, watches these and any others of this machine, and notices their ends at once, by
/// pidfd. Decides nothing.
/// Threads: one.
class HostAgent {
public:
    struct Ended {
        std::int64_t pid = 0;       ///< of a child, else 0
        std::uint64_t process = 0;  ///< of one that was watched, else 0
        ExitCause cause;
    };

    /// Whoever started this process with SIGCHLD ignored would have the kernel take the children's ends away: no more.
    /// Errors: throws std::system_error when no file descriptor is left.
    HostAgent();
    /// Kills the children.
    ~HostAgent();
    HostAgent(const HostAgent&) = delete;
    HostAgent& operator=(const HostAgent&) = delete;

    /// The pid. `command` is the program's path and its arguments; `input` becomes its standard input, and stays the
    /// caller's. Without: the same as this process's.
    /// Errors: throws std::system_error.
    std::int64_t start(const std::vector<std::string>& command, int input = -1);
    void signal(std::int64_t pid, int signal);

    /// One that an earlier broker of this host has started: from now on like a child, but that its end has no status.
    void adopt(std::int64_t pid);
    /// Any other process of this machine. As with adopt(), one that has ended already is told as ended.
    void watch(std::uint64_t process, std::int64_t pid);
    void unwatch(std::uint64_t process);

    /// To poll: readable when somebody has ended.
    int fd() const { return epoll_; }
    std::vector<Ended> reap();
    /// Now and then: only what the kernel kills after the last call can be why a child was killed.
    void look_at_memory() { oom_kills_.look(); }

private:
    struct Child {
        int fd = -1;
        bool is_adopted = false;
    };
    int open(std::int64_t pid);
    void reap_child(std::int64_t pid, std::vector<Ended>& ended);

    int epoll_;
    std::map<std::int64_t, Child> children_;  // by pid
    std::map<std::uint64_t, int> watched_;    // pidfds by process
    std::vector<Ended> ended_already_;
    OomKills oom_kills_;
};

}  // namespace zanni::broker
