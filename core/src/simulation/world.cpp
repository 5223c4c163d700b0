#include "simulation/world.hpp"

#include <algorithm>
#include <stdexcept>
#include <utility>

#include <zanni/assert.hpp>

#include "runtime/actor_id.hpp"
#include "runtime/control.hpp"
#include "runtime/runtime.hpp"
#include "runtime/words.hpp"

namespace zanni::detail {

namespace {

/// So that addresses and choices are drawn independently of each other.
constexpr std::uint64_t choices_salt = 0x5a616e6e69ULL;
constexpr std::size_t under_way_lines_max = 50;
constexpr std::size_t reported_deliveries = 50;

/// What a handler seems to throw.
struct InjectedFailure : std::runtime_error {
    using runtime_error::runtime_error;
};

}  // namespace

World::World(const Simulation::Options& options)
    : seed_(options.seed),
      identities_(options.seed),
      choices_(options.seed ^ choices_salt),
      trace_(options.keep_trace),
      steps_max_(options.steps_max),
      faults_(options.faults) {}

World::~World() = default;

void World::add(Runtime& runtime, const SkewedClock* clock) { processes_[runtime.process()] = {&runtime, clock}; }

void World::remove(Runtime& runtime) {
    processes_.erase(runtime.process());
    removed_any_ = true;
    std::erase_if(runnable_, [&](const Cell* cell) { return cell->runtime == &runtime; });
    std::vector<std::unique_ptr<Lane>> lost;  // whose envelopes may say something when they end
    for (auto entry = lanes_.begin(); entry != lanes_.end();) {
        const bool is_of_it = parts_of(entry->first.to).process == runtime.process();
        if (is_of_it) {
            set_not_ready(*entry->second);
            lost.push_back(std::move(entry->second));
        }
        entry = is_of_it ? lanes_.erase(entry) : std::next(entry);
    }
}

Runtime* World::runtime_of(const Address& address) const {
    const auto found = processes_.find(parts_of(address).process);
    return found == processes_.end() ? nullptr : found->second.runtime;
}

void World::schedule(Cell& cell) {
    if (removed_any_ && !processes_.contains(cell.runtime->process())) return;
    runnable_.push_back(&cell);
}

bool World::Process::is_due(TimePoint now) const { return runtime->next_timer() <= (clock ? clock->now() : now); }

TimePoint World::Process::next_timer() const {
    const TimePoint own = runtime->next_timer();
    return clock && own != TimePoint::max() ? clock->in_world_time(own) : own;
}

/// Its cell, or that of whoever has the place now; null when there never was one.
Cell* World::cell_at(const Address& address) const {
    Runtime* const runtime = runtime_of(address);
    return runtime ? runtime->cell_of(address) : nullptr;
}

// ---- One step

bool World::step() {
    ZANNI_ASSERT(!current_cell(), "a call that waits (ask, listen, create from outside) was made inside a handler");
    look_at_clock();
    const std::size_t choices = runnable_.size() + ready_.size() + (outside_ ? outside_->ready() : 0);
    if (choices == 0) return false;
    count_step();
    happen(below(choices));
    return true;
}

void World::happen(std::size_t choice) {
    if (choice >= runnable_.size() + ready_.size()) return outside_->happen(choice - runnable_.size() - ready_.size());
    if (choice >= runnable_.size()) return arrive(*ready_[choice - runnable_.size()]);
    Cell* const cell = std::exchange(runnable_[choice], runnable_.back());
    runnable_.pop_back();
    run(*cell);
}

void World::run(Cell& cell) {
    if (cell.runtime->run(cell, 1)) runnable_.push_back(&cell);
}

/// Into the mailbox; when it is handled is another choice. So mailboxes fill, and their limits count.
void World::arrive(Lane& lane) {
    EnvelopePtr envelope = std::move(lane.messages.front().envelope);
    set_not_ready(lane);
    lane.messages.pop_front();
    const Address to = envelope->target;
    if (lane.messages.empty())
        lanes_.erase(lane.way);
    else
        put_on_the_way(lane);
    Runtime* const runtime = runtime_of(to);
    maybe_crash(to);
    if (is_endpoint(parts_of(to).actor) && !is_question(parts_of(to).actor)) record(*envelope, {});
    runtime->arrive(std::move(envelope));
}

void World::count_step() {
    if (++steps_ <= steps_max_) return;
    const std::size_t steps = std::exchange(steps_, 0);
    throw SimulationFailed(seed_,
                           report("after " + std::to_string(steps - 1) + " steps there is still something to do"));
}

// ---- Lanes

void World::carry(EnvelopePtr envelope) {
    if (removed_any_ && !processes_.contains(parts_of(envelope->target).process)) return;
    const Cell* const sender = current_cell();
    if (sender) name_of(sender->address);
    name_of(envelope->target);
    // What has no sender, as dead letters, comes from the system: one lane, whoever's turn it is.
    const Way way = way_between(sender && envelope->sender ? sender->address : envelope->sender, envelope->target);
    auto& lane = lanes_[way];
    if (!lane) {
        lane = std::make_unique<Lane>();
        lane->way = way;
    }
    TimePoint arrives = clock_.now() + time_under_way(way);
    if (!lane->messages.empty()) arrives = std::max(arrives, lane->messages.back().arrives);
    lane->messages.push_back({std::move(envelope), arrives, sent_++});
    if (lane->messages.size() == 1) put_on_the_way(*lane);
}

/// What an actor tells another and what it asks it are one lane, and all that comes from outside of actors is.
World::Way World::way_between(const Address& from, const Address& to) const {
    const auto actor_behind = [this](const Address& address) {
        const auto parts = parts_of(address);
        if (!is_endpoint(parts.actor)) return address;
        if (!is_question(parts.actor))
            return make_address({parts.process, endpoint_bit | actor_id(index_of(parts.actor), 0)});
        Runtime* const runtime = runtime_of(address);
        const Cell* const asker = runtime ? runtime->cell_at(cell_of_question(parts.actor)) : nullptr;
        return asker ? asker->address : address;
    };
    const bool outside = is_endpoint(parts_of(from).actor) && !is_question(parts_of(from).actor);
    return {outside ? Address{} : actor_behind(from), actor_behind(to)};
}

Duration World::time_under_way(const Way& way) {
    if (const auto fixed = delays_.find(way); fixed != delays_.end()) return fixed->second;
    const Duration spread = faults_.delay_max - faults_.delay_min;
    if (spread <= Duration::zero()) return std::max(faults_.delay_min, Duration::zero());
    return faults_.delay_min + Duration(below(static_cast<std::uint64_t>(spread.count()) + 1));
}

/// The lane's first message is now another one.
void World::put_on_the_way(Lane& lane) {
    const UnderWay& first = lane.messages.front();
    if (first.arrives <= clock_.now())
        set_ready(lane);
    else
        on_the_way_.emplace(std::pair(first.arrives, first.number), &lane);
}

void World::set_ready(Lane& lane) {
    ready_.push_back(&lane);
    lane.place = ready_.size();
}

void World::set_not_ready(Lane& lane) {
    if (lane.place == 0) {
        on_the_way_.erase({lane.messages.front().arrives, lane.messages.front().number});
        return;
    }
    ready_[lane.place - 1] = ready_.back();
    ready_[lane.place - 1]->place = lane.place;
    ready_.pop_back();
    lane.place = 0;
}

TimePoint World::next_arrival() const {
    return on_the_way_.empty() ? TimePoint::max() : on_the_way_.begin()->first.first;
}

// ---- Time

/// What the time has come for can happen now.
void World::look_at_clock() {
    for (const auto& [number, process] : processes_)
        if (process.is_due(clock_.now())) process.runtime->fire_timers();
    while (next_arrival() <= clock_.now()) {
        Lane& lane = *on_the_way_.begin()->second;
        on_the_way_.erase(on_the_way_.begin());
        set_ready(lane);
    }
    if (fds_)
        fds_->poll(Duration::zero(), [this](int fd, const Address& watcher) {
            if (Runtime* const runtime = runtime_of(watcher)) runtime->readable(fd, watcher);
        });
}

/// To the next thing that the time brings. False when that comes after `until`.
bool World::advance(TimePoint until) {
    TimePoint next = next_arrival();
    for (const auto& [number, process] : processes_) next = std::min(next, process.next_timer());
    if (outside_) next = std::min(next, outside_->next());
    if (next > until || next == TimePoint::max()) return false;
    clock_.advance(std::max(next - clock_.now(), Duration::zero()));
    return true;
}

std::size_t World::run_until_idle() {
    const std::size_t before = steps_;
    do {
        while (step()) {
        }
    } while (!on_the_way_.empty() && advance(next_arrival()));
    return steps_ - before;
}

std::size_t World::run_for(Duration time) {
    const std::size_t before = steps_;
    const TimePoint until = clock_.now() + time;
    do {
        while (step()) {
        }
    } while (advance(until));
    clock_.advance(until - clock_.now());
    return steps_ - before;
}

bool World::await(std::unique_lock<std::mutex>& lock, std::condition_variable&, const std::function<bool()>& done,
                  Duration longest) {
    const TimePoint deadline = later(clock_.now(), longest);
    while (!done()) {
        lock.unlock();
        bool going = false;
        try {
            going = step() || advance(deadline);
        } catch (...) {
            lock.lock();
            throw;
        }
        lock.lock();
        if (going) continue;
        clock_.advance(deadline - clock_.now());
        return done();
    }
    return true;
}

// ---- Transcripts

void World::delay(const Address& from, const Address& to, Duration time) { delays_[way_between(from, to)] = time; }

std::optional<AnyMessage> World::deliver(const Address* from, const Address& to, std::uint64_t message) {
    const Way wanted = way_between(from ? *from : Address{}, to);
    for (;;) {
        Lane* first = nullptr;
        for (const auto& [way, lane] : lanes_) {
            if (way.to != wanted.to || (from && way.from != wanted.from)) continue;
            if (!first || lane->messages.front().number < first->messages.front().number) first = lane.get();
        }
        if (first) {
            run_dry(to);  // it may have to start, and may have got something else before
            const Envelope& envelope = *first->messages.front().envelope;
            AnyMessage found = any_of(envelope);
            if (envelope.message_id() != message) return found;
            count_step();
            while (clock_.now() < first->messages.front().arrives && advance(first->messages.front().arrives))
                look_at_clock();
            arrive(*first);
            run_dry(to);
            return found;
        }
        look_at_clock();
        if (runnable_.empty()) return std::nullopt;
        count_step();
        happen(0);
    }
}

/// Until the actor has handled what is in its mailbox, or is paused.
void World::run_dry(const Address& actor) {
    Cell* const cell = cell_at(way_between({}, actor).to);
    for (auto found = std::ranges::find(runnable_, cell); cell && found != runnable_.end();
         found = std::ranges::find(runnable_, cell))
        happen(static_cast<std::size_t>(found - runnable_.begin()));
}

bool World::anything_under_way_to(const Address& to) const {
    return std::ranges::any_of(lanes_,
                               [to = way_between({}, to).to](const auto& entry) { return entry.first.to == to; });
}

std::string World::under_way() {
    std::string text;
    std::size_t lines = 0;
    for (const auto& [way, lane] : lanes_)
        for (const UnderWay& message : lane->messages) {
            if (lines++ == under_way_lines_max) return text + "  ...\n";
            text +=
                "  " + name_of(way.from) + " -> " + name_of(way.to) + "  " + to_text(any_of(*message.envelope)) + "\n";
        }
    return text;
}

// ---- Harm

void World::crash(const Address& actor, const ExitCause& cause) {
    Cell* const cell = cell_at(actor);
    if (!cell || cell->address != actor) return;
    constexpr std::byte nil{0xc0};
    trace_.add({clock_.now() - TimePoint{}, "the simulation", name_of(actor), {0, "crash", {nil}}, cause.to_string()});
    cell->runtime->crash(*cell, cause);
    if (cell->state == Cell::State::free) std::erase(runnable_, cell);
}

bool World::draw(double chance) {
    if (chance <= 0) return false;
    constexpr double steps = 9007199254740992.0;  // 2^53
    return static_cast<double>(choices_.next() >> 11) < chance * steps;
}

bool World::may_harm(const Cell& cell) const {
    return harmed_ < faults_.crashes_max && cell.type &&
           (faults_.only.empty() || std::ranges::find(faults_.only, cell.type->name) != faults_.only.end());
}

void World::maybe_crash(const Address& target) {
    Cell* const cell = cell_at(target);
    if (!cell || cell->address != target || cell->state != Cell::State::running || !may_harm(*cell)) return;
    if (!draw(faults_.crash_chance)) return;
    ++harmed_;
    crash(target, {ExitCause::signal, 9, {}});
}

void World::handling(const Cell& cell, const Envelope& envelope) {
    failing_ = nullptr;
    if (auto ordered = to_fail_.extract(cell.address); !ordered.empty()) {
        failing_why_ = std::move(ordered.mapped());
        failing_ = &envelope;
    } else if (may_harm(cell) && draw(faults_.fail_chance)) {
        ++harmed_;
        failing_why_ = "failed by the simulation";
        failing_ = &envelope;
    }
    record(envelope, failing_ ? "fails: " + failing_why_ : "");
}

void World::attempting(const Envelope& envelope) {
    if (failing_ == &envelope) throw InjectedFailure(failing_why_);
}

void World::answering(const Envelope& envelope) { record(envelope, {}); }

// ---- What has happened

void World::dead_letter(const Envelope& envelope, Error::Code reason) {
    record(envelope, "dead letter: " + std::string(to_string(reason)));
}

void World::record(const Envelope& envelope, std::string note) {
    if (envelope.message_id() == message_id<CreateReply>) return;  // how create() learns that the actor runs
    AnyMessage message = any_of(envelope);
    if (const auto known = type_names_.find(message.type); message.name.empty() && known != type_names_.end())
        message.name = known->second;
    trace_.add({clock_.now() - TimePoint{}, name_of(envelope.sender), name_of(envelope.target), std::move(message),
                std::move(note)});
}

void World::learn_type_name(const Envelope& envelope) {
    if (!envelope.info().name.empty()) type_names_.try_emplace(envelope.message_id(), envelope.info().name);
}

/// Given when it is first asked for, which is while the actor lives for all that send or receive.
std::string World::name_of(const Address& address) {
    if (!address) return "nobody";
    const auto known = names_.find(address);
    if (known != names_.end()) return known->second;
    Runtime* const runtime = runtime_of(address);
    const std::uint64_t actor = parts_of(address).actor;
    std::string kind = "gone";
    if (is_question(actor) && runtime) {
        const Cell* const asker = runtime->cell_at(cell_of_question(actor));
        return asker && asker->type ? name_of(asker->address) + "?" : "gone?";
    }
    if (is_endpoint(actor)) return "outside#" + std::to_string(index_of(actor));
    if (runtime)
        if (const auto type = runtime->type_name_of(address); !type.empty()) kind = type;
    std::string name = kind + "#" + std::to_string(++named_[kind]);
    return names_.emplace(address, std::move(name)).first->second;
}

std::string World::report(const std::string& why) const {
    return why + "\nseed " + std::to_string(seed_) + "; the last deliveries:\n" + trace_text(reported_deliveries);
}

std::string World::trace_text(std::size_t events_max) const {
    return trace_.text(events_max, [this](const Address& address) {
        const auto known = names_.find(address);
        return known == names_.end() ? std::string() : known->second;
    });
}

// ---- File descriptors

void World::watch_fd(int fd, const Address& watcher) {
    if (!fds_) fds_ = std::make_unique<FdWatch>();
    fds_->add(fd, watcher);
}
void World::rearm_fd(int fd, const Address& watcher) { fds_->rearm(fd, watcher); }
void World::unwatch_fd(int fd) { fds_->remove(fd); }

}  // namespace zanni::detail
