#include "host_agent.hpp"

#include <spawn.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>
#include <csignal>

#include <cerrno>
#include <system_error>

namespace zanni::broker {

namespace {

[[noreturn]] void fail(int error, const std::string& what) {
    throw std::system_error(error, std::generic_category(), what);
}

/// The broker blocks the signals that it reads by signalfd; a child must not inherit that.
class SpawnAttributes {
public:
    SpawnAttributes() {
        ::posix_spawnattr_init(&attributes_);
        sigset_t none;
        sigset_t all;
        ::sigemptyset(&none);
        ::sigfillset(&all);
        ::posix_spawnattr_setsigmask(&attributes_, &none);
        ::posix_spawnattr_setsigdefault(&attributes_, &all);
        ::posix_spawnattr_setflags(&attributes_, POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF);
    }
    ~SpawnAttributes() { ::posix_spawnattr_destroy(&attributes_); }
    SpawnAttributes(const SpawnAttributes&) = delete;
    SpawnAttributes& operator=(const SpawnAttributes&) = delete;

    const posix_spawnattr_t* get() const { return &attributes_; }

private:
    posix_spawnattr_t attributes_;
};

ExitCause cause_of(const siginfo_t& info) {
    if (info.si_code == CLD_EXITED) return {ExitCause::process_exit, info.si_status, {}};
    return {ExitCause::signal, info.si_status, {}};
}

}  // namespace

HostAgent::HostAgent() {
    struct sigaction current {};
    ::sigaction(SIGCHLD, nullptr, &current);
    if (current.sa_handler == SIG_IGN) ::signal(SIGCHLD, SIG_DFL);
}

HostAgent::~HostAgent() {
    for (const auto& [pid, fd] : pidfds_) {
        ::kill(static_cast<pid_t>(pid), SIGKILL);
        ::waitpid(static_cast<pid_t>(pid), nullptr, 0);
        ::close(fd);
    }
}

std::int64_t HostAgent::start(const std::vector<std::string>& command) {
    std::vector<char*> arguments;
    arguments.reserve(command.size() + 1);
    for (const auto& word : command) arguments.push_back(const_cast<char*>(word.c_str()));
    arguments.push_back(nullptr);
    const SpawnAttributes attributes;
    pid_t pid = 0;
    if (const int error =
            ::posix_spawn(&pid, command.front().c_str(), nullptr, attributes.get(), arguments.data(), environ))
        fail(error, "can't start " + command.front());
    const int fd = static_cast<int>(::syscall(SYS_pidfd_open, pid, 0));
    if (fd < 0) {
        const int error = errno;
        ::kill(pid, SIGKILL);
        ::waitpid(pid, nullptr, 0);
        fail(error, "no pidfd for an actor process");
    }
    pidfds_[pid] = fd;
    return pid;
}

void HostAgent::signal(std::int64_t pid, int signal) {
    if (pidfds_.contains(pid)) ::kill(static_cast<pid_t>(pid), signal);
}

std::vector<int> HostAgent::fds() const {
    std::vector<int> fds;
    fds.reserve(pidfds_.size());
    for (const auto& [pid, fd] : pidfds_) fds.push_back(fd);
    return fds;
}

std::vector<HostAgent::Ended> HostAgent::reap() {
    std::vector<Ended> ended;
    for (auto entry = pidfds_.begin(); entry != pidfds_.end();) {
        const auto [pid, fd] = *entry;
        siginfo_t info{};
        const bool has_ended =
            ::waitid(P_PID, static_cast<id_t>(pid), &info, WEXITED | WNOHANG) == 0 && info.si_pid != 0;
        if (has_ended) {
            ::close(fd);
            ended.push_back({pid, cause_of(info)});
        }
        entry = has_ended ? pidfds_.erase(entry) : std::next(entry);
    }
    return ended;
}

}  // namespace zanni::broker
