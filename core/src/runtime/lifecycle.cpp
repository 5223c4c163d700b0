#include <algorithm>
#include <exception>
#include <utility>

#include "log.hpp"
#include "runtime/actor_id.hpp"
#include "runtime/runtime.hpp"

/// Births and deaths of actors.
namespace zanni::detail {

namespace {

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

Address Runtime::create_child(Cell& parent, const ActorType* type, std::string_view name,
                              const CreateOptions& options) {
    // The parent runs on this thread, so nothing that the child's end sends can be handled before the child is noted.
    const Address child = create({type, name, options, parent.address, {}});
    if (!parent.children) parent.children = std::make_unique<std::unordered_set<Address>>();
    parent.children->insert(child);
    return child;
}

Address Runtime::create(const Creation& creation) {
    if (const ActorType* const type = creation.type ? creation.type : parts_.registry.find(creation.name)) {
        const auto missing = unmet_here(*type, creation.options.requirements);
        if (missing.empty())
            return create_here({type, type->name, creation.options, creation.parent, creation.reply_to}, 0);
        if (!parts_.gateway) return refuse(creation, {Error::unmet_requirement, needs(creation.name, missing)});
    }
    if (!parts_.gateway)
        return refuse(creation,
                      {Error::unknown_type, "no actor type " + std::string(creation.name) + " in this program"});
    const auto process = parts_.gateway->place(creation.name, creation.options.requirements);
    if (!process) return refuse(creation, process.error());
    return create_there(*process, creation);
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
    cell->type = creation.type;
    cell->parent = creation.parent;
    cell->reply_to = creation.reply_to;
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
                                   creation.options.requirements}));
    return address;
}

/// Gives the minted address, or one that never names anybody.
Address Runtime::refuse(const Creation& creation, const Error& error, std::uint64_t minted_actor) {
    const Address address = make_address({parts_.process, minted_actor ? minted_actor : mint_actor()});
    refuse_creation({address, creation.parent, creation.reply_to, {}, {}}, error);
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
    create_here({type, type->name, {}, request.parent, request.reply_to}, wanted.actor);
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
    try {
        cell.actor = cell.type->construct();
    } catch (const std::exception& error) {
        return begin_exit(cell, {ExitCause::start_failure, 0, error.what()}, true);
    } catch (...) {
        return begin_exit(cell, {ExitCause::start_failure, 0, "the constructor threw what is no std::exception"}, true);
    }
    if (cell.reply_to) tell_created(std::exchange(cell.reply_to, {}), cell.address, nullptr);
    if (cell.exit_requested) begin_exit(cell, {}, true);
}

// ---- Death

void Runtime::child_exited(Cell& cell, EnvelopePtr envelope) {
    const auto notice = envelope->any().as<ChildExited>();
    const bool known = notice && cell.children && cell.children->erase(notice->address) == 1;
    if (!known) {  // told already, or never its child
        counters_.delivered.fetch_add(1, std::memory_order_relaxed);
        return;
    }
    family_.remove(parts_of(notice->address).process, notice->address);
    if (cell.state == Cell::State::running) return dispatch(cell, std::move(envelope));
    counters_.delivered.fetch_add(1, std::memory_order_relaxed);
    if (cell.children->empty()) finish(cell);
}

void Runtime::orphaned(Cell& cell, const Envelope& envelope) {
    counters_.delivered.fetch_add(1, std::memory_order_relaxed);
    if (!cell.parent || envelope.sender != cell.parent) return;
    if (cell.is_root) family_.remove(parts_of(cell.parent).process, cell.address);
    cell.parent = {};
    if (!add_root(cell)) send(make_envelope(cell.address, Address{}, ExitRequest{}));
}

/// The actor handles no more messages; its cell waits for its children to end.
void Runtime::begin_exit(Cell& cell, ExitCause cause, bool recursive) {
    cell.state = Cell::State::exiting;
    cell.cause = std::make_unique<ExitCause>(std::move(cause));
    cell.actor.reset();
    if (recursive && cell.children)
        for (const Address& child : *cell.children) send(make_envelope(child, cell.address, ExitRequest{}));
    if (!recursive || !cell.children || cell.children->empty()) finish(cell);
}

void Runtime::finish(Cell& cell) {
    const Address address = cell.address;
    const Address parent = cell.parent;
    const ExitCause cause = std::move(*cell.cause);
    cell.mailbox.close();
    while (auto envelope = cell.mailbox.take_rest()) dead_letter(std::move(envelope), Error::dead_target);
    if (cell.reply_to) {
        const Error error{Error::start_failed, cause.detail};
        tell_created(cell.reply_to, address, &error);
    }
    if (cell.is_root && parent) family_.remove(parts_of(parent).process, address);
    cell.parent = cell.reply_to = cell.sender = {};
    cell.cause.reset();
    if (cell.children)  // left behind alive: their ends are nobody's business here
        for (const Address& child : *cell.children) {
            family_.remove(parts_of(child).process, child);
            send(make_envelope(child, address, Orphaned{}));
        }
    cell.children.reset();
    cell.exit_requested = false;
    cell.state = Cell::State::free;
    if (parent) tell_parent(parent, address, cause);
    current_cell() = nullptr;
    release(cell);
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

void Runtime::tell_parent(const Address& parent, const Address& child, const ExitCause& cause) {
    send(make_envelope(parent, child, ChildExited{child, cause}));
}

void Runtime::process_gone(std::uint64_t process, const ExitCause& cause) {
    for (const auto& [child, parent] : family_.take(process)) {
        if (parts_of(child).process == process)
            tell_parent(parent, child, cause);
        else
            send(make_envelope(child, parent, ExitRequest{}));
    }
    for (const auto& endpoint : endpoints())
        endpoint->fail_process(process,
                               {Error::dead_target, "the process of the one asked is gone: " + cause.to_string()});
}

void Runtime::host_gone(std::uint32_t host, const std::string& reason) {
    const ExitCause cause{ExitCause::host_lost, 0, reason};
    for (const std::uint64_t process : family_.processes_of(host)) process_gone(process, cause);
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
