#include "warm_pool.hpp"

#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <system_error>
#include <utility>

#include "log.hpp"

namespace zanni::broker {

WarmPool::~WarmPool() {
    for (const Warm& warm : waiting_) ::close(warm.fd);
}

WarmPool::Warm WarmPool::start() {
    int ends[2];
    if (::socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends) != 0)
        throw std::system_error(errno, std::generic_category(), "no socket for an actor process");
    try {
        const std::int64_t pid = agent_.start(command_, ends[1]);
        ::close(ends[1]);
        return {pid, ends[0]};
    } catch (...) {
        ::close(ends[0]);
        ::close(ends[1]);
        throw;
    }
}

std::int64_t WarmPool::assign(std::uint64_t process) {
    for (;;) {
        const bool is_new = waiting_.empty();
        if (is_new) waiting_.push_back(start());
        const Warm warm = waiting_.front();
        waiting_.pop_front();
        const ssize_t sent = ::send(warm.fd, &process, sizeof process, MSG_NOSIGNAL);
        const int error = errno;
        ::close(warm.fd);
        if (sent == sizeof process) return warm.pid;
        if (is_new) throw std::system_error(error, std::generic_category(), "an actor process hears nothing");
    }
}

void WarmPool::renew(std::vector<std::string> command) {
    command_ = std::move(command);
    for (const Warm& warm : std::exchange(waiting_, {})) ::close(warm.fd);
    failures_ = 0;
}

void WarmPool::refill() {
    if (!wants_more()) return;
    try {
        waiting_.push_back(start());
    } catch (const std::system_error& error) {
        failures_ = failures_max;
        log::warn(std::string("no processes are kept warm any more: ") + error.what());
    }
}

bool WarmPool::ended(std::int64_t pid) {
    const auto found = std::ranges::find(waiting_, pid, &Warm::pid);
    if (found == waiting_.end()) return false;
    ::close(found->fd);
    waiting_.erase(found);
    if (++failures_ == failures_max)
        log::warn("no processes are kept warm any more: " + std::to_string(failures_max) + " ended unused");
    return true;
}

}  // namespace zanni::broker
