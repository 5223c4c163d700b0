/// What the broker hears from this host's processes and from tools.
#include <algorithm>
#include <utility>

#include <zanni/version.hpp>

#include "broker_says.hpp"
#include "limits.hpp"
#include "log.hpp"
#include "versions.hpp"

namespace zanni::broker {

using namespace transport;

namespace {

/// Who is told within one tick that it is unknown; the others hear it in the next.
constexpr std::size_t told_again_max = 1'000;

/// So many of them, or all if these are fewer. Gives their number.
std::size_t leave_lanes(ProcessStatus& process, std::size_t lanes_max) {
    process.lanes.resize(std::min(process.lanes.size(), lanes_max));
    return process.lanes.size();
}

/// So long a worker that has lost its leader keeps who wants the convention to end waiting: less than they wait.
constexpr Duration leader_answer_longest = std::chrono::seconds(3);
/// Whose bad frames are logged, in a broker's life.
constexpr std::size_t told_of_frames_max = 1'000;

}  // namespace

Actions Broker::on_control(const Peer& from, const FrameHeader& header, std::span<const std::byte> frame, TimePoint now,
                           KeyId who) {
    if (frame.size() > control_frame_bytes_max || header.records > control_records_max)
        return on_bad_frame(from,
                            {Error::too_large, "a control frame of " + std::to_string(frame.size()) + " bytes and " +
                                                   std::to_string(header.records) + " records, the limits are " +
                                                   std::to_string(control_frame_bytes_max) + " and " +
                                                   std::to_string(control_records_max)});
    if (const auto whole = check_frame(frame); !whole) return on_bad_frame(from, whole.error());
    if (const auto may = may_send(who, header, frame); !may) {
        refuse(from, may.error());
        return take();
    }
    speaker_ = who;
    const auto error = read_control(
        header, frame,  //
        on<Hello>([&](const Hello& hello) { on_hello(from, hello); }),
        on<Register>([&](const Register& registration) { on_register(from, registration, now); }),
        on<Report>([&](const Report& report) { on_report(from, report, now); }),
        on<DeadLetterHandlers>([&](const DeadLetterHandlers& news) { on_dead_letter_handlers(from, news); }),
        on<LogRecord>([&](const LogRecord& record) { on_log_record(from, record, now); }),
        on<LoadModule>([&](const LoadModule& wish) { on_load_module(from, wish, now); }),
        on<ModuleLoaded>([&](const ModuleLoaded& news) { on_module_loaded(from, news); }),
        on<UpdateCapability>([&](const UpdateCapability& update) { on_update_capability(from, update); }),
        on<Leave>([&](const Leave&) { on_leave(from.process()); }),
        on<HostStatusRequest>([&](const HostStatusRequest&) { on_status(from); }),
        on<ShutDownConvention>([&](const ShutDownConvention& wish) { on_shut_down_convention(from, wish, now); }),
        on<DrainHost>([&](const DrainHost& wish) { on_drain_host(from, wish, now); }),
        on<JoinConvention>([&](const JoinConvention& join) { on_join(from, join, now); }),
        on<Heartbeat>([&](const Heartbeat& beat) { on_heartbeat(from, beat, now); }),
        on<HostChanged>([&](const HostChanged& news) { on_host_changed(from, news); }),
        on<ProcessGone>([&](const ProcessGone& news) { on_process_gone(from, news); }),
        on<LinkBeat>([&](const LinkBeat& news) { on_link_beat(from, header, news, now); }),
        on<Enrol>([&](const Enrol& wish) { on_enrol(from, wish, now); }),
        on<ClaimNames>([&](const ClaimNames& news) { on_claim_names(from, news, now); }),
        on<ReleaseName>([&](const ReleaseName& news) { on_release_name(from, news); }),
        on<FindName>([&](const FindName& news) { on_find_name(from, news, now); }),
        on<HostProcesses>([&](const HostProcesses& news) { on_host_processes(from, news); }),
        on<NamesRequest>([&](const NamesRequest&) { on_names_request(from); }),
        on<LeaveConvention>([&](const LeaveConvention&) { on_member_left(from, now); }));
    if (error) refuse(from, *error);
    return take();
}

Actions Broker::on_bad_frame(const Peer& from, const Error& error) {
    const bool may_log = told_of_frames_.size() < told_of_frames_max && routes_.knows(from);
    if (may_log && told_of_frames_.insert(from).second)
        log::warn("a frame of process " + show(from.process()) + " was refused: " + error.to_string() +
                  "; more of this process are not logged");
    refuse(from, error);
    return take();
}

Actions Broker::on_foreign_frame(const Peer& from) {
    const bool is_stranger = from.process() == 0;
    if (is_link(from.process()) && table_.find(host_of(from.process())) && !self_.leader)
        return take();  // by a direct link that is none any more: it will notice
    const bool is_misled_member = is_link(from.process()) && !self_.leader;
    if (is_stranger || is_misled_member || routes_.knows(from)) {
        ++traffic_.frames_refused;
        return on_bad_frame(from, {Error::refused, "a frame in the name of a process that didn't send it"});
    }
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
    if (const auto fits = fits_convention("this program", hello.version, self_.version); !fits)
        return refuse_version(from, "a newcomer", fits.error());
    if (processes_.known().size() >= processes_max)
        return refuse(from,
                      {Error::overloaded, "this host has " + std::to_string(processes_max) + " processes already"});
    const auto process = new_process_id();
    if (!process) return refuse(from, {Error::overloaded, "this host has no process id left"});
    guard_.issued(*process, speaker_);
    log::debug("process " + show(*process) + " says hello, version " + hello.version);
    send(from, Welcome{*process, version()});
}

/// One line per tick: who is refused may come again and again.
void Broker::refuse_version(const Peer& from, const std::string& newcomer, const Error& why) {
    if (!std::exchange(refusal_logged_, true)) log::warn(newcomer + " was refused: " + why.context);
    refuse(from, why);
}

std::expected<void, Error> Broker::may_register(const Peer& from, const Register& registration) const {
    const std::uint64_t process = registration.process;
    const auto refused = [](std::string why) { return std::unexpected(Error{Error::refused, std::move(why)}); };
    const bool is_ours = is_isolated(process) ? processes_.is_child(process) : processes_.issued(process);
    if (from != Peer(process) || !is_ours)
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
    if (!registration.version.empty())
        if (const auto fits = fits_convention("program " + registration.program, registration.version, self_.version);
            !fits)
            return refuse_version(from, "process " + show(process), fits.error());
    const auto end_shows = end_shows_of(registration);
    const bool was_awaited = awaited_.erase(process) == 1;
    processes_.registered(registration, end_shows, now);
    if (end_shows == Processes::EndShows::by_pidfd) actions_.push_back(WatchProcess{process, registration.pid});
    routes_.add_process(process);
    guard_.in_use(from, true);
    const auto modules = isolated_.registered(process);
    remember();
    send(from, registered());
    if (modules) load_later_modules(process, *modules);
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
        if (const auto fits = check(report); !fits) return refuse(from, fits.error());
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

void Broker::on_status(const Peer& from) { send(from, HostStatusReply{all_status()}); }

HostStatus Broker::own_status() const {
    HostStatus status{
        self_, {}, traffic_.frames_routed, traffic_.frames_returned, traffic_.frames_dropped, traffic_.bytes_queued};
    status.frames_refused = traffic_.frames_refused;
    status.connections_refused = traffic_.connections_refused;
    for (const auto& [process, known] : processes_.known())
        status.processes.push_back({process, known.registration.pid, known.registration.program, known.report.actors,
                                    known.report.accounts, known.report.in_flight, known.report.resident_type,
                                    known.reports, known.rate.per_second(), known.report.lanes});
    std::size_t lanes_left = status_lanes_max;
    for (auto& process : status.processes) lanes_left -= leave_lanes(process, lanes_left);
    status.links = links_.status(status_links_max);
    return status;
}

std::vector<HostStatus> Broker::all_status() const {
    std::vector<HostStatus> all;
    std::size_t processes_left = status_processes_max;
    std::size_t lanes_left = all_lanes_max;
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
        for (auto& process : all.back().processes) lanes_left -= leave_lanes(process, lanes_left);
    }
    return all;
}

void Broker::on_shut_down_convention(const Peer& from, const ShutDownConvention& wish, TimePoint now) {
    if (!self_.leader) {
        if (leader_has_keys_)
            return refuse(from,
                          {Error::refused, "ask the leader itself, with an admin's key, or end this host by SIGTERM"});
        if (membership_.is_member()) return pass_on_shut_down(from, wish);
        if (shut_down_waits_)
            return refuse(from, {Error::overloaded, "somebody has asked already; the leader does not answer yet"});
        shut_down_waits_ = {from, wish, now + leader_answer_longest};
        return;
    }
    if (wish.drain) return on_drain_convention(from, *wish.drain, now);
    log::info("the convention shuts down");
    if (shut_down_requester_)
        send(from, Acknowledged{});  // one of them hears of the very end
    else if (!leadership_.host_at(from))
        shut_down_requester_ = from;
    convention_ends(now);
}

void Broker::pass_on_shut_down(const Peer& requester, const ShutDownConvention& wish) {
    send_to_leader(wish, true);
    send(requester, Acknowledged{});
}

/// A worker may be without its leader for a moment only: it joins again by itself.
void Broker::settle_shut_down(TimePoint now) {
    if (!shut_down_waits_ || (!membership_.is_member() && now < shut_down_waits_->until)) return;
    const ShutDownWish waiting = *std::exchange(shut_down_waits_, {});
    if (membership_.is_member()) return pass_on_shut_down(waiting.requester, waiting.wish);
    refuse(waiting.requester,
           {Error::unreachable, "the leader does not answer; ask again, or end this host by SIGTERM"});
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

}  // namespace zanni::broker
