#pragma once

#include <atomic>

namespace zanni::transport {

/// Ends another thread's poll. Signals that meet count once.
/// Threads: signal() any, clear() the one that polls.
class WakeFd {
public:
    /// Errors: throws std::system_error when the process has no file descriptor left.
    WakeFd();
    ~WakeFd();
    WakeFd(const WakeFd&) = delete;
    WakeFd& operator=(const WakeFd&) = delete;

    int fd() const { return fd_; }
    void signal();
    void clear();

private:
    int fd_;
    std::atomic<bool> signalled_{false};
};

}  // namespace zanni::transport
