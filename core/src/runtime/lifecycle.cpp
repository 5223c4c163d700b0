#include <algorithm>
#include <exception>
#include <set>
#include <utility>

#include "log.hpp"
#include "runtime/actor_id.hpp"
#include "runtime/runtime.hpp"
#include "troupe/troupe_front.hpp"

/// Births and deaths of actors.
namespace zanni::detail {

namespace {

constexpr std::size_t name_bytes_max = 256;

std::string needs(std::string_view type, const std::vector<std::string>& missing) {
    std::string text(type);
    for (const auto& phrase : missing) text += (&phrase == missing.data() ? " needs " : ", ") + phrase;
    return text;
}

}  // namespace

std::uint64_t Runtime::mint_actor() {
    const std::scoped_lock lock(random_mutex_);
    return parts_.random.next() | minted_bit;
}

// ---- Birth

Address Runtime::create_child(Cell& parent, const ActorType* type, std::string_view name, const CreateOptions& options,
                              bool as_member) {
    if (!options.name.empty()) return create({type, name, options, {}, {}});
    // The parent runs on this thread, so nothing that the child's end sends can be handled before the child is noted.
    const Address troupe = as_member ? parent.address : Address{};
    const Address child = create({type, name, options, parent.address, {}, troupe});
    parent.own_ties().children.insert(child);
    return child;
}

Address Runtime::create(const Creation& creation) {
    if (creation.options.name.size() > name_bytes_max)
        return refuse(creation, {Error::bad_input, "the name of an actor has 256 bytes at most"});
    if (const ActorType* const type = creation.type ? creation.type : parts_.registry.find(creation.name)) {
        const auto missing = unmet_here(*type, creation.options.requirements);
        if (missing.empty()) {
            const Creation here{type,           type->name, creation.options, creation.parent, creation.reply_to,
                                creation.troupe};
            return creation.options.name.empty() ? create_here(here, 0) : create_named(here);
        }
        if (!parts_.gateway) return refuse(creation, {Error::unmet_requirement, needs(creation.name, missing)});
    }
    if (!parts_.gateway)
        return refuse(creation,
                      {Error::unknown_type, "no actor type " + std::string(creation.name) + " in this program"});
    if (!creation.options.name.empty())
        return refuse(creation, {Error::refused,
                                 "an actor with a name runs in the process that creates it, and this "
                                 "one can't run " +
                                     std::string(creation.name)});
    const auto process = parts_.gateway->place(creation.name, creation.options.requirements);
    if (!process) return refuse(creation, process.error());
    return create_there(*process, creation);
}

/// Whoever comes first makes it; the others get its address, and are told when it runs.
Address Runtime::create_named(const Creation& creation) {
    const std::unique_lock lock(names_mutex_);
    const auto named = names_.find(creation.options.name);
    if (named == names_.end()) {
        const Address address = create_here(creation, 0);
        const Cell* const cell = cell_of(address);
        if (cell && cell->address == address) names_.emplace(creation.options.name, address);
        return address;
    }
    if (creation.reply_to) send(make_envelope(named->second, Address{}, AwaitStart{creation.reply_to}));
    return named->second;
}

Address Runtime::find(std::string_view name) {
    const std::scoped_lock lock(names_mutex_);
    const auto named = names_.find(name);
    return named == names_.end() ? Address{} : named->second;
}

Address Runtime::create_here(const Creation& creation, std::uint64_t minted_actor) {
    Cell* const cell = cells_.take(parts_.process, minted_actor);
    if (!cell)
        return refuse(creation, {Error::overloaded, "this process is full, or the address is taken"}, minted_actor);
    const std::uint64_t parent_process = parts_of(creation.parent).process;
    cell->is_root = parent_process != parts_.process;
    if (cell->is_root && !add_root(*cell)) {
        release(*cell);
        return refuse(creation, {Error::shut_down, "this process is ending"}, minted_actor);
    }
    const ActorTraits& traits = creation.type->traits;
    cell->type = creation.type;
    cell->parent = creation.parent;
    cell->reply_to = creation.reply_to;
    cell->is_troupe_front = traits.troupe && !creation.troupe;
    if (is_supervised(creation.options.supervision)) cell->own_ties().supervision = creation.options.supervision;
    if (!creation.options.name.empty()) cell->own_ties().name = creation.options.name;
    if (creation.troupe) {
        cell->own_undertakings().troupe = creation.troupe;
        const std::scoped_lock lock(members_mutex_);
        members_.emplace(cell->address, creation.troupe);
    }
    if (!traits.initializing.empty() && !cell->is_troupe_front)
        cell->own_undertakings().awaited.assign(traits.initializing.begin(), traits.initializing.end());
    if (cell->undertakings) cell->undertakings->first_question = cell->questions + 1;
    cell->messages_max.store(traits.mailbox.messages_max, std::memory_order_relaxed);
    cell->policy.store(traits.mailbox.policy, std::memory_order_relaxed);
    cell->state = Cell::State::starting;
    const Address address = cell->address;
    if (cell->is_root && creation.parent) family_.add(parent_process, {address, creation.parent});
    cell->mailbox.open();
    parts_.engine.schedule(*cell);
    return address;
}

Address Runtime::create_there(std::uint64_t process, const Creation& creation) {
    const Address address = make_address({process, mint_actor()});
    if (creation.parent) family_.add(process, {address, creation.parent});
    send(make_envelope(make_address({process, process_itself}), creation.parent,
                       CreateActor{address, creation.parent, creation.reply_to, std::string(creation.name),
                                   creation.options.requirements, creation.options.supervision}));
    return address;
}

/// Gives the minted address, or one that never names anybody.
Address Runtime::refuse(const Creation& creation, const Error& error, std::uint64_t minted_actor) {
    const Address address = make_address({parts_.process, minted_actor ? minted_actor : mint_actor()});
    refuse_creation({address, creation.parent, creation.reply_to, {}, {}, {}}, error);
    return address;
}

/// A creator in another process chose this one.
void Runtime::create_for(const CreateActor& request) {
    const auto fail = [&](const Error& error) { refuse_creation(request, error); };
    const auto wanted = parts_of(request.address);
    if (wanted.process != parts_.process || !is_minted(wanted.actor))
        return fail({Error::malformed, "an address that is not for this process"});
    const ActorType* const type = parts_.registry.find(request.type);
    if (!type) return fail({Error::unknown_type, "no actor type " + request.type + " in this process"});
    if (const auto missing = unmet_here(*type, request.requirements); !missing.empty())
        return fail({Error::unmet_requirement, needs(request.type, missing)});
    if (cells_.find(wanted.actor)) return fail({Error::refused, "the address is taken"});
    CreateOptions options;
    options.supervision = request.supervision;
    create_here({type, type->name, options, request.parent, request.reply_to}, wanted.actor);
}

std::vector<std::string> Runtime::unmet_here(const ActorType& type, const Requirements& extra) const {
    Requirements requirements = type.requirements();
    std::ranges::copy(extra, std::back_inserter(requirements));
    if (requirements.empty()) return {};
    return unmet(parts_.gateway ? parts_.gateway->capabilities() : parts_.capabilities, requirements);
}

void Runtime::refuse_creation(const CreateActor& request, const Error& error) {
    if (request.reply_to) tell_created(request.reply_to, request.address, &error);
    if (request.parent) tell_parent(request.parent, request.address, {ExitCause::start_failure, 0, error.to_string()});
}

void Runtime::start(Cell& cell) {
    cell.state = Cell::State::running;
    if (ExitCause failure; !construct(cell, failure)) return begin_exit(cell, std::move(failure), true);
    if (cell.reply_to) tell_created(std::exchange(cell.reply_to, {}), cell.address, nullptr);
    if (cell.exit_requested) return begin_exit(cell, {}, true);
    start_transient(cell);
}

bool Runtime::construct(Cell& cell, ExitCause& failure) {
    const auto failed = [&](const char* what) {
        failure = {ExitCause::start_failure, 0, what};
        return false;
    };
    try {
        if (cell.is_troupe_front) {
            cell.actor = std::make_unique<TroupeFront>(*this, cell, *cell.type);
            cell.handlers = TroupeFront::handlers();
        } else {
            cell.actor = cell.type->construct();
            if (cell.handlers.empty()) cell.handlers = cell.type->handlers;  // else the constructor called become()
        }
        return true;
    } catch (const std::exception& error) {
        return failed(error.what());
    } catch (...) {
        return failed("the constructor threw what is no std::exception");
    }
}

// ---- Death

void Runtime::child_exited(Cell& cell, EnvelopePtr envelope) {
    const auto notice = envelope->any().as<ChildExited>();
    const bool known = notice && cell.ties && cell.ties->children.erase(notice->address) == 1;
    if (!known) {  // told already, or never its child
        counters_.delivered.fetch_add(1, std::memory_order_relaxed);
        return;
    }
    const std::uint64_t process = parts_of(notice->address).process;
    if (process != parts_.process) family_.remove(process, {notice->address, cell.address});
    if (cell.is_troupe_front) forget_member(notice->address);
    if (cell.state == Cell::State::running) return dispatch(cell, std::move(envelope));
    counters_.delivered.fetch_add(1, std::memory_order_relaxed);
    if (cell.ties->children.empty()) finish(cell);
}

void Runtime::orphaned(Cell& cell, const Envelope& envelope) {
    if (!cell.parent || envelope.sender != cell.parent) return;
    if (cell.is_root) family_.remove(parts_of(cell.parent).process, {cell.address, cell.parent});
    cell.parent = {};
    if (!add_root(cell)) send(make_envelope(cell.address, Address{}, ExitRequest{}));
}

/// The actor handles no more messages; its cell waits for its children to end.
void Runtime::begin_exit(Cell& cell, ExitCause cause, bool recursive) {
    cell.state = Cell::State::exiting;
    cell.cause = std::make_unique<ExitCause>(std::move(cause));
    cell.pause_for = nullptr;
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
    undertakings.stash_this = false;
}

void Runtime::finish(Cell& cell) {
    const Address address = cell.address;
    const Address parent = cell.parent;
    const ExitCause cause = std::move(*cell.cause);
    const auto ties = std::exchange(cell.ties, nullptr);
    const auto undertakings = std::exchange(cell.undertakings, nullptr);
    if (ties && !ties->name.empty()) {
        const std::scoped_lock lock(names_mutex_);
        if (const auto named = names_.find(ties->name); named != names_.end() && named->second == address)
            names_.erase(named);
    }
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
    if (answered_by) tell_created(answered_by, address, &not_started);
    if (cell.is_root && parent) family_.remove(parts_of(parent).process, {address, parent});
    cell.parent = {};
    cell.cause.reset();
    cell.handlers = {};
    cell.is_troupe_front = false;
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
    changed_.notify_all();
}

/// False when the system is ending: the new one must go at once.
bool Runtime::add_root(Cell& cell) {
    const std::scoped_lock lock(roots_mutex_);
    cell.is_root = true;
    roots_.insert(cell.address);
    return !ending_;
}

void Runtime::tell_created(const Address& reply_to, const Address& address, const Error* error) {
    CreateReply reply{address, error == nullptr, {}, {}};
    if (error) {
        reply.code = error->code;
        reply.context = error->context;
    }
    send(make_envelope(reply_to, Address{}, std::move(reply)));
}

/// Who has created it too, by its name, hears that it doesn't run.
void Runtime::answer_await_start(const Envelope& envelope, const Error& error) {
    counters_.delivered.fetch_add(1, std::memory_order_relaxed);
    if (const auto request = envelope.any().as<AwaitStart>()) tell_created(request->reply_to, envelope.target, &error);
}

void Runtime::tell_parent(const Address& parent, const Address& child, const ExitCause& cause) {
    send(make_envelope(parent, child, ChildExited{child, cause}));
}

void Runtime::process_gone(std::uint64_t process, const ExitCause& cause) {
    const auto is_there = [process](const Address& address) { return parts_of(address).process == process; };
    for (const auto& [child, parent] : family_.take(process)) {
        if (is_there(child))
            tell_parent(parent, child, cause);
        else
            send(make_envelope(child, parent, ExitRequest{}));
    }
    for (const auto& [watched, watcher] : watches_.take(process)) {
        if (is_there(watched))
            send(make_envelope(watcher, watched, Down{watched, cause}));
        else
            send(make_envelope(watched, watcher, Unwatch{}));
    }
    for (const auto& [far, near] : links_.take(process)) send(make_envelope(near, far, LinkedEnded{far, cause}));
    for (const auto& [asked, question] : asks_.take(process))
        send(make_envelope(question, asked, Undeliverable{asked, Error::dead_target}));
    for (const auto& endpoint : endpoints())
        endpoint->fail_process(process,
                               {Error::dead_target, "the process of the one asked is gone: " + cause.to_string()});
}

void Runtime::host_gone(std::uint32_t host, const std::string& reason) {
    const ExitCause cause{ExitCause::host_lost, 0, reason};
    std::set<std::uint64_t> processes;
    for (RemoteBonds* const bonds : {&family_, &watches_, &links_, &asks_})
        for (const std::uint64_t process : bonds->processes_of(host)) processes.insert(process);
    for (const std::uint64_t process : processes) process_gone(process, cause);
    for (const auto& endpoint : endpoints())
        endpoint->fail_host(host, {Error::dead_target, "the host of the one asked is gone: " + reason});
}

bool Runtime::end_all(Duration longest) {
    std::vector<Address> roots;
    {
        const std::scoped_lock lock(roots_mutex_);
        ending_ = true;
        roots.assign(roots_.begin(), roots_.end());
    }
    for (const Address& root : roots) send(make_envelope(root, Address{}, ExitRequest{}));
    std::unique_lock lock(roots_mutex_);
    return parts_.engine.await(
        lock, changed_, [this] { return cells_.live() == 0; }, longest);
}

void Runtime::shut_down() {
    const std::scoped_lock lock(roots_mutex_);
    shut_down_requested_ = true;
    changed_.notify_all();
}

bool Runtime::await_shut_down(Duration longest) {
    std::unique_lock lock(roots_mutex_);
    return parts_.engine.await(
        lock, changed_, [this] { return shut_down_requested_; }, longest);
}

}  // namespace zanni::detail
