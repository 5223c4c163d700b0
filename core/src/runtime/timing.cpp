#include <algorithm>
#include <utility>

#include "log.hpp"
#include "runtime/runtime.hpp"

/// What reaches actors from the clock and from file descriptors.
namespace zanni::detail {

TimerId Runtime::add_timer(TimePoint at, const Timer& timer) {
    const std::scoped_lock lock(timers_mutex_);
    const TimerId id = timers_.start(at, timer);
    next_timer_.store(timers_.next().time_since_epoch().count(), std::memory_order_relaxed);
    return id;
}

void Runtime::take_timer(TimerId timer) {
    const std::scoped_lock lock(timers_mutex_);
    timers_.cancel(timer);
    next_timer_.store(timers_.next().time_since_epoch().count(), std::memory_order_relaxed);
}

std::size_t Runtime::timer_count() {
    const std::scoped_lock lock(timers_mutex_);
    return timers_.size();
}

void Runtime::fire_timers() {
    const std::unique_lock firing(firing_mutex_, std::try_to_lock);
    if (!firing) return;  // another thread is at it
    const TimePoint now = parts_.clock.now();
    for (;;) {
        std::optional<Timers::Due> due;
        {
            const std::scoped_lock lock(timers_mutex_);
            due = timers_.take(now);
            next_timer_.store(timers_.next().time_since_epoch().count(), std::memory_order_relaxed);
        }
        if (!due) return;
        const Address target = due->timer.target;
        switch (due->timer.kind) {
            case Timer::Kind::wakeup:
                send_from_clock(make_envelope(target, Address{}, TimerDue{due->timer.number}));
                break;
            case Timer::Kind::question:
                send_from_clock(make_envelope(target, Address{}, Undeliverable{{}, Error::timeout}));
                break;
            case Timer::Kind::transient:
                send_from_clock(make_envelope(target, Address{}, TransientDue{}));
                break;
            case Timer::Kind::placement:
                placement_is_late(target);
                break;
        }
    }
}

/// Not by a carrier: a timer's message is on no way that could delay it.
void Runtime::send_from_clock(EnvelopePtr envelope) {
    counters_.add(Counters::sent);
    if (tracer_.is_on()) [[unlikely]]
        trace_arisen(*envelope);
    accept(std::move(envelope));
}

void Runtime::report_slow_handler(const ActorType& type, Duration since) {
    counters_.add(Counters::slow_handlers);
    const auto milliseconds = std::chrono::duration_cast<std::chrono::milliseconds>(since).count();
    log::warn("a handler of " + std::string(type.name) + " has been running for " + std::to_string(milliseconds) +
              " ms: handlers should not block; co_await what takes long, or let a thread do it");
}

// ---- Wakeups

TimerId Runtime::start_timer(Cell& cell, Duration delay, bool periodic, AnyMessage payload) {
    const std::uint64_t number = last_wakeup_.fetch_add(1, std::memory_order_relaxed) + 1;
    const TimePoint at = later(now(), delay);
    const TimerId pending = add_timer(at, {Timer::Kind::wakeup, cell.address, number});
    cell.own_undertakings().wakeups.emplace(number,
                                            Undertakings::Wakeups{pending, at, delay, periodic, std::move(payload)});
    return TimerId(number);
}

bool Runtime::cancel_timer(Cell& cell, TimerId timer) {
    if (!cell.undertakings) return false;
    const auto found = cell.undertakings->wakeups.find(timer.number());
    if (found == cell.undertakings->wakeups.end()) return false;
    take_timer(found->second.pending);
    cell.undertakings->wakeups.erase(found);
    return true;
}

/// A periodic one is started again only now, on its own grid: so however late the actor is, one waits in its mailbox.
void Runtime::wakeup(Cell& cell, std::uint64_t number) {
    if (!cell.undertakings || cell.state != Cell::State::running) return;
    const auto found = cell.undertakings->wakeups.find(number);
    if (found == cell.undertakings->wakeups.end()) return;  // cancelled while it waited in the mailbox
    Undertakings::Wakeups& wakeup = found->second;
    EnvelopePtr envelope;
    if (wakeup.periodic) {
        envelope = make_envelope(cell.address, Address{}, Wakeup{wakeup.payload, wakeup.delay, TimerId(number)});
        const Duration period = std::max(wakeup.delay, Duration(1));
        wakeup.at += (std::max(now() - wakeup.at, Duration::zero()) / period + 1) * period;
        wakeup.pending = add_timer(wakeup.at, {Timer::Kind::wakeup, cell.address, number});
    } else {
        envelope =
            make_envelope(cell.address, Address{}, Wakeup{std::move(wakeup.payload), wakeup.delay, TimerId(number)});
        cell.undertakings->wakeups.erase(found);
    }
    counters_.add(Counters::sent);
    dispatch(cell, std::move(envelope));
}

// ---- Transient actors

void Runtime::start_transient(Cell& cell) {
    const Transient& transient = cell.type->traits.transient;
    if (cell.is_troupe_front || (transient.lifetime == Duration::zero() && transient.idle == Duration::zero())) return;
    Undertakings& undertakings = cell.own_undertakings();
    undertakings.transient_since = undertakings.last_message = now();
    await_transient_end(cell);
}

void Runtime::transient_due(Cell& cell) {
    if (cell.state == Cell::State::running && cell.undertakings) await_transient_end(cell);
}

/// Asks the actor to exit if its time has come, or looks again when it would.
void Runtime::await_transient_end(Cell& cell) {
    const Transient& transient = cell.type->traits.transient;
    Undertakings& undertakings = *cell.undertakings;
    TimePoint end = TimePoint::max();
    if (transient.lifetime != Duration::zero()) end = later(undertakings.transient_since, transient.lifetime);
    if (transient.idle != Duration::zero()) end = std::min(end, later(undertakings.last_message, transient.idle));
    if (end <= now()) return send_from_clock(make_envelope(cell.address, Address{}, ExitRequest{}));
    undertakings.transient = add_timer(end, {Timer::Kind::transient, cell.address});
}

// ---- File descriptors

void Runtime::watch_fd(Cell& cell, int fd) {
    if (!cell.own_undertakings().watched_fds.insert(fd).second) return;
    try {
        parts_.engine.watch_fd(fd, cell.address);
    } catch (...) {
        cell.undertakings->watched_fds.erase(fd);
        throw;
    }
}

void Runtime::unwatch_fd(Cell& cell, int fd) {
    if (cell.undertakings && cell.undertakings->watched_fds.erase(fd) == 1) parts_.engine.unwatch_fd(fd);
}

void Runtime::readable(int fd, const Address& watcher) {
    send_from_clock(make_envelope(watcher, Address{}, Readable{fd}));
}

/// Nothing if the actor, or an earlier instance of it, has stopped to watch while the message waited.
std::optional<int> Runtime::watched_fd(const Cell& cell, const Envelope& envelope) {
    const auto readable = read_as<Readable>(envelope);
    const bool watched = readable && cell.undertakings && cell.undertakings->watched_fds.contains(readable->fd);
    return watched ? std::optional(readable->fd) : std::nullopt;
}

/// The handler has run: if there is still something to read, it gets the next Readable.
void Runtime::readable_again(Cell& cell, const Envelope& envelope) {
    if (const auto fd = watched_fd(cell, envelope)) parts_.engine.rearm_fd(*fd, cell.address);
}

}  // namespace zanni::detail
