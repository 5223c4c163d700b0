#include "processes.hpp"

#include <poll.h>
#include <sys/prctl.h>
#include <sys/signalfd.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstddef>
#include <iostream>
#include <stdexcept>
#include <system_error>
#include <utility>

namespace plain_zmq {

namespace {

using SteadyClock = std::chrono::steady_clock;

// How long a child may take to end once the run is over.
constexpr auto farewell_max = std::chrono::seconds(5);

int checked(int result, const char* what) {
    if (result < 0) throw std::system_error(errno, std::generic_category(), what);
    return result;
}

struct Pipe {
    Descriptor read_end;
    Descriptor write_end;
};

Pipe make_pipe() {
    std::array<int, 2> ends{};
    checked(pipe(ends.data()), "pipe");
    return {Descriptor(ends[0]), Descriptor(ends[1])};
}

// Empty for a clean end.
std::string describe(int status) {
    if (WIFSIGNALED(status)) return "was killed by signal " + std::to_string(WTERMSIG(status));
    if (WEXITSTATUS(status) != 0) return "ended with exit code " + std::to_string(WEXITSTATUS(status));
    return {};
}

std::chrono::milliseconds until(SteadyClock::time_point deadline) {
    const auto left = std::chrono::ceil<std::chrono::milliseconds>(deadline - SteadyClock::now());
    return std::max(left, std::chrono::milliseconds(0));
}

}  // namespace

Descriptor::Descriptor(Descriptor&& other) noexcept : fd_(std::exchange(other.fd_, -1)) {}

Descriptor& Descriptor::operator=(Descriptor&& other) noexcept {
    std::swap(fd_, other.fd_);
    return *this;
}

void Descriptor::close() {
    if (fd_ >= 0) ::close(std::exchange(fd_, -1));
}

void Parent::report(const std::string& line) const {
    const auto text = line + '\n';
    checked(static_cast<int>(write(report_fd, text.data(), text.size())), "report to the parent");
}

Processes::Processes() {
    auto stop = make_pipe();
    stop_for_children_ = std::move(stop.read_end);
    stop_ = std::move(stop.write_end);
    sigset_t interrupting;
    sigemptyset(&interrupting);
    sigaddset(&interrupting, SIGINT);
    sigaddset(&interrupting, SIGTERM);
    interrupts_ = Descriptor(checked(signalfd(-1, &interrupting, 0), "signalfd"));
    checked(sigprocmask(SIG_BLOCK, &interrupting, &signals_before_), "sigprocmask");
}

Processes::~Processes() {
    for (auto& child : children_) {
        if (child.pid == 0) continue;
        kill(child.pid, SIGKILL);
        reap(child);
    }
    sigprocmask(SIG_SETMASK, &signals_before_, nullptr);
}

Processes::Child Processes::start(std::string name, const std::function<void(const Parent&)>& role) {
    auto reports = make_pipe();
    std::cout.flush();
    const auto parent_pid = getpid();
    const auto pid = checked(fork(), "fork");
    if (pid == 0) {
        prctl(PR_SET_PDEATHSIG, SIGKILL);
        if (getppid() != parent_pid) _exit(1);  // the parent was gone before it could be asked for
        become(std::move(reports.write_end), role, name);
    }
    children_.push_back({std::move(name), pid, std::move(reports.read_end), {}});
    return children_.size() - 1;
}

// Never returns into the parent's frames: their destructors would clean up what is still in use.
void Processes::become(Descriptor report, const std::function<void(const Parent&)>& role, const std::string& name) {
    stop_.close();
    sigprocmask(SIG_SETMASK, &signals_before_, nullptr);
    try {
        role(Parent{report.get(), stop_for_children_.get()});
    } catch (const std::exception& error) {
        std::cerr << name << ": " << error.what() << '\n';
        _exit(1);
    }
    _exit(0);
}

std::string Processes::line_from(Child child, std::chrono::milliseconds time_max) {
    const auto deadline = SteadyClock::now() + time_max;
    auto& unread = children_.at(child).unread;
    while (true) {
        if (const auto end = unread.find('\n'); end != std::string::npos) {
            auto line = unread.substr(0, end);
            unread.erase(0, end + 1);
            return line;
        }
        if (until(deadline).count() == 0) throw std::runtime_error(children_[child].name + " did not report in time");
        listen(until(deadline));
    }
}

// One poll of every child: takes what they report, throws for one that has ended.
void Processes::listen(std::chrono::milliseconds time_max) {
    std::vector<pollfd> polled{{interrupts_.get(), POLLIN, 0}};
    for (const auto& child : children_) polled.push_back({child.reports.get(), POLLIN, 0});
    checked(poll(polled.data(), polled.size(), static_cast<int>(time_max.count())), "poll");
    if (polled[0].revents != 0) {
        signalfd_siginfo taken;
        checked(static_cast<int>(read(interrupts_.get(), &taken, sizeof taken)), "read a signal");
        throw std::runtime_error("interrupted by signal " + std::to_string(taken.ssi_signo));
    }
    for (std::size_t child = 0; child < children_.size(); ++child) {
        if (polled[child + 1].revents != 0) read_reports(children_[child]);
    }
}

void Processes::read_reports(Running& child) {
    std::array<char, 512> text;
    const auto size = checked(static_cast<int>(read(child.reports.get(), text.data(), text.size())), "read a report");
    child.unread.append(text.data(), static_cast<std::size_t>(size));
    if (size > 0) return;
    const auto end = reap(child);
    throw std::runtime_error("the " + child.name + ' ' + (end.empty() ? "ended too early" : end));
}

void Processes::finish() {
    stop_.close();
    const auto deadline = SteadyClock::now() + farewell_max;
    for (auto& child : children_) {
        // A pipe that only the child holds: it is at its end when the child is.
        pollfd ended{child.reports.get(), 0, 0};
        if (checked(poll(&ended, 1, static_cast<int>(until(deadline).count())), "poll") == 0) {
            throw std::runtime_error("the " + child.name + " did not end when told to");
        }
        if (const auto end = reap(child); !end.empty()) throw std::runtime_error("the " + child.name + ' ' + end);
    }
}

std::string Processes::reap(Running& child) {
    int status = 0;
    checked(waitpid(std::exchange(child.pid, 0), &status, 0), "waitpid");
    return describe(status);
}

}  // namespace plain_zmq
