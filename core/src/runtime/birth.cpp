#include <algorithm>
#include <exception>
#include <utility>

#include "runtime/actor_id.hpp"
#include "runtime/runtime.hpp"
#include "troupe/troupe_front.hpp"

/// How actors come to be: here, or on request of another process.
namespace zanni::detail {

namespace {

bool asks_for_nobody(const Placement& placement) {
    return placement.kind() == Placement::Kind::spread || placement.kind() == Placement::Kind::pack;
}

}  // namespace

std::uint64_t Runtime::mint_actor() {
    const std::scoped_lock lock(random_mutex_);
    return parts_.random.next() | minted_bit;
}

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
    if (!creation.options.name.empty()) return create_named(creation);
    const ActorType* const type = type_of(creation);
    if (wants_isolation(creation, type)) return create_isolated(creation);
    const Objection objection = objection_here(creation);
    const auto process = !objection.error && is_place(creation.options.placement)
                             ? std::expected<std::uint64_t, Error>(parts_.process)
                             : place(creation, objection);
    if (!process) return refuse(creation, process.error());
    if (objection.error || *process != parts_.process) return create_there(*process, creation);
    return create_here({type, type->name, creation.options, creation.parent, creation.reply_to, creation.troupe}, 0);
}

const ActorType* Runtime::type_of(const Creation& creation) const {
    return creation.type ? creation.type : parts_.registry.find(creation.name);
}

/// Whether the placement is content with this process without a look at others.
bool Runtime::is_place(const Placement& placement) const {
    const bool is_this_host = host_of(parts_of(placement.actor()).process) == host_of(parts_.process);
    switch (placement.kind()) {
        case Placement::Kind::nearest:
            return true;
        case Placement::Kind::spread:
        case Placement::Kind::pack:
            return !parts_.gateway;
        case Placement::Kind::with:
            return is_this_host;
        case Placement::Kind::apart_from:
            return !is_this_host;
    }
    return true;
}

/// What the convention says. Here, where it knows of nobody and this process may run the actor.
std::expected<std::uint64_t, Error> Runtime::place(const Creation& creation, const Objection& objection) const {
    const Placement& placement = creation.options.placement;
    if (!parts_.gateway) {
        if (objection.error) return std::unexpected(*objection.error);
        return std::unexpected(
            Error{Error::unmet_requirement, std::string(creation.name) + " can't be created apart from or with " +
                                                placement.actor().to_string() + ": this program runs alone"});
    }
    auto process = parts_.gateway->place({creation.name, creation.options.requirements, placement, objection.declined});
    if (!process && !objection.error && asks_for_nobody(placement)) return parts_.process;
    return process;
}

/// Only a host has other processes to offer; members of a troupe run where their front does.
bool Runtime::wants_isolation(const Creation& creation, const ActorType* type) const {
    if (!parts_.gateway || creation.troupe) return false;
    if (creation.options.isolation) return *creation.options.isolation == Isolation::process;
    return (type ? type->traits.isolation : parts_.gateway->isolation_of(creation.name)) == Isolation::process;
}

/// One that its host starts for it when the first frame for that arrives. Source: ADR 0012.
std::expected<std::uint64_t, Error> Runtime::place_isolated(const Creation& creation) {
    const CreateOptions& options = creation.options;
    auto process = parts_.gateway->place(
        {creation.name, options.requirements, options.placement, objection_here(creation).declined});
    if (process) *process = isolated_process(*process, mint_actor());
    return process;
}

Address Runtime::create_isolated(const Creation& creation) {
    const auto process = place_isolated(creation);
    if (!process) return refuse(creation, process.error());
    return create_there(*process, creation);
}

std::string Runtime::resident_type() const {
    const std::scoped_lock lock(names_mutex_);
    return resident_type_;
}

Address Runtime::create_here(const Creation& creation, std::uint64_t minted_actor) {
    const bool claims = !creation.options.name.empty() && parts_.gateway && parts_.gateway->shares_names();
    Cell* const cell = cells_.take(parts_.process, minted_actor);
    if (!cell)
        return refuse(creation, {Error::overloaded, "this process is full, or the address is taken"}, minted_actor);
    const std::uint64_t parent_process = parts_of(creation.parent).process;
    cell->is_root = parent_process != parts_.process && !claims;  // who claims a name may turn out to be nobody
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
    cell->messages_max.store(traits.mailbox.messages_max, std::memory_order_release);
    cell->policy.store(traits.mailbox.policy, std::memory_order_relaxed);
    cell->state = Cell::State::starting;
    const Address address = cell->address;
    if (cell->is_root && creation.parent) family_.add(parent_process, {address, creation.parent});
    if (claims) {
        cell->state = Cell::State::claiming;
        cell->own_ties().claim = std::make_unique<Claim>();
        cell->ties->claim->longest = creation.options.wait_longest;
        cell->ties->claim->given_out = !creation.reply_to;
        cell->ties->claim->requirements = creation.options.requirements;
    }
    const bool has_requirements = !claims && note_requirements(*cell, creation.options.requirements);
    const ActorType& type = *creation.type;
    cell->mailbox.open();
    if (!claims) parts_.engine.schedule(*cell);
    if (has_requirements) end_if_unfit(address, type, creation.options.requirements);
    return address;
}

Address Runtime::create_there(std::uint64_t process, const Creation& creation) {
    const Address address = make_address({process, mint_actor()});
    if (creation.parent) family_.add(process, {address, creation.parent});
    send(make_envelope(make_address({process, process_itself}), creation.parent,
                       CreateActor{address, creation.parent, creation.reply_to, std::string(creation.name),
                                   creation.options.requirements, creation.options.supervision, creation.options.name,
                                   creation.options.wait_longest}));
    return address;
}

/// Gives the minted address, or one that never names anybody.
Address Runtime::refuse(const Creation& creation, const Error& error, std::uint64_t minted_actor) {
    const Address address = make_address({parts_.process, minted_actor ? minted_actor : mint_actor()});
    refuse_creation({address, creation.parent, creation.reply_to, {}, {}, {}, creation.options.name, {}}, error);
    return address;
}

/// A creator in another process chose this one.
void Runtime::create_for(const CreateActor& request) {
    const auto fail = [&](const Error& error) {
        refuse_creation(request, error);
        if (is_of_one_actor() && cells_.live() == 0) shut_down();
    };
    const auto wanted = parts_of(request.address);
    if (wanted.process != parts_.process || !is_minted(wanted.actor))
        return fail({Error::malformed, "an address that is not for this process"});
    const ActorType* const type = parts_.registry.find(request.type);
    if (!type) return fail({Error::unknown_type, "no actor type " + request.type + " in this process"});
    if (const auto objection = objection_here(*type, request.requirements); objection.error)
        return fail(*objection.error);
    if (cells_.find(wanted.actor)) return fail({Error::refused, "the address is taken"});
    CreateOptions options;
    options.supervision = request.supervision;
    options.requirements = request.requirements;
    if (is_of_one_actor()) {
        const std::scoped_lock lock(names_mutex_);
        if (resident_type_.empty()) resident_type_ = type->name;
    }
    if (!request.name.empty()) return create_named_for(request, *type);
    create_here({type, type->name, options, request.parent, request.reply_to}, wanted.actor);
}

void Runtime::refuse_creation(const CreateActor& request, const Error& error) {
    if (request.reply_to) tell_created(request.reply_to, request.address, &error, request.name);
    if (request.parent) tell_parent(request.parent, request.address, {ExitCause::start_failure, 0, error.to_string()});
}

void Runtime::start(Cell& cell) {
    cell.state = Cell::State::running;
    if (ExitCause failure; !construct(cell, failure)) return begin_exit(cell, std::move(failure), true);
    if (cell.reply_to)
        tell_created(std::exchange(cell.reply_to, {}), cell.address, nullptr, cell.ties ? cell.ties->name : "");
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

}  // namespace zanni::detail
