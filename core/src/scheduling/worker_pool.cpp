#include "scheduling/worker_pool.hpp"

#include <algorithm>

#include "runtime/cell.hpp"
#include "runtime/runtime.hpp"
#include "scheduling/watchdog.hpp"

namespace zanni::detail {

namespace {

/// An actor yields after so many messages; then the bus gets its turn too.
constexpr int messages_per_turn = 256;
/// Turns of actors that run next, before those in the ring are no longer passed over.
constexpr std::uint32_t in_a_row_max = 32;
/// Every so many turns a worker looks into the shared queue first, at the clock for timers, and at how fast it gets on.
constexpr std::uint64_t turns_per_look_at_shared = 64;
constexpr std::uint64_t turns_per_look_at_timers = 8;
constexpr std::uint64_t turns_per_look_at_load = 256;
/// Cells that one takes from the shared queue at once.
constexpr std::size_t shared_taken_max = RunQueue::ring_cells / 2;

/// How often the watch looks, and how long it goes on after the last actor has run.
constexpr auto look_around = std::chrono::milliseconds(5);
constexpr auto forever = std::chrono::hours(1);
constexpr auto trim_after = std::chrono::milliseconds(2);
/// Between two times that a worker wakes another to share its queue: that costs both some microseconds.
constexpr auto offer_interval = std::chrono::microseconds(100);
/// A caller's "for ever" must not overflow when it is added to the time of day.
constexpr Duration wait_max = std::chrono::hours(24 * 365);

[[gnu::tls_model("initial-exec")]] constinit thread_local const void* worker_of_this_thread = nullptr;
[[gnu::tls_model("initial-exec")]] constinit thread_local bool at_gateway = false;

}  // namespace

WorkerPool::WorkerPool(unsigned workers, Duration slow_handler)
    : workers_(workers), slow_handler_(slow_handler), allowed_(workers), active_(workers) {
    for (unsigned i = 0; i < workers; ++i) all_.emplace_back(*this);
}

WorkerPool::~WorkerPool() { stop(); }

void WorkerPool::start(Runtime& runtime, Gateway* gateway) {
    runtime_ = &runtime;
    gateway_ = gateway;
    running_ = workers_;
    try {
        for (Worker& worker : all_) threads_.emplace_back([this, &worker] { work(worker); });
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

// ---- What is to be run

void WorkerPool::schedule(Cell& cell) {
    const auto* const own = static_cast<const Worker*>(worker_of_this_thread);
    if (!own || &own->pool != this) return put_shared(cell);
    Worker& worker = const_cast<Worker&>(*own);
    if (Cell* const displaced = worker.queue.put_next(cell)) put(worker, *displaced);
    if (workers_ > 1) have_watched();  // the handler that sent to it may block before it returns
}

/// Behind all others of this worker.
void WorkerPool::put(Worker& own, Cell& cell) {
    if (!own.queue.push(cell)) {
        const std::scoped_lock lock(mutex_);
        append_shared(cell);
        while (own.queue.size() > RunQueue::ring_cells / 2)  // as many again will find room
            if (Cell* const other = own.queue.take_first()) append_shared(*other);
    }
    if (workers_ > 1) offer(own);
}

void WorkerPool::put_shared(Cell& cell) {
    bool wake_gateway = false;
    {
        const std::scoped_lock lock(mutex_);
        append_shared(cell);
        if (running_ < allowed_ || running_ == 0) wake_gateway = wake_one();
    }
    if (wake_gateway) gateway_->wake();
}

/// Under the lock.
void WorkerPool::append_shared(Cell& cell) {
    cell.next_runnable = nullptr;
    (last_ ? last_->next_runnable : first_) = &cell;
    last_ = &cell;
    shared_.fetch_add(1, std::memory_order_relaxed);
}

/// It has more than it runs next: an idle worker may take some.
void WorkerPool::offer(Worker& own) {
    const unsigned running = running_.load(std::memory_order_relaxed);
    if (running == workers_ || running >= allowed_.load(std::memory_order_relaxed)) return;
    if (waking_.load(std::memory_order_relaxed)) return;
    const TimePoint now = runtime_->now();
    if (now - own.offered_at < offer_interval) return;
    own.offered_at = now;
    if (!waking_.exchange(true)) wake_somebody();
}

void WorkerPool::wake_somebody() {
    bool wake_gateway = false;
    {
        const std::scoped_lock lock(mutex_);
        wake_gateway = wake_one();
    }
    if (wake_gateway) gateway_->wake();
}

/// Call it under the lock. True when the one to wake is at the gateway: do that after the lock.
bool WorkerPool::wake_one() {
    if (sleeping_ == 0) return attended_ && !at_gateway;
    work_arrived_.notify_one();
    return false;
}

Cell* WorkerPool::next(Worker& own) {
    if (own.turns.load(std::memory_order_relaxed) % turns_per_look_at_shared == 0) {
        if (Cell* const cell = take_shared(own)) return cell;
        if (stuck_.load(std::memory_order_relaxed) != 0)
            if (Cell* const cell = take_from_stuck(own)) return cell;
    }
    if (own.in_a_row < in_a_row_max) {
        ++own.in_a_row;
        if (Cell* const cell = own.queue.take_next()) return cell;
    }
    own.in_a_row = 0;
    if (Cell* const cell = own.queue.take_first()) return cell;
    if (Cell* const cell = own.queue.take_next()) return cell;
    if (Cell* const cell = take_shared(own)) return cell;
    return workers_ > 1 ? steal(own) : nullptr;
}

/// Some of them, into its own ring, which has room for as many.
Cell* WorkerPool::take_shared(Worker& own) {
    if (shared_.load(std::memory_order_acquire) == 0) return nullptr;
    const std::scoped_lock lock(mutex_);
    Cell* const first = first_;
    if (!first) return nullptr;
    std::size_t taken = 1;
    Cell* rest = first->next_runnable;
    const std::size_t share = (shared_.load(std::memory_order_relaxed) + workers_ - 1) / workers_;
    while (rest && taken < std::min(share, shared_taken_max) && own.queue.size() < RunQueue::ring_cells / 2) {
        Cell& cell = *rest;
        rest = cell.next_runnable;
        if (!own.queue.push(cell)) std::terminate();  // there is room
        ++taken;
    }
    first_ = rest;
    if (!rest) last_ = nullptr;
    shared_.fetch_sub(taken, std::memory_order_relaxed);
    return first;
}

/// Half of the ring of another worker.
Cell* WorkerPool::steal(Worker& own) {
    if (!too_many_run())
        for (Worker& other : all_)
            if (&other != &own)
                if (Cell* const cell = other.queue.give_half(own.queue)) return cell;
    return stuck_.load(std::memory_order_relaxed) != 0 ? take_from_stuck(own) : nullptr;
}

/// One actor, from whoever has not got on for some milliseconds.
Cell* WorkerPool::take_from_stuck(const Worker& own) {
    for (Worker& other : all_) {
        if (&other == &own || !other.stuck.load(std::memory_order_relaxed)) continue;
        if (Cell* const cell = other.queue.take_next()) return cell;
        if (Cell* const cell = other.queue.take_first()) return cell;
    }
    return nullptr;
}

// ---- Workers

void WorkerPool::work(Worker& own) {
    worker_of_this_thread = &own;
    const Counters::OwnPlace place(runtime_->counters());
    while (!stopping_.load(std::memory_order_relaxed)) {
        const std::uint64_t turn = own.turns.load(std::memory_order_relaxed);
        if (turn % turns_per_look_at_timers == 0 && until_next_timer() == Duration::zero()) runtime_->fire_timers();
        if (workers_ > 1 && turn % turns_per_look_at_load == 0) adapt();
        Cell* const cell = next(own);
        if (!cell) {
            idle(own);
            continue;
        }
        if (workers_ > 1 && gateway_) have_watched();
        own.turns.store(turn + 1, std::memory_order_relaxed);
        own.running.store(true, std::memory_order_relaxed);
        const bool again = runtime_->run(*cell, messages_per_turn, &own.heartbeat);
        own.running.store(false, std::memory_order_relaxed);
        if (again) put(own, *cell);
        if (gateway_) gateway_->serve();
        if (own.stuck.load(std::memory_order_relaxed)) got_on(own);
        if (workers_ > 1 && too_many_run()) park(own);
    }
    worker_of_this_thread = nullptr;
}

/// The actor that has its turn now may block: then somebody must look after the others, and the gateway.
void WorkerPool::have_watched() {
    if (watched_.load(std::memory_order_relaxed) || running_.load(std::memory_order_relaxed) == workers_) return;
    if (!waking_.exchange(true)) wake_somebody();
}

void WorkerPool::got_on(Worker& own) {
    const std::scoped_lock lock(mutex_);
    if (own.stuck.exchange(false)) --stuck_;
}

/// How many workers run is a matter of what they get done.
void WorkerPool::adapt() {
    const std::unique_lock lock(mutex_, std::try_to_lock);
    if (!lock) return;
    look_around_now();
    active_.look(runtime_->now(), messages(), idled_.load(std::memory_order_relaxed));
    allowed_ = active_.allowed();
}

/// It has found nothing to run.
void WorkerPool::idle(Worker& own) {
    std::unique_lock lock(mutex_);
    if (first_ || stopping_) return;
    idled_.fetch_add(1, std::memory_order_relaxed);
    allowed_ = active_.rest();  // there is less to do than could be done
    await_work(own, lock);
}

/// The others shall run what it has.
void WorkerPool::park(Worker& own) {
    std::unique_lock lock(mutex_);
    if (!too_many_run() || stopping_) return;
    give_back_all(own);
    await_work(own, lock);
}

/// Until there may be something to run, and it may run something.
void WorkerPool::await_work(Worker& own, std::unique_lock<std::mutex>& lock) {
    --running_;
    for (;;) {
        rest(lock);
        waking_.store(false, std::memory_order_relaxed);
        if (stopping_ || running_ == 0 || running_ < allowed_ + stuck_) break;
        give_back_all(own);  // what it has received meanwhile
    }
    ++running_;
    own.heartbeat.samples.rested();
    if (sleeping_ != 0 && !watched_) work_arrived_.notify_one();  // another has to watch now
}

/// Under the lock.
void WorkerPool::give_back_all(Worker& own) {
    while (Cell* const cell = own.queue.take_next()) append_shared(*cell);
    while (Cell* const cell = own.queue.take_first()) append_shared(*cell);
}

/// One beyond those that may run leaves the gateway to them.
void WorkerPool::rest(std::unique_lock<std::mutex>& lock) {
    if (gateway_ && !attended_ && running_ < allowed_)
        wait_at_gateway(lock);
    else
        sleep(lock);
}

void WorkerPool::wait_at_gateway(std::unique_lock<std::mutex>& lock) {
    // A sleeper is the better watch: it goes on when the gateway brings work.
    gateway_watches_ = workers_ > 1 && sleeping_ == 0;
    const bool watch = gateway_watches_;
    if (watch) watched_ = true;
    const Duration longest =
        std::min({watch ? Duration(look_around) : Duration(forever), until_next_timer(), until_trim()});
    attended_ = at_gateway = true;
    const std::uint64_t turns_before = turns();
    lock.unlock();
    gateway_->wait(longest);
    trim_at_rest(turns_before);
    lock.lock();
    attended_ = at_gateway = gateway_watches_ = false;
    watched_ = sleeper_watches_;
    if (watch) look_around_now();
}

/// Until memory that only a busy process needs goes back, some at a time.
Duration WorkerPool::until_trim() const {
    return running_ == 0 && has_surplus_envelope_memory() ? Duration(trim_after) : Duration(forever);
}

void WorkerPool::trim_at_rest(std::uint64_t turns_before) const {
    if (turns() == turns_before && has_surplus_envelope_memory()) trim_envelope_memory();
}

void WorkerPool::sleep(std::unique_lock<std::mutex>& lock) {
    const bool watch = workers_ > 1 && !sleeper_watches_ && (running_ != 0 || turns() != turns_at_watch_);
    if (watch) {
        sleeper_watches_ = true;
        watched_ = true;
        turns_at_watch_ = turns();
    }
    // One of the sleepers wakes for the next timer; another must, too, when an earlier one has been started since.
    Duration longest = std::min(watch ? Duration(look_around) : Duration(forever), until_trim());
    const std::uint64_t turns_before = turns();
    const TimePoint next_timer = runtime_->next_timer();
    const bool timed = next_timer < timed_until_;
    if (timed) {
        timed_until_ = next_timer;
        longest = std::min(longest, until_next_timer());
    }
    ++sleeping_;
    work_arrived_.wait_for(lock, longest);
    --sleeping_;
    trim_at_rest(turns_before);
    if (timed) timed_until_ = TimePoint::max();
    if (!watch) return;
    sleeper_watches_ = false;
    watched_ = gateway_watches_;
    look_around_now();
}

/// Who has not got on since the last look, some milliseconds ago? Under the lock.
void WorkerPool::look_around_now() {
    const TimePoint now = runtime_->now();
    if (now - looked_at_ < look_around / 2) return;
    looked_at_ = now;
    for (Worker& worker : all_) {
        const std::uint64_t turns = worker.turns.load(std::memory_order_relaxed);
        const bool stuck = turns == worker.turns_seen && worker.running.load(std::memory_order_relaxed);
        worker.turns_seen = turns;
        if (worker.stuck.exchange(stuck) == stuck) continue;
        stuck_ += stuck ? 1U : -1U;
    }
}

std::uint64_t WorkerPool::turns() const {
    std::uint64_t turns = 0;
    for (const Worker& worker : all_) turns += worker.turns.load(std::memory_order_relaxed);
    return turns;
}

std::uint64_t WorkerPool::messages() const {
    std::uint64_t messages = 0;
    for (const Worker& worker : all_) messages += worker.heartbeat.messages.load(std::memory_order_relaxed);
    return messages;
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
    std::vector<const Heartbeat*> heartbeats;
    for (const Worker& worker : all_) heartbeats.push_back(&worker.heartbeat);
    Watchdog watchdog(slow_handler_, std::move(heartbeats));
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
