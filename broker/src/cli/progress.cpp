#include "progress.hpp"

#include <atomic>
#include <chrono>
#include <csignal>
#include <cstdio>
#include <utility>

#include <zanni/clock.hpp>

#include "terminal.hpp"

namespace zanni::cli {

namespace {

std::atomic<int> shown_already{0};  // of two that wait for each other's work only the outer one speaks
constexpr auto patience = std::chrono::seconds(1);
constexpr auto interval = std::chrono::milliseconds(500);

/// In a thread that takes no signals: they are for those that wait for them.
std::thread start_without_signals(auto run) {
    sigset_t all;
    sigset_t before;
    sigfillset(&all);
    ::pthread_sigmask(SIG_SETMASK, &all, &before);
    std::thread thread(std::move(run));
    ::pthread_sigmask(SIG_SETMASK, &before, nullptr);
    return thread;
}

}  // namespace

NoProgress::NoProgress() { ++shown_already; }
NoProgress::~NoProgress() { --shown_already; }

Progress::Progress(std::string what) : what_(std::move(what)) {
    if (shown_already++ == 0 && stderr_is_terminal()) thread_ = start_without_signals([this] { show(); });
}

Progress::~Progress() {
    --shown_already;
    if (!thread_.joinable()) return;
    {
        const std::scoped_lock lock(mutex_);
        ended_ = true;
    }
    changed_.notify_one();
    thread_.join();
}

void Progress::show() {
    const SystemClock clock;
    const TimePoint began = clock.now();
    std::unique_lock lock(mutex_);
    if (changed_.wait_for(lock, patience, [this] { return ended_; })) return;
    do {
        const auto seconds = std::chrono::duration_cast<std::chrono::seconds>(clock.now() - began).count();
        std::fprintf(stderr, "\r\x1b[Kzanni: %lld s, %s", static_cast<long long>(seconds), what_.c_str());
        std::fflush(stderr);
    } while (!changed_.wait_for(lock, interval, [this] { return ended_; }));
    std::fputs("\r\x1b[K", stderr);
    std::fflush(stderr);
}

}  // namespace zanni::cli
