#include <algorithm>
#include <exception>
#include <utility>

#include "runtime/actor_id.hpp"
#include "runtime/runtime.hpp"
#include "troupe/troupe_front.hpp"

/// How actors come to be: here, or on request of another process.
namespace zanni::detail {

namespace {

constexpr std::size_t name_bytes_max = 256;

std::string needs(const std::vector<std::string>& missing) {
    std::string text;
    for (const auto& phrase : missing) text += (text.empty() ? "needs " : ", ") + phrase;
    return text;
}

/// What the type's own accepts() has against it; empty when nothing.
std::string declined(const ActorType& type, const Capabilities& capabilities, const Requirements& extra) {
    try {
        return !type.accepts || type.accepts(capabilities, extra) ? "" : "is not accepted by the type";
    } catch (const std::exception& error) {
        return std::string("is not accepted by the type, whose accepts() threw: ") + error.what();
    } catch (...) {
        return "is not accepted by the type, whose accepts() threw";
    }
}

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
    if (creation.options.name.size() > name_bytes_max)
        return refuse(creation, {Error::bad_input, "the name of an actor has 256 bytes at most"});
    const ActorType* const type = creation.type ? creation.type : parts_.registry.find(creation.name);
    const Placement& placement = creation.options.placement;
    const Creation here{
        type, type ? type->name : creation.name, creation.options, creation.parent, creation.reply_to, creation.troupe};
    const Objection objection = type ? objection_here(*type, creation.options.requirements) : Objection{};
    if (type && objection.empty()) {
        if (!creation.options.name.empty()) return create_named(here);
        if (is_place(placement)) return create_here(here, 0);
    }
    if (type && !parts_.gateway)
        return refuse(creation,
                      {Error::unmet_requirement,
                       objection.empty() ? std::string(creation.name) + " can't be created apart from or with " +
                                               placement.actor().to_string() + ": this program runs alone"
                                         : objection.phrase(creation.name)});
    if (!parts_.gateway)
        return refuse(creation,
                      {Error::unknown_type, "no actor type " + std::string(creation.name) + " in this program"});
    if (!creation.options.name.empty())
        return refuse(creation, {Error::refused,
                                 "an actor with a name runs in the process that creates it, and this "
                                 "one can't run " +
                                     std::string(creation.name)});
    const auto process =
        parts_.gateway->place({creation.name, creation.options.requirements, placement, objection.declined});
    const bool is_here = process ? *process == parts_.process : asks_for_nobody(placement);
    if (type && objection.empty() && is_here) return create_here(here, 0);
    if (!process) return refuse(creation, process.error());
    return create_there(*process, creation);
}

/// Whether the placement is content with this process without a look at others.
bool Runtime::is_place(const Placement& placement) const {
    const auto host_of = [](std::uint64_t process) { return process >> 32; };
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
    if (const auto objection = objection_here(*type, request.requirements); !objection.empty())
        return fail({Error::unmet_requirement, objection.phrase(request.type)});
    if (cells_.find(wanted.actor)) return fail({Error::refused, "the address is taken"});
    CreateOptions options;
    options.supervision = request.supervision;
    create_here({type, type->name, options, request.parent, request.reply_to}, wanted.actor);
}

std::string Runtime::Objection::phrase(std::string_view type) const {
    return std::string(type) + " " + (missing.empty() ? "can't run here: this host " + declined : missing);
}

Runtime::Objection Runtime::objection_here(const ActorType& type, const Requirements& extra) const {
    Requirements requirements = type.requirements();
    std::ranges::copy(extra, std::back_inserter(requirements));
    if (requirements.empty() && !type.accepts) return {};
    const Capabilities capabilities = parts_.gateway ? parts_.gateway->capabilities() : parts_.capabilities;
    std::string missing = needs(unmet(capabilities, requirements));
    if (!missing.empty()) return {std::move(missing), {}};
    return {{}, declined(type, capabilities, extra)};
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

}  // namespace zanni::detail
