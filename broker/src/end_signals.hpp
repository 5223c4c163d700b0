#pragma once

namespace zanni::broker {

/// SIGTERM and SIGINT as something to poll. Blocks both, for good, in the thread that makes it and in those that it
/// starts afterwards. Threads: one.
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
