#include <algorithm>
#include <utility>

#include <zanni/actor_type.hpp>

#include "control_characters.hpp"
#include "log.hpp"
#include "runtime/actor_id.hpp"
#include "runtime/message_kinds.hpp"
#include "runtime/runtime.hpp"
#include "runtime/words.hpp"

/// The one actor of a name. Its creator has an address at once, of a cell whose mailbox takes messages; whose the name
/// is, the convention's leader decides. Then the cell runs the actor, or stands in for the one elsewhere: passes on all
/// that it got and gets, until that one ends. Alone, a process decides by itself. Source: ADR 0013.
namespace zanni::detail {

namespace {

constexpr std::size_t name_bytes_max = 256;

bool is_name(std::string_view name) { return name.size() <= name_bytes_max && !has_control_characters(name); }

/// For what stands in for an actor of a type that this program need not have.
constexpr ActorType stand_in_type{
    "zanni.StandIn", []() -> std::unique_ptr<Actor> { return nullptr; }, {}, []() -> Requirements { return {}; }};

}  // namespace

// ---- Creating

/// Whoever comes first makes it; the others get its address, and are told when it runs.
Address Runtime::create_named(const Creation& creation) {
    if (!is_name(creation.options.name))
        return refuse(creation, {Error::bad_input,
                                 "the name of an actor has 256 bytes at most, none of them a control "
                                 "character"});
    const auto process = process_for_named(creation);
    std::unique_lock lock(names_mutex_);
    if (const Address known = known_by_name(creation)) return known;
    if (!process) return refuse(creation, process.error());
    if (*process == parts_.process) {
        const ActorType* const type = type_of(creation);
        return claim({type, type->name, creation.options, {}, creation.reply_to}, 0);
    }
    if (is_ending()) return refuse(creation, {Error::shut_down, "this process is ending"});
    const Address address = creation.reply_to ? Address{} : await_placed(*process, creation);
    lock.unlock();  // what can't be sent is answered at once
    const Address there = create_there(
        *process, {nullptr, creation.name, creation.options, {}, creation.reply_to ? creation.reply_to : itself()});
    return address ? address : there;
}

/// A program's goes to a process that outlives the program, if one can run it; an actor's stays with the actor, unless
/// its placement says otherwise.
std::expected<std::uint64_t, Error> Runtime::process_for_named(const Creation& creation) {
    if (shares_names() && wants_isolation(creation, type_of(creation))) return place_isolated(creation);
    const Objection objection = objection_here(creation);
    if (!shares_names()) {
        if (objection.error) return std::unexpected(*objection.error);
        return parts_.process;
    }
    const bool may_run_here = !objection.error && is_place(creation.options.placement);
    if (may_run_here && !creation.reply_to) return parts_.process;
    auto process = place(creation, objection);
    if (!process && may_run_here) return parts_.process;
    return process;
}

/// Needs names_mutex_. None when this process knows nothing of it.
Address Runtime::known_by_name(const Creation& creation) {
    const auto named = names_.find(creation.options.name);
    if (named == names_.end()) {
        const auto stand_ins = stand_ins_.equal_range(creation.options.name);
        const bool any = stand_ins.first != stand_ins.second;
        return any && !creation.reply_to ? std::prev(stand_ins.second)->second.address : Address{};
    }
    const Address address = named->second.address;
    if (creation.reply_to)
        send(make_envelope(address, Address{}, AwaitStart{creation.reply_to, creation.options.name}));
    else if (named->second.stage != Name::Stage::given)
        cell_of(address)->ties->claim->given_out = true;
    return address;
}

/// Needs names_mutex_.
Address Runtime::claim(const Creation& creation, std::uint64_t minted_actor) {
    if (shares_names() && is_ending())
        return refuse(creation, {Error::shut_down, "this process is ending"}, minted_actor);
    const Address address = create_here(creation, minted_actor);
    const Cell* const cell = cell_of(address);
    if (!cell || cell->address != address) return address;
    if (!shares_names()) {
        names_.emplace(creation.options.name, Name{address});
        return address;
    }
    names_.emplace(creation.options.name, Name{address, Name::Stage::claimed});
    parts_.gateway->claim_name(creation.options.name, address, creation.options.wait_longest);
    return address;
}

/// Needs names_mutex_. What an actor has the address of meanwhile.
Address Runtime::await_placed(std::uint64_t process, const Creation& creation) {
    const Address address = create_here({&stand_in_type, stand_in_type.name, creation.options, {}, {}}, 0);
    const Cell* const cell = cell_of(address);
    if (!cell || cell->address != address) return address;
    names_.emplace(creation.options.name, Name{address, Name::Stage::placed, process});
    add_timer(later(now(), creation.options.wait_longest), {Timer::Kind::placement, address});
    return address;
}

/// A creator in another process chose this one.
void Runtime::create_named_for(const CreateActor& request, const ActorType& type) {
    CreateOptions options;
    options.name = request.name;
    options.requirements = request.requirements;
    options.supervision = request.supervision;
    options.wait_longest = request.wait_longest;
    const Creation creation{&type, type.name, options, {}, request.reply_to};
    const std::scoped_lock lock(names_mutex_);
    if (!known_by_name(creation)) claim(creation, parts_of(request.address).actor);
}

Address Runtime::itself() const { return make_address({parts_.process, process_itself}); }

bool Runtime::is_ending() {
    const std::scoped_lock lock(roots_mutex_);
    return ending_;
}

// ---- The decision

/// Needs names_mutex_. The cell hears of it in its first turn.
void Runtime::settle_claim(Names::iterator named, const Address& owner, std::string refusal) {
    const Address address = named->second.address;
    Cell& cell = *cell_of(address);
    Claim& claim = *cell.ties->claim;
    claim.owner = owner;
    claim.refusal = std::move(refusal);
    if (owner == address) {
        named->second.stage = Name::Stage::given;
    } else {
        if (owner && claim.given_out) stand_ins_.emplace(named->first, StandIn{address, owner});
        names_.erase(named);
    }
    parts_.engine.schedule(cell);
}

void Runtime::name_given(const std::string& name, const Address& claimer, const Address& owner) {
    bool lost = false;
    {
        const std::scoped_lock lock(names_mutex_);
        const auto named = names_.find(name);
        if (named == names_.end() || named->second.address != claimer) return;
        if (named->second.stage == Name::Stage::claimed) return settle_claim(named, owner, {});
        lost = owner != claimer;
        if (lost) names_.erase(named);
    }
    if (!lost) return;
    log::warn("two actors are named '" + name + "', as hosts were apart: " + claimer.to_string() +
              " has to end, the other is " + owner.to_string());
    send(make_envelope(claimer, Address{}, ExitRequest{}));
}

void Runtime::name_refused(const std::string& name, const Address& claimer, const Error& error) {
    const std::scoped_lock lock(names_mutex_);
    const auto named = names_.find(name);
    if (named == names_.end() || named->second.address != claimer || named->second.stage != Name::Stage::claimed)
        return;
    settle_claim(named, {}, error.to_string());
}

/// The process chosen for it has it, or another actor of that name.
void Runtime::placed_answers(const Envelope& envelope) {
    const auto reply = read_as<CreateReply>(envelope);
    if (!reply) return;
    const std::scoped_lock lock(names_mutex_);
    const auto named = names_.find(reply->name);
    if (named == names_.end() || named->second.stage != Name::Stage::placed) return;
    if (reply->running)
        settle_claim(named, reply->address, {});
    else
        settle_claim(named, {}, Error{reply->code, reply->context}.to_string());
}

/// The answer may be lost, where one side has taken the other for gone.
void Runtime::placement_is_late(const Address& placed) {
    const std::scoped_lock lock(names_mutex_);
    const auto named = std::ranges::find(names_, placed, [](const auto& entry) { return entry.second.address; });
    if (named == names_.end() || named->second.stage != Name::Stage::placed) return;
    settle_claim(named, {}, "the process chosen for it has not answered in time");
}

std::vector<std::uint64_t> Runtime::names_placed_on(std::uint32_t host) {
    std::vector<std::uint64_t> processes;
    const std::scoped_lock lock(names_mutex_);
    for (const auto& [name, named] : names_)
        if (host_of(named.placed_on) == host) processes.push_back(named.placed_on);
    return processes;
}

void Runtime::names_placed_there_are_lost(std::uint64_t process, const ExitCause& cause) {
    const std::scoped_lock lock(names_mutex_);
    for (auto named = names_.begin(); named != names_.end();) {
        const auto next = std::next(named);
        if (named->second.stage == Name::Stage::placed && named->second.placed_on == process)
            settle_claim(named, {}, "the process chosen for it is gone: " + cause.to_string());
        named = next;
    }
}

void Runtime::take_role(Cell& cell) {
    const Claim& claim = *cell.ties->claim;
    if (!claim.owner) return begin_exit(cell, {ExitCause::start_failure, 0, claim.refusal}, true);
    if (claim.owner == cell.address) {
        cell.state = Cell::State::starting;
        if (!add_root(cell)) return begin_exit(cell, {ExitCause::start_failure, 0, "this process is ending"}, true);
        if (note_requirements(cell, claim.requirements)) end_if_unfit(cell.address, *cell.type, claim.requirements);
        return;
    }
    cell.state = Cell::State::standing_in;
    if (cell.reply_to)
        send(make_envelope(claim.owner, Address{}, AwaitStart{std::exchange(cell.reply_to, {}), cell.ties->name}));
    if (claim.given_out)
        watch(cell, claim.owner, false);
    else  // nobody has its address: it passes on what has come from those who wait for the start, and is done
        send(make_envelope(cell.address, Address{}, Dismissed{}));
}

// ---- Standing in

/// What is about the stand-in's own end stays here, as whoever watches it knows no other address.
void Runtime::stand_in(Cell& cell, EnvelopePtr envelope) {
    const Address owner = cell.ties->claim->owner;
    switch (envelope->message_id()) {
        case message_id<Watch>:
        case message_id<Unwatch>:
            handle_control(cell, envelope);
            return;
        case message_id<LinkedEnded>:
            counters_.add(Counters::delivered);
            if (cell.ties->linked.contains(envelope->sender)) send(make_envelope(owner, Address{}, ExitRequest{}));
            return linked_ended(cell, *envelope);
        case message_id<Dismissed>:
            counters_.add(Counters::delivered);
            return begin_exit(cell, {}, true);
        case message_id<Down>:
            if (envelope->sender != owner) break;
            if (const auto end = read_as<Down>(*envelope)) {
                down(cell, std::move(envelope));
                return begin_exit(cell, end->cause, true);
            }
            break;
        default:
            break;
    }
    envelope->target = owner;
    route(std::move(envelope));
}

// ---- The end

void Runtime::forget_name(const Ties& ties, const Address& address) {
    const std::scoped_lock lock(names_mutex_);
    if (const auto named = names_.find(ties.name); named != names_.end() && named->second.address == address)
        names_.erase(named);
    const auto [first, last] = stand_ins_.equal_range(ties.name);
    for (auto entry = first; entry != last; ++entry)
        if (entry->second.address == address) {
            stand_ins_.erase(entry);
            break;
        }
    const bool had_it = ties.claim && ties.claim->owner == address;
    if (had_it) parts_.gateway->release_name(ties.name, address);
}

/// The process ends: nobody waits for the leader any more, and what stands in goes when it has passed on what it got.
void Runtime::end_claims() {
    std::vector<Address> stand_ins;
    {
        const std::scoped_lock lock(names_mutex_);
        for (auto named = names_.begin(); named != names_.end();) {
            const auto next = std::next(named);
            if (named->second.stage == Name::Stage::claimed)
                parts_.gateway->release_name(named->first, named->second.address);
            if (named->second.stage != Name::Stage::given) settle_claim(named, {}, "this process is ending");
            named = next;
        }
        for (const auto& [name, stand_in] : stand_ins_) stand_ins.push_back(stand_in.address);
    }
    for (const Address& stand_in : stand_ins) send(make_envelope(stand_in, Address{}, Dismissed{}));
}

// ---- Finding

EnvelopePtr Runtime::find_request(std::string_view name, Duration longest) const {
    return make_envelope(itself(), Address{}, FindActor{std::string(name), longest});
}

void Runtime::find_for(const Envelope& envelope) {
    const auto request = read_as<FindActor>(envelope);
    if (!request || parts_of(envelope.sender).process != parts_.process) return;
    {
        const std::scoped_lock lock(names_mutex_);
        if (const auto named = names_.find(request->name); named != names_.end())
            return send(make_envelope(named->second.address, Address{}, AwaitStart{envelope.sender, request->name}));
    }
    if (shares_names() && is_name(request->name))
        return parts_.gateway->find_name(request->name, envelope.sender, request->longest);
    name_found(request->name, envelope.sender, {});
}

/// By way of the stand-in that the asker may have sent to: what it sends to the owner now must not overtake that.
void Runtime::name_found(const std::string& name, const Address& asker, const Address& owner) {
    Address by_way_of;
    {
        const std::scoped_lock lock(names_mutex_);
        const auto [first, last] = stand_ins_.equal_range(name);
        for (auto entry = first; entry != last; ++entry)
            if (entry->second.owner == owner) by_way_of = entry->second.address;
    }
    if (by_way_of) return send(make_envelope(by_way_of, Address{}, AwaitStart{asker, name}));
    const Error nobody{Error::unknown_name, "no actor is named '" + name + "'"};
    tell_created(asker, owner, owner ? nullptr : &nobody, name);
}

std::expected<Address, Error> found(std::expected<EnvelopePtr, Error> answer) {
    auto reply = read_reply<CreateReply>(std::move(answer));
    if (!reply && reply.error().code == Error::timeout)
        return std::unexpected(Error{Error::timeout, "nobody has said whose the name is; names wait for the leader"});
    if (!reply) return std::unexpected(std::move(reply.error()));
    if (reply->running) return reply->address;
    const bool has_ended = reply->code == Error::start_failed;
    return std::unexpected(Error{has_ended ? Error::unknown_name : reply->code, std::move(reply->context)});
}

}  // namespace zanni::detail

namespace zanni {

std::expected<Address, Error> Find::await_resume() { return detail::found(take()); }

}  // namespace zanni
