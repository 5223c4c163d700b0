#pragma once

#include <sys/types.h>

#include <chrono>
#include <csignal>
#include <cstddef>
#include <functional>
#include <string>
#include <vector>

#include "roles.hpp"

namespace plain_zmq {

/// A file descriptor that closes itself.
class Descriptor {
public:
    explicit Descriptor(int fd = -1) : fd_(fd) {}
    Descriptor(Descriptor&& other) noexcept;
    Descriptor& operator=(Descriptor&& other) noexcept;
    ~Descriptor() { close(); }

    int get() const { return fd_; }
    void close();

private:
    int fd_;
};

/// The child processes of one run: forked, listened to, ended and reaped together. While it lives, SIGINT and SIGTERM
/// end the run with an exception, so that nothing is left behind.
///
/// Threads: one, and the process must have no other and no ZeroMQ context, which a fork would break.
class Processes {
public:
    using Child = std::size_t;

    Processes();
    ~Processes();  // kills and reaps what finish() has not
    Processes(const Processes&) = delete;
    Processes& operator=(const Processes&) = delete;

    /// Runs the role in a process of its own; it dies with this one.
    Child start(std::string name, const std::function<void(const Parent&)>& role);

    /// The next line that the child reports.
    /// Errors: throws, naming the child, when any child ends or the time is over.
    std::string line_from(Child child, std::chrono::milliseconds time_max);

    /// Ends and reaps all. Errors: throws, naming the child, for any but a clean end.
    void finish();

private:
    struct Running {
        std::string name;
        pid_t pid;  // 0: reaped
        Descriptor reports;
        std::string unread;
    };

    [[noreturn]] void become(Descriptor report, const std::function<void(const Parent&)>& role,
                             const std::string& name);
    void listen(std::chrono::milliseconds time_max);
    void read_reports(Running& child);
    std::string reap(Running& child);

    sigset_t signals_before_{};
    Descriptor interrupts_;
    Descriptor stop_for_children_;
    Descriptor stop_;  // closing it is the sign
    std::vector<Running> children_;
};

}  // namespace plain_zmq
