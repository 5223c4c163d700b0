#pragma once

#include <cstddef>
#include <deque>
#include <memory>

#include <zanni/clock.hpp>

#include "runtime/engine.hpp"
#include "scheduling/fd_watch.hpp"

namespace zanni::detail {

class Runtime;

/// Runs actors one message at a time, when told to, in the order in which they became runnable. Time stands still
/// unless somebody waits and nothing can be run.
///
/// Threads: one.
class Stepper final : public Engine {
public:
    explicit Stepper(ManualClock& clock) : clock_(clock) {}

    void start(Runtime& runtime) { runtime_ = &runtime; }
    bool step();

    void schedule(Cell& cell) override { runnable_.push_back(&cell); }
    /// Runs steps until `done`, or until none is left; then the next timer's time comes, or else the time-out's.
    bool await(std::unique_lock<std::mutex>& lock, std::condition_variable& changed, const std::function<bool()>& done,
               Duration longest) override;
    void watch_fd(int fd, const Address& watcher) override;
    void rearm_fd(int fd, const Address& watcher) override;
    void unwatch_fd(int fd) override;

private:
    ManualClock& clock_;
    Runtime* runtime_ = nullptr;
    std::deque<Cell*> runnable_;
    std::unique_ptr<FdWatch> fds_;  // made for the first
};

}  // namespace zanni::detail
