#include "scheduling/stepper.hpp"

#include <algorithm>

#include <zanni/assert.hpp>

#include "runtime/runtime.hpp"

namespace zanni::detail {

bool Stepper::step() {
    ZANNI_ASSERT(!current_cell(), "a call that waits (ask, listen, create from outside) was made inside a handler");
    if (runtime_->next_timer() <= clock_.now()) runtime_->fire_timers();
    if (fds_) fds_->poll(Duration::zero(), [this](int fd, const Address& watcher) { runtime_->readable(fd, watcher); });
    if (runnable_.empty()) return false;
    Cell* const cell = runnable_.front();
    runnable_.pop_front();
    if (runtime_->run(*cell, 1)) runnable_.push_back(cell);
    return true;
}

bool Stepper::await(std::unique_lock<std::mutex>& lock, std::condition_variable&, const std::function<bool()>& done,
                    Duration longest) {
    const TimePoint deadline = later(clock_.now(), longest);
    while (!done()) {
        lock.unlock();
        const bool stepped = step();
        const TimePoint next = std::min(runtime_->next_timer(), deadline);
        lock.lock();
        if (stepped) continue;
        if (clock_.now() >= deadline) return done();
        clock_.advance(next - clock_.now());
    }
    return true;
}

void Stepper::watch_fd(int fd, const Address& watcher) {
    if (!fds_) fds_ = std::make_unique<FdWatch>();
    fds_->add(fd, watcher);
}
void Stepper::rearm_fd(int fd, const Address& watcher) { fds_->rearm(fd, watcher); }
void Stepper::unwatch_fd(int fd) { fds_->remove(fd); }

}  // namespace zanni::detail
