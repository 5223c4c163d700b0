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
#include "scheduling/active_workers.hpp"
#include "scheduling/fd_watch.hpp"
#include "scheduling/run_queue.hpp"

namespace zanni::detail {

class Runtime;

/// Runs actors on threads. A worker that finds no actor to run waits at the gateway if no other does, and handles what
/// it receives there itself, so that an idle process answers without a hand-over between threads; the others sleep.
///
/// What a worker makes runnable goes into its own queue, and the last one of that runs next: its message is in this
/// core's cache. Idle workers take half of another's ring, but not the one that is next, so that two actors who talk
/// stay on one core. What comes from other threads, and what finds no room, lies in a queue that all share.
///
/// Waking another core costs more than most handlers take, so a worker that makes one more actor runnable, or leaves
/// the gateway to run one, wakes nobody; one that has several does, but not often. Should an actor block, the watch
/// steps in: an idle worker that looks around every few milliseconds, for as long as anything runs, and takes over the
/// whole queue of a worker that hasn't got on. Neither actor nor gateway waits longer than that while a worker is idle.
///
/// Where messages are so small that sharing them between cores costs more than it gains, fewer workers run: see
/// ActiveWorkers.
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
    static constexpr std::size_t cache_line = 64;

    struct alignas(cache_line) Worker {
        explicit Worker(WorkerPool& in) : pool(in) {}

        WorkerPool& pool;
        RunQueue queue;
        std::uint32_t in_a_row = 0;  ///< turns of actors that were next
        TimePoint offered_at{};      ///< when it last woke another to share its queue
        Heartbeat heartbeat;
        std::atomic<std::uint64_t> turns{0};  ///< begun so far
        std::atomic<bool> running{false};     ///< an actor has its turn
        // The watch's, in turns.
        std::atomic<bool> stuck{false};  ///< it hadn't got on between two looks
        std::uint64_t turns_seen = 0;    ///< at the last one; guarded by mutex_
    };

    void work(Worker& own);
    void look_for_slow_handlers();
    Duration until_next_timer() const;
    Cell* next(Worker& own);
    Cell* take_shared(Worker& own);
    Cell* steal(Worker& own);
    Cell* take_from_stuck(const Worker& own);
    void put(Worker& own, Cell& cell);
    void put_shared(Cell& cell);
    void append_shared(Cell& cell);
    void give_back_all(Worker& own);
    void offer(Worker& own);
    void have_watched();
    void adapt();
    void got_on(Worker& own);
    void idle(Worker& own);
    void park(Worker& own);
    void await_work(Worker& own, std::unique_lock<std::mutex>& lock);
    void rest(std::unique_lock<std::mutex>& lock);
    void wait_at_gateway(std::unique_lock<std::mutex>& lock);
    void sleep(std::unique_lock<std::mutex>& lock);
    void look_around_now();
    Duration until_trim() const;
    void trim_at_rest(std::uint64_t turns_before) const;
    bool wake_one();
    void wake_somebody();
    std::uint64_t turns() const;
    std::uint64_t messages() const;
    /// More workers than may; one of them parks.
    bool too_many_run() const {
        return running_.load(std::memory_order_relaxed) >
               allowed_.load(std::memory_order_relaxed) + stuck_.load(std::memory_order_relaxed);
    }

    const unsigned workers_;
    const Duration slow_handler_;
    Runtime* runtime_ = nullptr;
    Gateway* gateway_ = nullptr;
    std::deque<Worker> all_;
    std::vector<std::thread> threads_;

    std::mutex fds_mutex_;  // guards the making of what follows
    std::unique_ptr<FdWatch> fds_;
    std::thread fds_thread_;

    // Written under the mutex, read by workers between turns too.
    std::atomic<unsigned> running_{0};     // workers that look for actors, or run one
    std::atomic<unsigned> allowed_;        // so many may
    std::atomic<unsigned> stuck_{0};       // so many that run haven't got on
    std::atomic<std::size_t> shared_{0};   // cells in the shared queue
    std::atomic<bool> watched_{false};     // somebody looks around every few milliseconds
    std::atomic<bool> attended_{false};    // somebody waits at the gateway
    std::atomic<bool> waking_{false};      // somebody has been woken to share, and isn't there yet
    std::atomic<std::uint64_t> idled_{0};  // times that a worker found nothing to run

    std::mutex mutex_;  // guards what follows
    std::condition_variable work_arrived_;
    Cell* first_ = nullptr;  // the shared queue
    Cell* last_ = nullptr;
    ActiveWorkers active_;
    TimePoint looked_at_{};
    std::uint64_t turns_at_watch_ = 0;
    bool sleeper_watches_ = false;
    bool gateway_watches_ = false;
    unsigned sleeping_ = 0;
    std::condition_variable stopped_;           // for the one that looks for slow handlers
    TimePoint timed_until_ = TimePoint::max();  // when the first of those that wait with a time wakes by itself
    std::atomic<bool> stopping_{false};         // set under the mutex, so that nobody falls asleep over it
};

}  // namespace zanni::detail
