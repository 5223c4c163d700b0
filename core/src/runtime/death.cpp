#include <set>
#include <utility>

#include "runtime/actor_id.hpp"
#include "runtime/runtime.hpp"

/// How actors end, and who is told: by a request, a crash, or because their process or host is gone.
namespace zanni::detail {

void Runtime::child_exited(Cell& cell, EnvelopePtr envelope) {
    const auto notice = read_as<ChildExited>(*envelope);
    const bool known = notice && cell.ties && cell.ties->children.erase(notice->address) == 1;
    if (!known) {  // told already, or never its child
        counters_.add(Counters::delivered);
        return;
    }
    const std::uint64_t process = parts_of(notice->address).process;
    if (process != parts_.process) family_.remove(process, {notice->address, cell.address});
    if (cell.is_troupe_front) forget_member(notice->address);
    if (cell.state == Cell::State::running) return dispatch(cell, std::move(envelope));
    counters_.add(Counters::delivered);
    if (cell.ties->children.empty()) finish(cell);
}

void Runtime::orphaned(Cell& cell, const Envelope& envelope) {
    if (!cell.parent || envelope.sender != cell.parent) return;
    if (cell.is_root) family_.remove(parts_of(cell.parent).process, {cell.address, cell.parent});
    cell.parent = Address{};
    if (!add_root(cell)) send(make_envelope(cell.address, Address{}, ExitRequest{}));
}

/// The actor handles no more messages; its cell waits for its children to end.
void Runtime::begin_exit(Cell& cell, ExitCause cause, bool recursive) {
    cell.state = Cell::State::exiting;
    cell.cause = std::make_unique<ExitCause>(std::move(cause));
    cell.pause_for = {};
    drop_undertakings(cell);
    cell.actor.reset();
    const bool children = cell.ties && !cell.ties->children.empty();
    if (recursive && children)
        for (const Address& child : cell.ties->children) send(make_envelope(child, cell.address, ExitRequest{}));
    if (!recursive || !children) finish(cell);
}

/// What the actor's instance had under way ends with it; handlers that wait are destroyed where they stand.
void Runtime::drop_undertakings(Cell& cell) {
    if (!cell.undertakings) return;
    abandon_suspended(cell);
    Undertakings& undertakings = *cell.undertakings;
    for (const auto& [number, wakeup] : std::exchange(undertakings.wakeups, {})) take_timer(wakeup.pending);
    take_timer(std::exchange(undertakings.transient, {}));
    for (const int fd : std::exchange(undertakings.watched_fds, {})) parts_.engine.unwatch_fd(fd);
    if (undertakings.handles_dead_letters) handle_dead_letters(cell, false);
    if (undertakings.hears_of_hosts) notify_on_convention_changes(cell, false);
    undertakings.stash_this = false;
}

void Runtime::finish(Cell& cell) {
    const Address address = cell.address;
    const Address parent = cell.parent;
    const ExitCause cause = std::move(*cell.cause);
    const auto ties = std::exchange(cell.ties, nullptr);
    const auto undertakings = std::exchange(cell.undertakings, nullptr);
    forget_requirements(cell);
    if (ties && !ties->name.empty()) forget_name(*ties, address);
    bool waited_for = false;
    {
        const std::scoped_lock lock(dropping_mutex(cell));
        waited_for = cell.mailbox.close();
    }
    if (waited_for) drained(cell);
    const Address answered_by = std::exchange(cell.reply_to, {});
    cell.messages_max.store(0, std::memory_order_relaxed);
    cell.policy.store(MailboxPolicy::back_pressure, std::memory_order_relaxed);
    if (undertakings) {
        while (auto envelope = undertakings->stashed.pop()) dead_letter(std::move(envelope), Error::dead_target);
        while (auto envelope = undertakings->held_back.pop()) dead_letter(std::move(envelope), Error::dead_target);
    }
    const Error not_started{Error::start_failed, cause.detail};
    const bool never_ran = cause.kind == ExitCause::start_failure;
    while (auto envelope = cell.mailbox.take_rest()) {
        if (never_ran && envelope->message_id() == message_id<AwaitStart>)
            answer_await_start(*envelope, not_started);
        else
            dead_letter(std::move(envelope), Error::dead_target);
    }
    if (answered_by) tell_created(answered_by, address, &not_started, ties ? ties->name : std::string());
    if (cell.is_root && parent) family_.remove(parts_of(parent).process, {address, parent});
    cell.parent = Address{};
    cell.cause.reset();
    cell.handlers = {};
    cell.is_troupe_front = false;
    cell.taken = std::uint64_t{0};
    if (ties) {
        for (const Address& child : ties->children) {  // left behind alive: their ends are nobody's business here
            family_.remove(parts_of(child).process, {child, address});
            send(make_envelope(child, address, Orphaned{}));
        }
        tell_of_end(*ties, address, cause);
    }
    cell.exit_requested = false;
    cell.state = Cell::State::free;
    current_cell() = nullptr;
    release(cell);
    if (parent) tell_parent(parent, address, cause);  // who hears of the end finds the actor gone
}

void Runtime::crash(Cell& cell, const ExitCause& cause) {
    if (cell.state == Cell::State::free || cell.state == Cell::State::exiting) return;
    if (cell.paused.load(std::memory_order_relaxed)) go_on(cell);
    current_cell() = &cell;
    begin_exit(cell, cause, true);
    current_cell() = nullptr;
}

/// Another thread may take the cell from here on.
void Runtime::release(Cell& cell) {
    const Address address = cell.address;
    const bool was_root = cell.is_root;
    cells_.release(cell);
    if (!was_root && cells_.live() != 0) return;
    const std::scoped_lock lock(roots_mutex_);
    if (was_root) roots_.erase(address);
    if (is_of_one_actor() && cells_.live() == 0) shut_down_requested_ = true;
    changed_.notify_all();
}

/// False when the system is ending: the new one must go at once.
bool Runtime::add_root(Cell& cell) {
    const std::scoped_lock lock(roots_mutex_);
    cell.is_root = true;
    roots_.insert(cell.address);
    return !ending_;
}

void Runtime::tell_created(const Address& reply_to, const Address& address, const Error* error,
                           const std::string& name) {
    CreateReply reply{address, error == nullptr, {}, {}, name};
    if (error) {
        reply.code = error->code;
        reply.context = error->context;
    }
    send(make_envelope(reply_to, Address{}, std::move(reply)));
}

/// Who has created it too, by its name, hears that it doesn't run.
void Runtime::answer_await_start(const Envelope& envelope, const Error& error) {
    counters_.add(Counters::delivered);
    if (const auto request = read_as<AwaitStart>(envelope))
        tell_created(request->reply_to, envelope.target, &error, request->name);
}

void Runtime::tell_parent(const Address& parent, const Address& child, const ExitCause& cause) {
    send(make_envelope(parent, child, ChildExited{child, cause}));
}

void Runtime::process_gone(std::uint64_t process, const ExitCause& cause) {
    relieve_process(process);
    end_bonds(process, cause);
}

void Runtime::end_bonds(std::uint64_t process, const ExitCause& cause) {
    const auto is_there = [process](const Address& address) { return parts_of(address).process == process; };
    // Whose host is lost may live, and hears the same when it is back.
    const auto tell = [&](const Address& target, const Address& from, const auto& word) {
        if (!is_there(target))
            send(make_envelope(target, from, word));
        else if (cause.kind == ExitCause::host_lost)
            broken_bonds_.keep(host_of(process), make_envelope(target, from, word));
    };
    for (const auto& [child, parent] : family_.take(process)) {
        tell(parent, child, ChildExited{child, cause});
        tell(child, parent, ExitRequest{});
    }
    for (const auto& [watched, watcher] : watches_.take(process)) {
        tell(watcher, watched, Down{watched, cause});
        tell(watched, watcher, Unwatch{});
    }
    for (const auto& [far, near] : links_.take(process)) {
        tell(near, far, LinkedEnded{far, cause});
        tell(far, near, LinkedEnded{near, cause});
    }
    for (const auto& [asked, question] : asks_.take(process))
        send(make_envelope(question, asked, Undeliverable{asked, Error::dead_target}));
    names_placed_there_are_lost(process, cause);
    for (const auto& endpoint : endpoints())
        endpoint->fail_process(process,
                               {Error::dead_target, "the process of the one asked is gone: " + cause.to_string()});
}

void Runtime::host_gone(std::uint32_t host, const std::string& reason) {
    relieve_host(host);
    const ExitCause cause{ExitCause::host_lost, 0, reason};
    std::set<std::uint64_t> processes;
    for (RemoteBonds* const bonds : {&family_, &watches_, &links_, &asks_})
        for (const std::uint64_t process : bonds->processes_of(host)) processes.insert(process);
    for (const std::uint64_t process : names_placed_on(host)) processes.insert(process);
    for (const std::uint64_t process : processes) end_bonds(process, cause);
    for (const auto& endpoint : endpoints())
        endpoint->fail_host(host, {Error::dead_target, "the host of the one asked is gone: " + reason});
    host_left(host, reason);
}

void Runtime::ask_all_to_end() {
    std::vector<Address> roots;
    {
        const std::scoped_lock lock(roots_mutex_);
        ending_ = true;
        roots.assign(roots_.begin(), roots_.end());
    }
    wait_no_more_elsewhere();
    end_claims();
    for (const Address& root : roots) send(make_envelope(root, Address{}, ExitRequest{}));
}

bool Runtime::end_all(Duration longest) {
    ask_all_to_end();
    std::unique_lock lock(roots_mutex_);
    return parts_.engine.await(
        lock, changed_, [this] { return cells_.live() == 0; }, longest);
}

void Runtime::shut_down() {
    const std::scoped_lock lock(roots_mutex_);
    shut_down_requested_ = true;
    changed_.notify_all();
}

bool Runtime::shut_down_requested() {
    const std::scoped_lock lock(roots_mutex_);
    return shut_down_requested_;
}

bool Runtime::await_shut_down(Duration longest) {
    std::unique_lock lock(roots_mutex_);
    return parts_.engine.await(
        lock, changed_, [this] { return shut_down_requested_; }, longest);
}

}  // namespace zanni::detail
