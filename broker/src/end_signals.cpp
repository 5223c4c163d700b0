#include "end_signals.hpp"

#include <sys/signalfd.h>
#include <unistd.h>
#include <csignal>

#include <cerrno>
#include <system_error>

namespace zanni::broker {

sigset_t block_end_signals() {
    sigset_t signals;
    ::sigemptyset(&signals);
    ::sigaddset(&signals, SIGTERM);
    ::sigaddset(&signals, SIGINT);
    ::pthread_sigmask(SIG_BLOCK, &signals, nullptr);
    return signals;
}

EndSignals::EndSignals() {
    const sigset_t signals = block_end_signals();
    fd_ = ::signalfd(-1, &signals, SFD_NONBLOCK | SFD_CLOEXEC);
    if (fd_ < 0) throw std::system_error(errno, std::generic_category(), "no signalfd");
}

EndSignals::~EndSignals() { ::close(fd_); }

bool EndSignals::take() {
    bool any = false;
    for (signalfd_siginfo signal{}; ::read(fd_, &signal, sizeof signal) == sizeof signal;) any = true;
    return any;
}

}  // namespace zanni::broker
