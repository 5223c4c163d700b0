#include "wake_fd.hpp"

#include <sys/eventfd.h>
#include <unistd.h>

#include <cerrno>
#include <cstdint>
#include <system_error>

namespace zanni::transport {

WakeFd::WakeFd() : fd_(::eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC)) {
    if (fd_ < 0) throw std::system_error(errno, std::generic_category(), "no eventfd");
}

WakeFd::~WakeFd() { ::close(fd_); }

void WakeFd::signal() {
    if (signalled_.exchange(true, std::memory_order_acq_rel)) return;
    const std::uint64_t one = 1;
    static_cast<void>(!::write(fd_, &one, sizeof one));
}

void WakeFd::clear() {
    std::uint64_t count = 0;
    if (::read(fd_, &count, sizeof count) == sizeof count) signalled_.store(false, std::memory_order_release);
}

}  // namespace zanni::transport
