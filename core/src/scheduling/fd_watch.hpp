#pragma once

#include <functional>
#include <mutex>
#include <unordered_map>

#include <zanni/address.hpp>
#include <zanni/clock.hpp>

namespace zanni::detail {

/// File descriptors that actors watch, each for one actor. One that was reported is not looked at again before rearm().
///
/// Threads: any; poll() one at a time.
class FdWatch {
public:
    using Report = std::function<void(int fd, const Address& watcher)>;

    /// Errors: throws std::system_error.
    FdWatch();
    ~FdWatch();
    FdWatch(const FdWatch&) = delete;
    FdWatch& operator=(const FdWatch&) = delete;

    /// Errors: throws std::system_error when the descriptor can't be watched, or is watched already.
    void add(int fd, const Address& watcher);
    void rearm(int fd, const Address& watcher);
    void remove(int fd);

    /// Reports those that can be read; waits for the first one for at most `longest`, or until wake().
    void poll(Duration longest, const Report& report);
    void wake();

private:
    int epoll_;
    int wake_fd_;
    std::mutex mutex_;  // guards watchers_
    std::unordered_map<int, Address> watchers_;
};

}  // namespace zanni::detail
