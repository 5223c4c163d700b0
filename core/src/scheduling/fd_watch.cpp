#include "scheduling/fd_watch.hpp"

#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdint>
#include <string>
#include <system_error>

namespace zanni::detail {

namespace {

constexpr int reports_max = 64;  // per poll; the rest is reported by the next one

[[noreturn]] void fail(const std::string& doing) { throw std::system_error(errno, std::generic_category(), doing); }

epoll_event interest_in(int fd) {
    epoll_event event{};
    event.events = EPOLLIN | EPOLLRDHUP | EPOLLONESHOT;
    event.data.fd = fd;
    return event;
}

}  // namespace

FdWatch::FdWatch() : epoll_(::epoll_create1(EPOLL_CLOEXEC)), wake_fd_(::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)) {
    epoll_event event{};
    event.events = EPOLLIN;
    event.data.fd = wake_fd_;
    if (epoll_ < 0 || wake_fd_ < 0 || ::epoll_ctl(epoll_, EPOLL_CTL_ADD, wake_fd_, &event) != 0) {
        const int error = errno;
        if (epoll_ >= 0) ::close(epoll_);
        if (wake_fd_ >= 0) ::close(wake_fd_);
        throw std::system_error(error, std::generic_category(), "watching file descriptors");
    }
}

FdWatch::~FdWatch() {
    ::close(wake_fd_);
    ::close(epoll_);
}

void FdWatch::add(int fd, const Address& watcher) {
    const std::scoped_lock lock(mutex_);
    if (watchers_.contains(fd)) {
        errno = EBUSY;
        fail("file descriptor " + std::to_string(fd) + " is watched by another actor");
    }
    epoll_event event = interest_in(fd);
    if (::epoll_ctl(epoll_, EPOLL_CTL_ADD, fd, &event) != 0) fail("watching file descriptor " + std::to_string(fd));
    watchers_.emplace(fd, watcher);
}

void FdWatch::rearm(int fd, const Address& watcher) {
    const std::scoped_lock lock(mutex_);
    const auto found = watchers_.find(fd);
    if (found == watchers_.end() || found->second != watcher) return;
    epoll_event event = interest_in(fd);
    ::epoll_ctl(epoll_, EPOLL_CTL_MOD, fd, &event);
}

void FdWatch::remove(int fd) {
    const std::scoped_lock lock(mutex_);
    if (watchers_.erase(fd) == 1) ::epoll_ctl(epoll_, EPOLL_CTL_DEL, fd, nullptr);
}

void FdWatch::poll(Duration longest, const Report& report) {
    std::array<epoll_event, reports_max> events{};
    const auto milliseconds =
        std::chrono::ceil<std::chrono::milliseconds>(std::min<Duration>(longest, std::chrono::hours(1)));
    const int count = ::epoll_wait(epoll_, events.data(), reports_max, static_cast<int>(milliseconds.count()));
    for (int i = 0; i < count; ++i) {
        const int fd = events[static_cast<std::size_t>(i)].data.fd;
        if (fd == wake_fd_) {
            std::uint64_t times = 0;
            static_cast<void>(!::read(wake_fd_, &times, sizeof times));
            continue;
        }
        Address watcher;
        {
            const std::scoped_lock lock(mutex_);
            if (const auto found = watchers_.find(fd); found != watchers_.end()) watcher = found->second;
        }
        if (watcher) report(fd, watcher);
    }
}

void FdWatch::wake() {
    const std::uint64_t once = 1;
    static_cast<void>(!::write(wake_fd_, &once, sizeof once));
}

}  // namespace zanni::detail
