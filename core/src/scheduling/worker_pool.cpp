#include "scheduling/worker_pool.hpp"

#include <algorithm>

#include "runtime/cell.hpp"
#include "runtime/runtime.hpp"
#include "scheduling/watchdog.hpp"

namespace zanni::detail {

namespace {

/// An actor yields after so many messages; then the bus gets its turn too.
constexpr int messages_per_turn = 256;

/// How often the watch looks, and how long it goes on after the last actor has run.
constexpr auto look_around = std::chrono::milliseconds(5);
constexpr auto forever = std::chrono::hours(1);
/// A caller's "for ever" must not overflow when it is added to the time of day.
constexpr Duration wait_max = std::chrono::hours(24 * 365);

thread_local const WorkerPool* pool_of_this_thread = nullptr;
thread_local bool at_gateway = false;

}  // namespace

WorkerPool::WorkerPool(unsigned workers, Duration slow_handler)
    : workers_(workers), slow_handler_(slow_handler), heartbeats_(workers) {}

WorkerPool::~WorkerPool() { stop(); }

void WorkerPool::start(Runtime& runtime, Gateway* gateway) {
    runtime_ = &runtime;
    gateway_ = gateway;
    try {
        for (unsigned i = 0; i < workers_; ++i) threads_.emplace_back([this, i] { work(heartbeats_[i]); });
        if (slow_handler_ > Duration::zero()) threads_.emplace_back([this] { look_for_slow_handlers(); });
    } catch (...) {
        stop();  // those that have started must not outlive the runtime
        throw;
    }
}

void WorkerPool::stop() {
    {
        const std::scoped_lock lock(mutex_);
        stopping_ = true;
        work_arrived_.notify_all();
        stopped_.notify_all();
    }
    if (gateway_) gateway_->wake();
    if (fds_thread_.joinable()) {
        fds_->wake();
        fds_thread_.join();
    }
    for (auto& thread : threads_) thread.join();
    threads_.clear();
}

void WorkerPool::schedule(Cell& cell) { push(cell, pool_of_this_thread == this); }

void WorkerPool::push(Cell& cell, bool by_worker) {
    bool wake_gateway = false;
    {
        const std::scoped_lock lock(mutex_);
        cell.next_runnable = nullptr;
        (last_ ? last_->next_runnable : first_) = &cell;
        last_ = &cell;
        ++runnable_;
        if (!by_worker || runnable_ > 1 || !somebody_watches()) wake_gateway = wake_one();
    }
    if (wake_gateway) gateway_->wake();
}

Cell* WorkerPool::next() {
    Cell* cell = nullptr;
    bool wake_gateway = false;
    {
        const std::scoped_lock lock(mutex_);
        cell = first_;
        if (!cell) return nullptr;
        first_ = cell->next_runnable;
        if (!first_) last_ = nullptr;
        --runnable_;
        ++turns_;
        const bool gateway_unattended = gateway_ && !waiting_at_gateway_;
        if (!somebody_watches() && (first_ || gateway_unattended)) wake_gateway = wake_one();
    }
    if (wake_gateway) gateway_->wake();
    return cell;
}

/// Call it under the lock. True when the one to wake is at the gateway: do that after the lock.
bool WorkerPool::wake_one() {
    if (sleeping_ == 0) return waiting_at_gateway_ && !at_gateway;
    work_arrived_.notify_one();
    return false;
}

void WorkerPool::work(Heartbeat& heartbeat) {
    pool_of_this_thread = this;
    while (!stopping_.load(std::memory_order_relaxed)) {
        if (runtime_->next_timer() != TimePoint::max() && until_next_timer() == Duration::zero())
            runtime_->fire_timers();
        Cell* const cell = next();
        if (!cell) {
            idle();
            continue;
        }
        if (runtime_->run(*cell, messages_per_turn, &heartbeat)) push(*cell, true);
        if (gateway_) gateway_->serve();
    }
}

void WorkerPool::idle() {
    std::unique_lock lock(mutex_);
    if (first_ || stopping_) return;
    if (gateway_ && !waiting_at_gateway_)
        wait_at_gateway(lock);
    else
        sleep(lock);
}

void WorkerPool::wait_at_gateway(std::unique_lock<std::mutex>& lock) {
    // A sleeper is the better watch: it goes on when the gateway brings work.
    gateway_watches_ = workers_ > 1 && sleeping_ == 0;
    const Duration longest = std::min(gateway_watches_ ? Duration(look_around) : Duration(forever), until_next_timer());
    waiting_at_gateway_ = at_gateway = true;
    lock.unlock();
    gateway_->wait(longest);
    lock.lock();
    waiting_at_gateway_ = at_gateway = gateway_watches_ = false;
}

void WorkerPool::sleep(std::unique_lock<std::mutex>& lock) {
    const bool others_busy = sleeping_ + (waiting_at_gateway_ ? 1 : 0) + 1 < workers_;
    const bool watch = workers_ > 1 && !sleeper_watches_ && (others_busy || turns_ != turns_at_watch_);
    if (watch) {
        sleeper_watches_ = true;
        turns_at_watch_ = turns_;
    }
    // One of the sleepers wakes for the next timer; another must, too, when an earlier one has been started since.
    Duration longest = watch ? Duration(look_around) : Duration(forever);
    const TimePoint next_timer = runtime_->next_timer();
    const bool timed = next_timer < timed_until_;
    if (timed) {
        timed_until_ = next_timer;
        longest = std::min(longest, until_next_timer());
    }
    ++sleeping_;
    work_arrived_.wait_for(lock, longest);
    --sleeping_;
    if (timed) timed_until_ = TimePoint::max();
    if (watch) sleeper_watches_ = false;
}

Duration WorkerPool::until_next_timer() const {
    const TimePoint next = runtime_->next_timer();
    if (next == TimePoint::max()) return forever;
    return std::max(next - runtime_->now(), Duration::zero());
}

// ---- File descriptors, slow handlers

void WorkerPool::watch_fd(int fd, const Address& watcher) {
    const std::scoped_lock lock(fds_mutex_);
    if (!fds_) {
        fds_ = std::make_unique<FdWatch>();
        fds_thread_ = std::thread([this] {
            while (!stopping_.load(std::memory_order_acquire))
                fds_->poll(forever, [this](int ready, const Address& by) { runtime_->readable(ready, by); });
        });
    }
    fds_->add(fd, watcher);
}
void WorkerPool::rearm_fd(int fd, const Address& watcher) { fds_->rearm(fd, watcher); }
void WorkerPool::unwatch_fd(int fd) { fds_->remove(fd); }

void WorkerPool::look_for_slow_handlers() {
    Watchdog watchdog(slow_handler_, heartbeats_);
    std::unique_lock lock(mutex_);
    while (!stopping_) {
        stopped_.wait_for(lock, watchdog.interval());
        lock.unlock();
        const TimePoint now = runtime_->now();
        for (const auto& [type, since] : watchdog.look(now)) runtime_->report_slow_handler(*type, since);
        if (runtime_->next_timer() <= now) runtime_->fire_timers();  // who would have done it is in such a handler
        lock.lock();
    }
}

bool WorkerPool::await(std::unique_lock<std::mutex>& lock, std::condition_variable& changed,
                       const std::function<bool()>& done, Duration longest) {
    return changed.wait_for(lock, std::min(longest, wait_max), done);
}

}  // namespace zanni::detail
