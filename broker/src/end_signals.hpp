#pragma once

#include <csignal>

namespace zanni::broker {

/// Blocks SIGTERM and SIGINT, for good, in the calling thread and in those that it starts afterwards; returns the two.
sigset_t block_end_signals();

/// SIGTERM and SIGINT as something to poll; the constructor calls block_end_signals(). Threads: one.
class EndSignals {
public:
    /// Errors: throws std::system_error when the process has no file descriptor left.
    EndSignals();
    ~EndSignals();
    EndSignals(const EndSignals&) = delete;
    EndSignals& operator=(const EndSignals&) = delete;

    int fd() const { return fd_; }
    /// Whether one has come since.
    bool take();

private:
    int fd_;
};

}  // namespace zanni::broker
