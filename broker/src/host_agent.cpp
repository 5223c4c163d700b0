#include "host_agent.hpp"

#include <poll.h>
#include <spawn.h>
#include <sys/epoll.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>
#include <csignal>

#include <cerrno>
#include <cstring>
#include <system_error>
#include <utility>

#include "log.hpp"

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

class Input {
public:
    explicit Input(int input) : redirects_(input >= 0) {
        ::posix_spawn_file_actions_init(&actions_);
        if (redirects_) ::posix_spawn_file_actions_adddup2(&actions_, input, STDIN_FILENO);
    }
    ~Input() { ::posix_spawn_file_actions_destroy(&actions_); }
    Input(const Input&) = delete;
    Input& operator=(const Input&) = delete;

    const posix_spawn_file_actions_t* get() const { return redirects_ ? &actions_ : nullptr; }

private:
    const bool redirects_;
    posix_spawn_file_actions_t actions_;
};

bool has_ended(int pidfd) {
    pollfd item{pidfd, POLLIN, 0};
    return ::poll(&item, 1, 0) == 1;
}

/// Of an end whose status is another process's to know.
const ExitCause ended_somehow{ExitCause::gone, 0, {}};

ExitCause cause_of(const siginfo_t& info) {
    if (info.si_code == CLD_EXITED) return {ExitCause::process_exit, info.si_status, {}};
    return {ExitCause::signal, info.si_status, {}};
}

}  // namespace

HostAgent::HostAgent() : epoll_(::epoll_create1(EPOLL_CLOEXEC)) {
    if (epoll_ < 0) fail(errno, "no epoll");
    struct sigaction current {};
    ::sigaction(SIGCHLD, nullptr, &current);
    if (current.sa_handler == SIG_IGN) ::signal(SIGCHLD, SIG_DFL);
}

HostAgent::~HostAgent() {
    for (const auto& [pid, child] : children_) {
        signal(pid, SIGKILL);
        if (!child.is_adopted) ::waitpid(static_cast<pid_t>(pid), nullptr, 0);
        ::close(child.fd);
    }
    for (const auto& [process, fd] : watched_) ::close(fd);
    ::close(epoll_);
}

std::int64_t HostAgent::start(const std::vector<std::string>& command, int input) {
    std::vector<char*> arguments;
    arguments.reserve(command.size() + 1);
    for (const auto& word : command) arguments.push_back(const_cast<char*>(word.c_str()));
    arguments.push_back(nullptr);
    const SpawnAttributes attributes;
    const Input redirect(input);
    pid_t pid = 0;
    if (const int error =
            ::posix_spawn(&pid, command.front().c_str(), redirect.get(), attributes.get(), arguments.data(), environ))
        fail(error, "can't start " + command.front());
    const int fd = open(pid);
    if (fd < 0) {
        const int error = errno;
        ::kill(pid, SIGKILL);
        ::waitpid(pid, nullptr, 0);
        fail(error, "no pidfd for an actor process");
    }
    children_[pid] = {fd, false};
    return pid;
}

/// A pidfd that fd() waits for too; -1 and errno when there is none.
int HostAgent::open(std::int64_t pid) {
    const int fd = static_cast<int>(::syscall(SYS_pidfd_open, static_cast<pid_t>(pid), 0));
    if (fd < 0) return fd;
    epoll_event event{};
    event.events = EPOLLIN;
    if (::epoll_ctl(epoll_, EPOLL_CTL_ADD, fd, &event) == 0) return fd;
    const int error = errno;
    ::close(fd);
    errno = error;
    return -1;
}

void HostAgent::adopt(std::int64_t pid) {
    const int fd = open(pid);
    if (fd >= 0)
        children_[pid] = {fd, true};
    else
        ended_already_.push_back({pid, 0, ended_somehow});
}

void HostAgent::watch(std::uint64_t process, std::int64_t pid) {
    unwatch(process);
    const int fd = open(pid);
    if (fd >= 0)
        watched_[process] = fd;
    else if (errno == ESRCH)
        ended_already_.push_back({0, process, ended_somehow});
    else
        log::warn("the end of process " + std::to_string(pid) + " can't be watched: " + std::strerror(errno));
}

void HostAgent::unwatch(std::uint64_t process) {
    const auto found = watched_.find(process);
    if (found == watched_.end()) return;
    ::close(found->second);
    watched_.erase(found);
}

void HostAgent::signal(std::int64_t pid, int signal) {
    if (const auto child = children_.find(pid); child != children_.end())
        ::syscall(SYS_pidfd_send_signal, child->second.fd, signal, nullptr, 0);
}

std::vector<HostAgent::Ended> HostAgent::reap() {
    std::vector<Ended> ended = std::exchange(ended_already_, {});
    epoll_event any{};
    if (::epoll_wait(epoll_, &any, 1, 0) != 1) return ended;
    for (auto next = children_.begin(); next != children_.end();) {
        const auto child = next++;  // it may go
        if (has_ended(child->second.fd)) reap_child(child->first, ended);
    }
    for (auto next = watched_.begin(); next != watched_.end();) {
        const auto watched = next++;
        if (!has_ended(watched->second)) continue;
        ended.push_back({0, watched->first, ended_somehow});
        unwatch(ended.back().process);
    }
    return ended;
}

void HostAgent::reap_child(std::int64_t pid, std::vector<Ended>& ended) {
    const Child child = children_.at(pid);
    siginfo_t info{};
    if (!child.is_adopted) ::waitid(P_PID, static_cast<id_t>(pid), &info, WEXITED | WNOHANG);
    ExitCause cause = child.is_adopted ? ended_somehow : cause_of(info);
    if (cause.kind == ExitCause::signal && cause.number == SIGKILL && oom_kills_.rose())
        cause = {ExitCause::out_of_memory, SIGKILL, "the kernel has killed for want of memory"};
    ended.push_back({pid, 0, std::move(cause)});
    ::close(child.fd);
    children_.erase(pid);
}

}  // namespace zanni::broker
