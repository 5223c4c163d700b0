#include "broker.hpp"

#include <algorithm>
#include <csignal>
#include <utility>

#include <zanni/version.hpp>

#include "broker_says.hpp"
#include "log.hpp"
#include "process_id.hpp"

namespace zanni::broker {

using namespace transport;

namespace {

/// How long a broker that was started again waits for its actor process before it starts another.
constexpr Duration grace_longest = std::chrono::seconds(1);
/// So many numbers are remembered as used at once: not each of them costs a write.
constexpr std::uint32_t numbers_reserved = 64;
constexpr std::uint32_t links_reserved = 16;

/// The first link after those that a killed broker may have used; from the beginning again when they are used up.
std::uint32_t first_link_of(const std::optional<Memory>& memory) {
    const std::uint32_t links = ~std::uint32_t{0} - first_link_number + 1;
    return memory && memory->links_used < links ? memory->links_used : 0;
}

}  // namespace

Broker::Broker(Options options, TimePoint now)
    : self_(std::move(options.self)),
      wants_actor_process_(options.actor_process),
      times_(options.times),
      machine_(std::move(options.machine)),
      pid_(options.pid),
      own_process_(process_id(self_.id, broker_number)),
      leader_has_keys_(options.leader_has_keys),
      processes_(self_.id, options.memory ? options.memory->last_process_number : 0),
      host_loads_(times_.heartbeat_interval),
      routes_(self_.id, self_.leader),
      leadership_(times_),
      membership_(now, times_),
      links_(times_),
      next_link_(process_id(self_.id, first_link_number + first_link_of(options.memory))),
      remembers_(options.remembers),
      reserved_process_number_(options.memory ? options.memory->last_process_number : 0),
      reserved_links_(options.memory ? options.memory->links_used : 0),
      settled_at_(now + times_.down_after),
      was_here_before_(options.memory.has_value()) {
    table_.put(self_);
    if (!options.memory) return;
    modules_ = std::move(options.memory->modules);
    for (const auto& resident : options.memory->residents) awaited_[resident.process] = resident;
    const auto is_actor_process = [](const auto& entry) {
        return entry.second.actor_process && entry.second.lives && !is_isolated(entry.first);
    };
    if (std::ranges::any_of(awaited_, is_actor_process)) start_at_ = now + std::min(grace_longest, times_.down_after);
}

Actions Broker::begin() {
    if (!self_.leader) {
        reserve_link();
        actions_.push_back(ConnectToLeader{next_link_});
    }
    adopt_residents();
    if (!wants_actor_process_)
        become_ready();
    else if (!start_at_)
        start_actor_process();
    return take();
}

void Broker::adopt_residents() {
    for (const auto& [process, resident] : awaited_) {
        if (!resident.actor_process || !resident.lives) continue;
        processes_.adopted(process, resident.pid);
        actions_.push_back(AdoptActorProcess{resident.pid});
    }
}

/// They connect by themselves, and may have nothing to say: so they are asked, which reaches those that are there.
void Broker::await_residents(TimePoint now) {
    if (now >= settled_at_ && !awaited_.empty()) settle();
    for (const auto& [process, resident] : awaited_)
        if (resident.lives) send(Peer(process), RegisterAgain{});
    if (start_at_ && now >= *start_at_ && !host_ending_) start_actor_process();
}

/// Who has not come back by now won't. Only now, as a leader's members, who must hear of it, have come back too.
void Broker::settle() {
    for (const auto& [process, resident] : std::exchange(awaited_, {})) {
        log::warn("process " + show(process) + " has not come back to this broker");
        if (processes_.is_child(process)) actions_.push_back(SignalProcess{resident.pid, SIGKILL});
        if (is_isolated(process)) isolated_.ended(process);
        tell_end(process, {ExitCause::gone, 0, "ended while its broker was away"});
    }
    remember();
}

void Broker::remember() {
    if (!remembers_) return;
    Memory memory{self_.id, reserved_process_number_, reserved_links_, {}, modules_};
    for (const auto& [process, resident] : awaited_) memory.residents.push_back(resident);
    for (const auto& [pid, child] : processes_.children())
        if (!awaited_.contains(child.process)) memory.residents.push_back({child.process, pid, true, true});
    for (const auto& [process, known] : processes_.known()) {
        if (known.end_shows == Processes::EndShows::as_child) continue;
        const bool is_here = known.end_shows == Processes::EndShows::by_pidfd;
        memory.residents.push_back({process, is_here ? known.registration.pid : 0, false, true});
    }
    actions_.push_back(Remember{std::move(memory)});
}

std::optional<std::uint64_t> Broker::new_process_id() {
    const auto process = processes_.new_id();
    if (process && number_of(*process) > reserved_process_number_) {
        reserved_process_number_ = std::min(number_of(*process) + numbers_reserved - 1, first_link_number - 1);
        remember();
    }
    return process;
}

void Broker::reserve_link() {
    const std::uint32_t link = number_of(next_link_) - first_link_number;
    if (link < reserved_links_) return;
    reserved_links_ = link + links_reserved;
    remember();
}

void Broker::start_actor_process() {
    start_at_.reset();
    const auto process = new_process_id();
    if (!process) return log::error("no process id is left: the actor process stays down");
    guard_.issued(*process, local_key);
    actions_.push_back(StartActorProcess{*process});
}

void Broker::reconnect_to_leader() {
    log::warn("the leader is silent, or hears nothing from here: connecting anew");
    actions_.push_back(ConnectToLeader{new_link()});
}

Actions Broker::actor_process_started(std::uint64_t process, std::int64_t pid) {
    processes_.started(process, pid);
    remember();
    return take();
}

void Broker::become_ready() {
    const bool has_process = !wants_actor_process_ || self_.actor_process != 0;
    if (ready_ || !has_process || (!self_.leader && !membership_.is_member())) return;
    ready_ = true;
    actions_.push_back(Ready{});
}

void Broker::self_changed() {
    table_.put(self_);
    if (!self_.leader && !membership_.is_member()) return tell_processes(HostChanged{self_});  // others: on_joined()
    tell_everybody(HostChanged{self_}, self_.id);
}

Actions Broker::child_ended(std::int64_t pid, const ExitCause& cause, TimePoint now) {
    const auto child = processes_.child_ended(pid);
    if (!child) return take();
    const bool began_never = !child->was_registered && !ready_ && !is_isolated(child->process);
    const bool in_order = is_isolated(child->process) && cause == ExitCause{ExitCause::process_exit, 0, {}};
    if (!host_ending_ && !began_never && !in_order)
        log::warn("actor process " + show(child->process) + " (pid " + std::to_string(pid) +
                  ") ended: " + cause.to_string());
    if (is_isolated(child->process)) {
        if (const auto awaited = awaited_.find(child->process); awaited != awaited_.end())
            awaited->second.lives = false;  // settle() tells of it
        else
            isolated_ended(child->process, cause);
        if (host_ending_) stop_when_done(now);
        return take();
    }
    process_gone(child->process, cause);
    const bool another_runs = self_.actor_process != 0 || start_at_;
    if (const auto awaited = awaited_.find(child->process); awaited != awaited_.end()) awaited->second.lives = false;
    if (host_ending_) {
        stop_when_done(now);
    } else if (began_never) {  // it would be the same the next time
        // Status 2 is its word that it can't start, after one line on the stderr that it shares with this process.
        const bool said_why = cause == ExitCause{ExitCause::process_exit, 2, {}};
        if (!self_.leader) send_to_leader(LeaveConvention{});
        actions_.push_back(
            Stop{2, said_why ? "" : "the actor process ended before it was ready: " + cause.to_string()});
    } else if (another_runs && !processes_.children().empty()) {
        log::info("another actor process of this host goes on");
    } else if (processes_.may_restart(now)) {
        start_actor_process();
    } else {
        log::error("the actor process ended " + std::to_string(Processes::restarts_max) +
                   " times within a minute and stays down");
    }
    return take();
}

Actions Broker::process_ended(std::uint64_t process, const ExitCause& cause) {
    if (processes_.knows(process)) log::warn("process " + show(process) + " has ended");
    process_gone(process, cause);
    return take();
}

void Broker::process_gone(std::uint64_t process, const ExitCause& cause) {
    const auto known = processes_.left(process);
    if (!known) return;
    routes_.remove_process(process);
    guard_.in_use(Peer(process), false);
    log_limiters_.erase(process);
    loads_without(process, cause.to_string());
    names_.process_gone(process);
    if (is_isolated(process)) isolated_.ended(process);
    if (known->end_shows == Processes::EndShows::by_pidfd) actions_.push_back(UnwatchProcess{process});
    tell_end(process, cause);
    if (!known->dead_letter_handlers.empty()) tell_dead_letter_handlers();
    if (self_.actor_process == process) {
        self_.actor_process = 0;
        self_changed();
    }
    remember();
}

Actions Broker::tick(TimePoint now) {
    told_again_.clear();
    keep_links(now);
    refusal_logged_ = false;
    for (const std::uint64_t process : processes_.silent(times_.down_after, now)) {
        log::warn("process " + show(process) + " is gone: silent for too long");
        process_gone(process, {ExitCause::gone, 0, "silent for too long"});
    }
    tell_loads(now);
    if (self_.leader)
        watch_members(now);
    else if (ready_ || !wants_actor_process_ || self_.actor_process != 0)  // its types are known: it can join with them
        keep_membership(now);
    for (auto entry = doubtful_.begin(); entry != doubtful_.end();) {
        const auto [host, until] = *entry;
        entry = now < until ? std::next(entry) : doubtful_.erase(entry);
        if (now >= until) host_gone(host, "did not join the restarted leader");
    }
    await_residents(now);
    settle_shut_down(now);
    tell_suppressed_logs(now);
    give_up_late_loads(now);
    keep_drains(now);
    if (convention_ending_) end_host_after_members(now);
    if (host_ending_) stop_when_done(now);
    return take();
}

void Broker::excuse(Duration slept, TimePoint now) {
    leadership_.excuse(slept, now);
    processes_.excuse(slept, now);
    membership_.excuse(slept, now);
    links_.excuse(slept, now);
}

void Broker::watch_members(TimePoint now) {
    for (const std::uint32_t host : leadership_.take_silent(now)) host_gone(host, "silent for too long");
    for (const std::uint32_t host : leadership_.suspect(now)) {
        const auto& member = leadership_.members().at(host);
        log::warn("host " + member.name + " is suspect: it has been silent for a while");
        send(member.peer, Heartbeat{std::nullopt, std::nullopt, true});
    }
}

void Broker::keep_membership(TimePoint now) {
    if (const auto waited = membership_.waits_worth_a_line(now))
        log::info("waiting for the leader, which has not answered for " +
                  std::to_string(std::chrono::duration_cast<std::chrono::seconds>(*waited).count()) + " s");
    switch (membership_.due(now)) {
        case Membership::Step::nothing:
            break;
        case Membership::Step::ask_to_join:
            send_to_leader(JoinConvention{self_, membership_.series()});
            break;
        case Membership::Step::beat:
            send_to_leader(Heartbeat{own_status(), membership_.news().sent}, true);
            break;
        case Membership::Step::reconnect:
            reconnect_to_leader();
            break;
    }
}

Actions Broker::end_host(TimePoint now) {
    begin_ending(now);
    return take();
}

void Broker::begin_ending(TimePoint now) {
    if (host_ending_) return;
    log::info("ending in order");
    host_ending_ = true;
    ending_deadline_ = now + ending_longest;
    for (const auto& [pid, child] : processes_.children()) actions_.push_back(SignalProcess{pid, SIGTERM});
    tell_processes(EndProcess{});
    stop_when_done(now);
}

void Broker::stop_when_done(TimePoint now) {
    const bool late = now >= ending_deadline_;
    if (stopped_ || (!processes_.children().empty() && !late)) return;
    stopped_ = true;
    for (const auto& [pid, child] : processes_.children()) {
        log::warn("actor process " + show(child.process) + " does not end: killed");
        actions_.push_back(SignalProcess{pid, SIGKILL});
    }
    if (!self_.leader) send_to_leader(LeaveConvention{});
    if (self_.leader)
        for (const auto& [host, member] : leadership_.members()) send(member.peer, HostGone{self_.id, "left"});
    if (shut_down_requester_) send(*shut_down_requester_, Acknowledged{drained_});
    actions_.push_back(Stop{});
}

}  // namespace zanni::broker
