#pragma once

#include <atomic>
#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <memory>
#include <mutex>
#include <thread>
#include <vector>

#include <zanni/gateway.hpp>

#include "runtime/engine.hpp"
#include "scheduling/fd_watch.hpp"

namespace zanni::detail {

class Runtime;

/// Runs actors on threads. A worker that finds no actor to run waits at the gateway if no other does, and handles what
/// it receives there itself, so that an idle process answers without a hand-over between threads; the others sleep.
///
/// Waking another core costs more than most handlers take, so a worker that makes one more actor runnable, or leaves
/// the gateway to run one, wakes nobody. Should that actor block, the watch steps in: an idle worker that looks around
/// every few milliseconds, for as long as anything runs. Neither actor nor gateway waits longer than that while a
/// worker is idle.
///
/// Timers are fired by workers too: between turns, and by an idle one that sleeps no longer than up to the next. Two
/// more threads exist only where they are needed: one that waits for file descriptors, from the first one watched on,
/// and one that looks for handlers that don't return.
///
/// Threads: start(), stop() the owner; everything else any.
class WorkerPool final : public Engine {
public:
    /// A handler that runs for `slow_handler` is reported; zero: none is.
    WorkerPool(unsigned workers, Duration slow_handler);
    ~WorkerPool() override;

    void start(Runtime& runtime, Gateway* gateway);
    /// Returns when no worker runs any more.
    void stop();

    void schedule(Cell& cell) override;
    bool await(std::unique_lock<std::mutex>& lock, std::condition_variable& changed, const std::function<bool()>& done,
               Duration longest) override;
    void watch_fd(int fd, const Address& watcher) override;
    void rearm_fd(int fd, const Address& watcher) override;
    void unwatch_fd(int fd) override;

private:
    void work(Heartbeat& heartbeat);
    void look_for_slow_handlers();
    Duration until_next_timer() const;
    Cell* next();
    void idle();
    void wait_at_gateway(std::unique_lock<std::mutex>& lock);
    void sleep(std::unique_lock<std::mutex>& lock);
    void push(Cell& cell, bool by_worker);
    bool wake_one();
    bool somebody_watches() const { return sleeper_watches_ || gateway_watches_; }

    const unsigned workers_;
    const Duration slow_handler_;
    Runtime* runtime_ = nullptr;
    Gateway* gateway_ = nullptr;
    std::deque<Heartbeat> heartbeats_;  // one per worker
    std::vector<std::thread> threads_;

    std::mutex fds_mutex_;  // guards the making of what follows
    std::unique_ptr<FdWatch> fds_;
    std::thread fds_thread_;

    std::mutex mutex_;  // guards what follows
    std::condition_variable work_arrived_;
    Cell* first_ = nullptr;  // runnable, in the order they became so
    Cell* last_ = nullptr;
    std::size_t runnable_ = 0;
    std::uint64_t turns_ = 0;  // taken so far
    std::uint64_t turns_at_watch_ = 0;
    bool sleeper_watches_ = false;
    bool gateway_watches_ = false;
    unsigned sleeping_ = 0;
    std::condition_variable stopped_;           // for the one that looks for slow handlers
    TimePoint timed_until_ = TimePoint::max();  // when the first of those that wait with a time wakes by itself
    bool waiting_at_gateway_ = false;
    std::atomic<bool> stopping_{false};  // set under the mutex, so that nobody falls asleep over it
};

}  // namespace zanni::detail
