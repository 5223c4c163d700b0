#include "broker.hpp"

#include <algorithm>
#include <csignal>
#include <utility>

#include <zanni/version.hpp>

#include "control_frame.hpp"
#include "limits.hpp"
#include "log.hpp"
#include "process_id.hpp"

namespace zanni::broker {

using namespace transport;

namespace {

/// Who is told within one tick that it is unknown; the others hear it in the next.
constexpr std::size_t told_again_max = 1'000;

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

std::string show(std::uint64_t process) { return detail::make_address({process, 0}).to_string(); }

}  // namespace

Broker::Broker(Options options, TimePoint now)
    : self_(std::move(options.self)),
      wants_actor_process_(options.actor_process),
      times_(options.times),
      machine_(std::move(options.machine)),
      pid_(options.pid),
      own_process_(process_id(self_.id, broker_number)),
      processes_(self_.id, options.memory ? options.memory->last_process_number : 0),
      routes_(self_.id, self_.leader),
      leadership_(times_),
      membership_(now, times_),
      next_link_(process_id(self_.id, first_link_number + first_link_of(options.memory))),
      remembers_(options.remembers),
      reserved_process_number_(options.memory ? options.memory->last_process_number : 0),
      reserved_links_(options.memory ? options.memory->links_used : 0),
      settled_at_(now + times_.down_after) {
    table_.put(self_);
    if (!options.memory) return;
    for (const auto& resident : options.memory->residents) awaited_[resident.process] = resident;
    const auto is_actor_process = [](const auto& entry) { return entry.second.actor_process && entry.second.lives; };
    if (std::ranges::any_of(awaited_, is_actor_process)) start_at_ = now + std::min(grace_longest, times_.down_after);
}

// ---- Saying things

template <class M>
void Broker::send(const Peer& peer, const M& message) {
    actions_.push_back(SendTo{peer, control_frame(own_process_, peer.process(), message)});
}

template <class M>
void Broker::send_to_leader(const M& message, bool in_order) {
    actions_.push_back(SendToLeader{control_frame(own_process_, 0, message), in_order});
}

template <class M>
void Broker::tell_processes(const M& news) {
    for (const auto& [process, known] : processes_.known()) send(Peer(process), news);
}

template <class M>
void Broker::tell_everybody(const M& news, std::uint32_t except_host) {
    tell_processes(news);
    if (!self_.leader && except_host != self_.id) return;  // it came from the leader
    if (!self_.leader) {
        ++membership_.news().sent;
        return send_to_leader(news, true);
    }
    for (const auto& [host, member] : leadership_.members()) {
        if (host == except_host) continue;
        ++leadership_.news(host).sent;
        send(member.peer, news);
    }
}

// ---- Life of the host

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
        tell_everybody(ProcessGone{process, {ExitCause::gone, 0, "ended while its broker was away"}}, self_.id);
    }
    remember();
}

void Broker::remember() {
    if (!remembers_) return;
    Memory memory{self_.id, reserved_process_number_, reserved_links_, {}};
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
    if (const auto process = new_process_id())
        actions_.push_back(StartActorProcess{*process});
    else
        log::error("no process id is left: the actor process stays down");
}

void Broker::reconnect_to_leader() {
    log::warn("the leader is silent: connecting anew");
    const bool last = next_link_ == process_id(self_.id, ~std::uint32_t{0});
    next_link_ = last ? process_id(self_.id, first_link_number) : next_link_ + 1;
    reserve_link();
    actions_.push_back(ConnectToLeader{next_link_});
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
    tell_everybody(HostChanged{self_}, self_.id);
}

Actions Broker::child_ended(std::int64_t pid, const ExitCause& cause, TimePoint now) {
    const auto child = processes_.child_ended(pid);
    if (!child) return take();
    const bool began_never = !child->was_registered && !ready_;
    if (!host_ending_ && !began_never)
        log::warn("actor process " + show(child->process) + " (pid " + std::to_string(pid) +
                  ") ended: " + cause.to_string());
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
    if (known->end_shows == Processes::EndShows::by_pidfd) actions_.push_back(UnwatchProcess{process});
    tell_everybody(ProcessGone{process, cause}, self_.id);
    if (!known->dead_letter_handlers.empty()) tell_dead_letter_handlers();
    if (self_.actor_process == process) {
        self_.actor_process = 0;
        self_changed();
    }
    remember();
}

Actions Broker::tick(TimePoint now) {
    told_again_.clear();
    for (const std::uint64_t process : processes_.silent(times_.down_after, now)) {
        log::warn("process " + show(process) + " is gone: silent for too long");
        process_gone(process, {ExitCause::gone, 0, "silent for too long"});
    }
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
    if (convention_ending_) end_host_after_members(now);
    if (host_ending_) stop_when_done(now);
    return take();
}

void Broker::excuse(Duration slept, TimePoint now) {
    leadership_.excuse(slept, now);
    processes_.excuse(slept, now);
    membership_.excuse(slept, now);
}

void Broker::watch_members(TimePoint now) {
    for (const std::uint32_t host : leadership_.take_silent(now)) host_gone(host, "silent for too long");
    for (const std::uint32_t host : leadership_.suspect(now))
        log::warn("host " + leadership_.members().at(host).name + " is suspect: it has been silent for a while");
}

void Broker::keep_membership(TimePoint now) {
    switch (membership_.due(now)) {
        case Membership::Step::nothing:
            break;
        case Membership::Step::ask_to_join:
            send_to_leader(JoinConvention{self_});
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
    if (shut_down_requester_) send(*shut_down_requester_, Acknowledged{});
    actions_.push_back(Stop{});
}

// ---- What processes and tools say

Actions Broker::on_control(const Peer& from, const FrameHeader& header, std::span<const std::byte> frame,
                           TimePoint now) {
    if (frame.size() > control_frame_bytes_max || header.records > control_records_max)
        return on_bad_frame(from,
                            {Error::too_large, "a control frame of " + std::to_string(frame.size()) + " bytes and " +
                                                   std::to_string(header.records) + " records, the limits are " +
                                                   std::to_string(control_frame_bytes_max) + " and " +
                                                   std::to_string(control_records_max)});
    if (const auto whole = check_frame(frame); !whole) return on_bad_frame(from, whole.error());
    const auto error = read_control(
        header, frame,  //
        on<Hello>([&](const Hello& hello) { on_hello(from, hello); }),
        on<Register>([&](const Register& registration) { on_register(from, registration, now); }),
        on<Report>([&](const Report& report) { on_report(from, report, now); }),
        on<DeadLetterHandlers>([&](const DeadLetterHandlers& news) { on_dead_letter_handlers(from, news); }),
        on<Leave>([&](const Leave&) { on_leave(from.process()); }),
        on<StatusRequest>([&](const StatusRequest&) { on_status(from); }),
        on<ShutDownConvention>([&](const ShutDownConvention&) { on_shut_down_convention(from, now); }),
        on<JoinConvention>([&](const JoinConvention& join) { on_join(from, join, now); }),
        on<Heartbeat>([&](const Heartbeat& beat) { on_heartbeat(from, beat, now); }),
        on<HostChanged>([&](const HostChanged& news) { on_host_changed(from, news); }),
        on<ProcessGone>([&](const ProcessGone& news) { on_process_gone(from, news); }),
        on<LeaveConvention>([&](const LeaveConvention&) { on_member_left(from, now); }));
    if (error) refuse(from, *error);
    return take();
}

Actions Broker::on_bad_frame(const Peer& from, const Error& error) {
    if (routes_.knows(from)) log::warn("a frame was refused: " + error.to_string());
    refuse(from, error);
    return take();
}

Actions Broker::on_foreign_frame(const Peer& from) {
    const bool is_stranger = from.process() == 0;
    const bool is_misled_member = is_link(from.process()) && !self_.leader;
    if (is_stranger || is_misled_member || routes_.knows(from))
        return on_bad_frame(from, {Error::refused, "a frame in the name of a process that didn't send it"});
    tell_to_come_again(from);
    return take();
}

/// It was taken for gone, or this broker was started anew.
void Broker::tell_to_come_again(const Peer& from) {
    if (told_again_.size() >= told_again_max || !told_again_.insert(from).second) return;
    if (is_link(from.process()))
        send(from, JoinAgain{});
    else
        send(from, RegisterAgain{});
}

bool Broker::may_come_back(std::uint64_t process, TimePoint now) const {
    if (now >= settled_at_) return false;
    if (host_of(process) != self_.id) return self_.leader;
    const auto awaited = awaited_.find(process);
    return awaited != awaited_.end() && awaited->second.lives;
}

void Broker::on_hello(const Peer& from, const Hello& hello) {
    if (const auto named = check_name("the version", hello.version); !named) return refuse(from, named.error());
    if (processes_.known().size() >= processes_max)
        return refuse(from,
                      {Error::overloaded, "this host has " + std::to_string(processes_max) + " processes already"});
    const auto process = new_process_id();
    if (!process) return refuse(from, {Error::overloaded, "this host has no process id left"});
    log::debug("process " + show(*process) + " says hello, version " + hello.version);
    send(from, Welcome{*process, version()});
}

std::expected<void, Error> Broker::may_register(const Peer& from, const Register& registration) const {
    const std::uint64_t process = registration.process;
    const auto refused = [](std::string why) { return std::unexpected(Error{Error::refused, std::move(why)}); };
    if (from != Peer(process) || !processes_.issued(process))
        return refused("process " + show(process) +
                       " belongs to no host of this broker, which may have been started anew");
    if (registration.common && wants_actor_process_ && !processes_.is_child(process))
        return refused("only a process that this broker started can run actors for others");
    if (!processes_.knows(process) && processes_.known().size() >= processes_max)
        return std::unexpected(
            Error{Error::overloaded, "this host has " + std::to_string(processes_max) + " processes already"});
    if (auto fits = check(registration); !fits || !registration.common) return fits;
    HostEntry next = self_;
    next.types = registration.types;
    return check(next);
}

Processes::EndShows Broker::end_shows_of(const Register& registration) const {
    if (processes_.is_child(registration.process)) return Processes::EndShows::as_child;
    const bool is_here = !machine_.empty() && registration.machine == machine_;
    return is_here ? Processes::EndShows::by_pidfd : Processes::EndShows::by_silence;
}

Registered Broker::registered() const {
    return {self_.id, table_.hosts(), times_.down_after, pid_, self_.leader || membership_.is_member()};
}

void Broker::on_register(const Peer& from, const Register& registration, TimePoint now) {
    if (const auto may = may_register(from, registration); !may) return refuse(from, may.error());
    const std::uint64_t process = registration.process;
    const auto end_shows = end_shows_of(registration);
    const bool was_awaited = awaited_.erase(process) == 1;
    processes_.registered(registration, end_shows, now);
    if (end_shows == Processes::EndShows::by_pidfd) actions_.push_back(WatchProcess{process, registration.pid});
    routes_.add_process(process);
    remember();
    send(from, registered());
    log::info("process " + show(process) + " (" + registration.program + ", pid " + std::to_string(registration.pid) +
              ") registered");
    if (auto handlers = processes_.dead_letter_handlers(process); !handlers.empty())
        send(from, DeadLetterHandlers{std::move(handlers)});
    if (!registration.common) return;
    if (was_awaited && self_.actor_process != 0) return;  // it took longer than its successor: what it runs stays
    start_at_.reset();
    self_.actor_process = process;
    self_.types = registration.types;
    self_changed();
    become_ready();
}

void Broker::on_report(const Peer& from, const Report& report, TimePoint now) {
    if (processes_.knows(from.process())) {
        if (const auto fits = check(report.accounts); !fits) return refuse(from, fits.error());
        processes_.reported(from.process(), report, now);
        send(from, Heartbeat{});
    } else if (host_of(from.process()) == self_.id && !is_link(from.process())) {
        tell_to_come_again(from);
    }
}

void Broker::on_dead_letter_handlers(const Peer& from, const DeadLetterHandlers& news) {
    const std::uint64_t process = from.process();
    if (!processes_.knows(process)) return;
    if (news.handlers.size() > dead_letter_handlers_max)
        return refuse(from, {Error::too_large, "over " + std::to_string(dead_letter_handlers_max) +
                                                   " actors of one process that handle dead letters"});
    if (!std::ranges::all_of(news.handlers,
                             [&](const Address& actor) { return zanni::detail::parts_of(actor).process == process; }))
        return refuse(from, {Error::refused, "a handler of dead letters in another process"});
    processes_.announced(process, news.handlers);
    tell_dead_letter_handlers();
}

/// Each process those of all others.
void Broker::tell_dead_letter_handlers() {
    for (const auto& [process, known] : processes_.known())
        send(Peer(process), DeadLetterHandlers{processes_.dead_letter_handlers(process)});
}

void Broker::on_leave(std::uint64_t process) {
    if (!processes_.knows(process)) return;
    log::info("process " + show(process) + " left");
    process_gone(process, {ExitCause::process_exit, 0, "left in order"});
}

void Broker::on_status(const Peer& from) { send(from, StatusReply{all_status()}); }

HostStatus Broker::own_status() const {
    HostStatus status{
        self_, {}, traffic_.frames_routed, traffic_.frames_returned, traffic_.frames_dropped, traffic_.bytes_queued};
    for (const auto& [process, known] : processes_.known())
        status.processes.push_back({process, known.registration.pid, known.registration.program, known.report.actors,
                                    known.report.accounts, known.report.in_flight});
    return status;
}

std::vector<HostStatus> Broker::all_status() const {
    std::vector<HostStatus> all;
    std::size_t processes_left = status_processes_max;
    for (const auto& host : table_.hosts()) {
        const auto member = leadership_.members().find(host.id);
        if (host.id == self_.id)
            all.push_back(own_status());
        else if (member != leadership_.members().end() && member->second.status)
            all.push_back(*member->second.status);
        else
            all.push_back({host, {}, 0, 0, 0, 0, false});
        all.back().suspect = member != leadership_.members().end() && member->second.suspect;
        if (all.back().processes.size() > processes_left) all.back().processes.clear();
        processes_left -= all.back().processes.size();
    }
    return all;
}

void Broker::on_shut_down_convention(const Peer& from, TimePoint now) {
    if (!self_.leader) {
        if (!membership_.is_member())
            return refuse(from,
                          {Error::unreachable, "the leader does not answer; ask again, or end this host by SIGTERM"});
        send_to_leader(ShutDownConvention{});
        return send(from, Acknowledged{});
    }
    log::info("the convention shuts down");
    if (shut_down_requester_)
        send(from, Acknowledged{});  // one of them hears of the very end
    else if (!leadership_.host_at(from))
        shut_down_requester_ = from;
    convention_ends(now);
}

void Broker::convention_ends(TimePoint now) {
    if (convention_ending_) return;
    for (const auto& [host, member] : leadership_.members()) send(member.peer, EndHost{});
    if (host_ending_) return;
    convention_ending_ = true;
    ending_deadline_ = now + ending_longest;
    end_host_after_members(now);
}

void Broker::end_host_after_members(TimePoint now) {
    if (!leadership_.members().empty() && now < ending_deadline_) return;
    convention_ending_ = false;
    begin_ending(now);
}

// ---- What member hosts say

void Broker::on_join(const Peer& from, const JoinConvention& join, TimePoint now) {
    if (const auto may = may_join(from, join.host); !may) return refuse(from, may.error());
    HostEntry host = join.host;
    host.leader = false;
    if (!leadership_.join(host, from, now))
        return refuse(from, {Error::refused, "the host id is taken: start the host again"});
    routes_.put_member(host.id, from);
    table_.put(host);
    send(from, Joined{table_.hosts()});
    log::info("host " + host.name + " joined, version " + host.version);
    tell_everybody(HostChanged{host}, host.id);
    if (convention_ending_) send(from, EndHost{});
}

std::expected<void, Error> Broker::may_join(const Peer& from, const HostEntry& host) const {
    const auto refused = [](std::string why) { return std::unexpected(Error{Error::refused, std::move(why)}); };
    if (!self_.leader) return refused("host " + self_.name + " is not the convention's leader");
    if (!is_host_id(host.id) || host.id == self_.id) return refused("the host id is taken: start the host again");
    if (host_of(from.process()) != host.id || !is_link(from.process()))
        return refused("only a host's own broker can join for it");
    if (!leadership_.members().contains(host.id) && leadership_.members().size() + 1 >= hosts_max)
        return std::unexpected(
            Error{Error::overloaded, "this convention has " + std::to_string(hosts_max) + " hosts already"});
    return check(host);
}

void Broker::on_heartbeat(const Peer& from, const Heartbeat& beat, TimePoint now) {
    const std::uint32_t host = leadership_.host_at(from);
    if (host == 0) return send(from, JoinAgain{});
    if (beat.status) {
        if (const auto fits = check(*beat.status); !fits) return refuse(from, fits.error());
        if (beat.status->host.id != host) return refuse(from, {Error::refused, "the status of another host"});
    }
    auto status = beat.status;
    if (status) status->host.leader = false;
    leadership_.heard(host, from, status, now);
    NewsCount& news = leadership_.news(host);
    if (beat.news && *beat.news != news.received) return send(from, JoinAgain{});
    send(from, Heartbeat{std::nullopt, news.sent});
}

void Broker::on_host_changed(const Peer& from, const HostChanged& news) {
    const std::uint32_t host = leadership_.host_at(from);
    if (host == 0) return;
    ++leadership_.news(host).received;
    if (host != news.host.id) return;
    if (const auto fits = check(news.host); !fits) return refuse(from, fits.error());
    HostChanged checked = news;
    checked.host.leader = false;
    table_.put(checked.host);
    tell_everybody(checked, host);
}

void Broker::on_process_gone(const Peer& from, const ProcessGone& news) {
    const std::uint32_t host = leadership_.host_at(from);
    if (host == 0) return;
    ++leadership_.news(host).received;
    if (host != host_of(news.process)) return;
    if (const auto fits = check(news.cause); !fits) return refuse(from, fits.error());
    tell_everybody(news, host);
}

void Broker::on_member_left(const Peer& from, TimePoint now) {
    const std::uint32_t host = leadership_.host_at(from);
    if (host == 0) return;
    leadership_.leave(host);
    host_gone(host, "left");
    if (convention_ending_) end_host_after_members(now);
}

void Broker::host_gone(std::uint32_t host, const std::string& reason) {
    const HostEntry* const entry = table_.find(host);
    if (!entry) return;
    log::info("host " + entry->name + " is gone: " + reason);
    table_.remove(host);
    routes_.remove_member(host);
    tell_everybody(HostGone{host, reason});
}

// ---- What the leader says

Actions Broker::on_control_from_leader(const FrameHeader& header, std::span<const std::byte> frame, TimePoint now) {
    if (const auto whole = check_frame(frame); !whole) {
        log::warn("a frame of the leader was refused: " + whole.error().to_string());
        return take();
    }
    membership_.heard(now);
    const auto error = read_control(
        header, frame,  //
        on<Joined>([&](const Joined& joined) { on_joined(joined, now); }), on<Heartbeat>([&](const Heartbeat& beat) {
            if (beat.news && *beat.news != membership_.news().received) membership_.lost(now);
        }),
        on<JoinAgain>([&](const JoinAgain&) { membership_.lost(now); }), on<HostChanged>([&](const HostChanged& news) {
            ++membership_.news().received;
            if (news.host.id == self_.id) return;
            doubtful_.erase(news.host.id);
            table_.put(news.host);
            tell_processes(news);
        }),
        on<HostGone>([&](const HostGone& news) {
            ++membership_.news().received;
            if (news.host != self_.id) host_gone(news.host, news.reason);
        }),
        on<ProcessGone>([&](const ProcessGone& news) {
            ++membership_.news().received;
            tell_processes(news);
        }),
        on<EndHost>([&](const EndHost&) { begin_ending(now); }), on<Refused>([&](const Refused& refused) {
            actions_.push_back(Stop{1, "the leader refuses this host: " + refused.context});
        }));
    if (error) log::warn("a control message of the leader was refused: " + error->to_string());
    return take();
}

void Broker::on_joined(const Joined& joined, TimePoint now) {
    membership_.joined(now);
    log::info("member of the convention with " + std::to_string(joined.hosts.size()) + " hosts");
    for (const auto& host : table_.hosts())
        if (host.id != self_.id) doubtful_.try_emplace(host.id, now + times_.down_after);
    for (const auto& host : joined.hosts) {
        doubtful_.erase(host.id);
        if (host.id != self_.id) table_.put(host);
    }
    for (const auto& [process, known] : processes_.known()) send(Peer(process), registered());
    become_ready();
}

}  // namespace zanni::broker
