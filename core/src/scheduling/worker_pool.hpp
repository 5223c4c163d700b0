#pragma once

#include <atomic>
#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <mutex>
#include <thread>
#include <vector>

#include <zanni/gateway.hpp>

#include "runtime/engine.hpp"

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
/// Threads: schedule(), await() any; start(), stop() the owner.
class WorkerPool final : public Engine {
public:
    explicit WorkerPool(unsigned workers);
    ~WorkerPool() override;

    void start(Runtime& runtime, Gateway* gateway);
    /// Returns when no worker runs any more.
    void stop();

    void schedule(Cell& cell) override;
    bool await(std::unique_lock<std::mutex>& lock, std::condition_variable& changed, const std::function<bool()>& done,
               Duration longest) override;

private:
    void work();
    Cell* next();
    void idle();
    void wait_at_gateway(std::unique_lock<std::mutex>& lock);
    void sleep(std::unique_lock<std::mutex>& lock);
    void push(Cell& cell, bool by_worker);
    bool wake_one();
    bool somebody_watches() const { return sleeper_watches_ || gateway_watches_; }

    const unsigned workers_;
    Runtime* runtime_ = nullptr;
    Gateway* gateway_ = nullptr;
    std::vector<std::thread> threads_;

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
    bool waiting_at_gateway_ = false;
    std::atomic<bool> stopping_{false};  // set under the mutex, so that nobody falls asleep over it
};

}  // namespace zanni::detail
