#include "runtime/runtime.hpp"

#include <algorithm>
#include <exception>
#include <iterator>
#include <utility>

#include <zanni/assert.hpp>

#include "log.hpp"
#include "runtime/actor_id.hpp"

/// One message's journey through a process, top to bottom. Births and deaths are in lifecycle.cpp.
namespace zanni::detail {

namespace {

constexpr std::size_t reported_targets_max = 1'000;
constexpr std::uint32_t held_back_max = 100'000;
constexpr std::uint32_t stashed_max = 100'000;

/// Messages that the system sends by itself; when nobody is left to hear one, nothing of the user's is lost.
bool is_notice(std::uint64_t message) {
    switch (message) {
        case message_id<ChildExited>:
        case message_id<Down>:
        case message_id<DeadLetter>:
        case message_id<Wakeup>:
        case message_id<Readable>:
        case message_id<CreateReply>:
        case message_id<AwaitStart>:
        case message_id<Undeliverable>:
        case message_id<Orphaned>:
        case message_id<Watch>:
        case message_id<Unwatch>:
        case message_id<LinkedEnded>:
        case message_id<ChildFailed>:
        case message_id<SiblingFailed>:
        case message_id<Escalated>:
        case message_id<TimerDue>:
        case message_id<TransientDue>:
        case message_id<MemberIdle>:
            return true;
        default:
            return false;
    }
}

/// Those of them that only runtimes send and take; a user may hand on the others.
bool is_control(std::uint64_t message) {
    switch (message) {
        case message_id<ChildExited>:
        case message_id<Down>:
        case message_id<DeadLetter>:
        case message_id<Wakeup>:
        case message_id<Readable>:
        case message_id<CreateReply>:
            return false;
        default:
            return is_notice(message);
    }
}

bool is_users(std::uint64_t message) { return !is_notice(message) && message != message_id<ExitRequest>; }

Error error_of(const Undeliverable& notice) {
    Error error{notice.reason, "for " + notice.target.to_string()};
    if (notice.reason == Error::too_large)
        error.context += ": between processes a message has " + std::to_string(message_bytes_max) + " bytes at most";
    return error;
}

std::string name_of(const Cell& cell) { return std::string(cell.type->name) + " " + cell.address.to_string(); }

}  // namespace

AnyMessage any_of(const Envelope& envelope) {
    try {
        return envelope.any();
    } catch (...) {
        return {envelope.message_id(), std::string(envelope.info().name), {}};
    }
}

Cell*& current_cell() {
    static thread_local Cell* cell = nullptr;
    return cell;
}

Runtime::Runtime(Parts parts) : parts_(std::move(parts)), cells_(*this) {}

Runtime::~Runtime() {
    for (const auto& endpoint : endpoints()) endpoint->abandon();
    // An actor's destructor may still send, even create: so first nobody takes messages any more.
    const auto drain = [](Cell& cell) {
        cell.mailbox.close();
        while (cell.mailbox.take_rest()) {
        }
    };
    cells_.for_each(drain);
    cells_.for_each([](Cell& cell) {
        current_cell() = &cell;
        if (cell.undertakings) cell.undertakings->suspended.clear();
        cell.actor.reset();
        current_cell() = nullptr;
    });
    cells_.for_each(drain);
}

// ---- To the mailbox

void Runtime::send(EnvelopePtr envelope) {
    counters_.sent.fetch_add(1, std::memory_order_relaxed);
    route(std::move(envelope));
}

void Runtime::refuse(EnvelopePtr envelope, Error::Code reason) {
    counters_.sent.fetch_add(1, std::memory_order_relaxed);
    dead_letter(std::move(envelope), reason);
}

void Runtime::route(EnvelopePtr envelope) {
    const auto target = parts_of(envelope->target);
    if (target.process == parts_.process)
        return parts_.carrier ? parts_.carrier->carry(std::move(envelope)) : accept(std::move(envelope));
    if (target.process == 0) return dead_letter(std::move(envelope), Error::no_address);
    if (!parts_.gateway) return dead_letter(std::move(envelope), Error::dead_target);
    counters_.posted.fetch_add(1, std::memory_order_relaxed);
    parts_.gateway->post(std::move(envelope));
}

void Runtime::deliver(EnvelopePtr envelope) {
    counters_.received.fetch_add(1, std::memory_order_relaxed);
    accept(std::move(envelope));
}

void Runtime::undeliverable(EnvelopePtr envelope, Error::Code reason) {
    counters_.posted.fetch_sub(1, std::memory_order_relaxed);
    if (envelope->message_id() == message_id<CreateActor>)
        if (const auto request = envelope->any().as<CreateActor>())
            refuse_creation(*request, {reason, "the process chosen for " + request->type + " can't be reached"});
    dead_letter(std::move(envelope), reason);
}

void Runtime::accept(EnvelopePtr envelope) {
    const std::uint64_t actor = parts_of(envelope->target).actor;
    if (actor == process_itself) return accept_for_process(std::move(envelope));
    Cell* cell = nullptr;
    if (!is_endpoint(actor))
        cell = cells_.find(actor);
    else if (is_question(actor))
        cell = cells_.at(cell_of_question(actor));
    else
        return accept_at_endpoint(std::move(envelope));
    if (!cell) return dead_letter(std::move(envelope), Error::dead_target);
    if (cell->policy.load(std::memory_order_relaxed) == MailboxPolicy::back_pressure)
        put_into(*cell, std::move(envelope));
    else
        put_into_dropping(*cell, std::move(envelope));
}

void Runtime::put_into(Cell& cell, EnvelopePtr envelope) {
    switch (cell.mailbox.push(envelope.get())) {
        case Mailbox::Pushed::wake:
            static_cast<void>(envelope.release());
            parts_.engine.schedule(cell);
            break;
        case Mailbox::Pushed::queued: {
            static_cast<void>(envelope.release());
            const std::uint32_t limit = cell.messages_max.load(std::memory_order_relaxed);
            if (limit != 0 && cell.mailbox.depth() > limit) over_limit(cell);
            break;
        }
        case Mailbox::Pushed::closed:
            dead_letter(std::move(envelope), Error::dead_target);
            break;
    }
}

/// The type's policy says what is dropped when the mailbox is full.
void Runtime::put_into_dropping(Cell& cell, EnvelopePtr envelope) {
    std::vector<std::pair<EnvelopePtr, Error::Code>> dropped;
    bool wake = false;
    {
        const std::scoped_lock lock(dropping_mutex(cell));
        const MailboxPolicy policy = cell.policy.load(std::memory_order_relaxed);
        const auto drop = [&](Error::Code reason) {
            return [&dropped, reason](EnvelopePtr old) { dropped.emplace_back(std::move(old), reason); };
        };
        if (cell.mailbox.is_closed()) {
            dropped.emplace_back(std::move(envelope), Error::dead_target);
        } else if (is_users(envelope->message_id())) {
            if (policy == MailboxPolicy::keep_latest)
                cell.mailbox.remove_if(
                    [&](const Envelope& old) {
                        return old.message_id() == envelope->message_id() && old.sender == envelope->sender;
                    },
                    drop(Error::superseded));
            if (cell.mailbox.depth() >= cell.messages_max.load(std::memory_order_relaxed)) {
                if (policy == MailboxPolicy::drop_newest)
                    dropped.emplace_back(std::move(envelope), Error::overloaded);
                else
                    cell.mailbox.remove_if(
                        [&](const Envelope& old) { return dropped.empty() && is_users(old.message_id()); },
                        drop(Error::overloaded));
            }
        }
        if (envelope) wake = cell.mailbox.push(envelope.release()) == Mailbox::Pushed::wake;
    }
    if (wake) parts_.engine.schedule(cell);
    for (auto& [old, reason] : dropped) dead_letter(std::move(old), reason);
}

void Runtime::accept_at_endpoint(EnvelopePtr envelope) {
    const std::uint32_t index = index_of(parts_of(envelope->target).actor);
    std::shared_ptr<Endpoint> endpoint;
    {
        const std::shared_lock lock(endpoints_mutex_);
        if (const auto found = endpoints_.find(index); found != endpoints_.end()) endpoint = found->second.lock();
    }
    if (!endpoint) return dead_letter(std::move(envelope), Error::dead_target);
    if (envelope->message_id() == message_id<Undeliverable>) {
        counters_.delivered.fetch_add(1, std::memory_order_relaxed);
        const auto notice = envelope->any().as<Undeliverable>();
        if (notice) endpoint->fail(envelope->target, error_of(*notice));
        return;
    }
    if (is_control(envelope->message_id())) return dead_letter(std::move(envelope), Error::dead_target);  // no actor
    if (auto refused = endpoint->push(std::move(envelope))) return dead_letter(std::move(refused), Error::overloaded);
    counters_.delivered.fetch_add(1, std::memory_order_relaxed);
}

void Runtime::accept_for_process(EnvelopePtr envelope) {
    if (envelope->message_id() != message_id<CreateActor>) return dead_letter(std::move(envelope), Error::dead_target);
    const auto request = envelope->any().as<CreateActor>();
    if (!request) return dead_letter(std::move(envelope), Error::malformed);
    counters_.delivered.fetch_add(1, std::memory_order_relaxed);
    create_for(*request);
}

// ---- From the mailbox

bool Runtime::run(Cell& cell, int messages_max, Heartbeat* heartbeat) {
    Cell*& current = current_cell();
    current = &cell;
    const auto beat = [heartbeat] {
        if (heartbeat)
            heartbeat->messages.store(heartbeat->messages.load(std::memory_order_relaxed) + 1,
                                      std::memory_order_relaxed);
    };
    if (heartbeat) heartbeat->running.store(cell.type, std::memory_order_relaxed);
    beat();
    int left = messages_max;
    if (cell.state == Cell::State::starting) {
        start(cell);
        --left;
    }
    // finish() gives the cell away: from then on it is another's.
    while (current == &cell && left > 0 && !cell.pause_for) {
        auto envelope = next_message(cell);
        if (!envelope) break;
        beat();
        handle(cell, std::move(envelope));
        --left;
    }
    if (heartbeat) heartbeat->running.store(nullptr, std::memory_order_relaxed);
    if (current != &cell) return false;
    current = nullptr;
    if (cell.mailbox.take_waiters(cell.messages_max.load(std::memory_order_relaxed) / 2)) drained(cell);
    if (cell.pause_for && pause(cell)) return false;
    return !try_idle(cell);
}

/// Not while a pusher looks through a mailbox that drops: he would find it busy, and wake nobody.
bool Runtime::try_idle(Cell& cell) {
    if (cell.policy.load(std::memory_order_relaxed) == MailboxPolicy::back_pressure) return cell.mailbox.try_idle();
    const std::scoped_lock lock(dropping_mutex(cell));
    return cell.mailbox.try_idle();
}

EnvelopePtr Runtime::next_message(Cell& cell) {
    if (cell.policy.load(std::memory_order_relaxed) == MailboxPolicy::back_pressure) return cell.mailbox.pop();
    const std::scoped_lock lock(dropping_mutex(cell));
    return cell.mailbox.pop();
}

void Runtime::handle(Cell& cell, EnvelopePtr envelope) {
    if (envelope->target != cell.address) return handle_answer(cell, std::move(envelope));
    if (handle_control(cell, envelope)) return;
    if (cell.state == Cell::State::exiting) return dead_letter(std::move(envelope), Error::dead_target);
    if (cell.undertakings) {
        if (cell.undertakings->transient && is_users(envelope->message_id())) cell.undertakings->last_message = now();
        if (!cell.undertakings->awaited.empty() && hold_back(cell, envelope)) return;
    }
    dispatch(cell, std::move(envelope));
}

/// True when it was for the runtime itself, or the runtime has to do with it too.
bool Runtime::handle_control(Cell& cell, EnvelopePtr& envelope) {
    const std::uint64_t message = envelope->message_id();
    if (!is_notice(message)) {
        if (message != message_id<ExitRequest> || cell.state == Cell::State::exiting) return false;
        handle_exit_request(cell, std::move(envelope));
        return true;
    }
    switch (message) {
        case message_id<ChildExited>:
            child_exited(cell, std::move(envelope));
            return true;
        case message_id<Down>:
            down(cell, std::move(envelope));
            return true;
        case message_id<Readable>:
            if (envelope->sender || watched_fd(cell, *envelope)) return false;  // a user's has a sender
            break;
        case message_id<DeadLetter>:
        case message_id<Wakeup>:
            return false;
        case message_id<MemberIdle>:
            if (cell.is_troupe_front) return false;
            break;
        default:
            break;
    }
    // The rest has been taken by the runtime, whatever comes of it.
    counters_.delivered.fetch_add(1, std::memory_order_relaxed);
    switch (message) {
        case message_id<Orphaned>:
            orphaned(cell, *envelope);
            break;
        case message_id<Watch>:
            if (const auto watch = envelope->any().as<Watch>()) watched(cell, *envelope, watch->linked);
            break;
        case message_id<Unwatch>:
            if (const auto unwatch = envelope->any().as<Unwatch>()) unwatched(cell, *envelope, unwatch->linked);
            break;
        case message_id<LinkedEnded>:
            linked_ended(cell, *envelope);
            break;
        case message_id<ChildFailed>:
            child_failed(cell, *envelope);
            break;
        case message_id<SiblingFailed>:
            sibling_failed(cell, *envelope);
            break;
        case message_id<Escalated>:
            escalated(cell, *envelope);
            break;
        case message_id<AwaitStart>:
            if (const auto request = envelope->any().as<AwaitStart>()) {
                const Error ending{Error::start_failed, "the actor of that name is ending"};
                tell_created(request->reply_to, cell.address, cell.state == Cell::State::running ? nullptr : &ending);
            }
            break;
        case message_id<TimerDue>:
            if (const auto due = envelope->any().as<TimerDue>()) wakeup(cell, due->number);
            break;
        case message_id<TransientDue>:
            transient_due(cell);
            break;
        default:
            break;
    }
    return true;
}

/// It was sent to an earlier actor of this cell, or to a question of this one.
void Runtime::handle_answer(Cell& cell, EnvelopePtr envelope) {
    const std::uint64_t actor = parts_of(envelope->target).actor;
    const bool own = is_question(actor) && cell.undertakings && cell.state == Cell::State::running &&
                     generation_of(actor) >= cell.undertakings->first_question;
    if (!own) return dead_letter(std::move(envelope), Error::dead_target);
    const std::uint32_t number = generation_of(actor);
    const bool waiting = cell.undertakings->questions.contains(number);
    if (envelope->message_id() == message_id<Undeliverable>) {
        counters_.delivered.fetch_add(1, std::memory_order_relaxed);
        const auto notice = envelope->any().as<Undeliverable>();
        if (!waiting || !notice) return;
        Undeliverable about = *notice;
        about.target = cell.undertakings->questions.at(number).question->target();
        answer(cell, number, std::unexpected(error_of(about)));
        return;
    }
    if (is_control(envelope->message_id())) return dead_letter(std::move(envelope), Error::dead_target);  // no actor
    if (!waiting) {  // a second answer, or a late one: a message like any other
        envelope->target = cell.address;
        return handle(cell, std::move(envelope));
    }
    counters_.delivered.fetch_add(1, std::memory_order_relaxed);
    if (parts_.observer) parts_.observer->answering(*envelope);
    answer(cell, number, std::move(envelope));
}

void Runtime::handle_exit_request(Cell& cell, EnvelopePtr envelope) {
    const auto request = envelope->any().as<ExitRequest>();
    cell.exit_requested = false;
    dispatch(cell, std::move(envelope));
    if (current_cell() == &cell && cell.state == Cell::State::running)
        begin_exit(cell, {}, request ? request->recursive : true);
}

/// True when the message has to wait until the actor is initialised.
bool Runtime::hold_back(Cell& cell, EnvelopePtr& envelope) {
    if (!is_users(envelope->message_id())) return false;
    Undertakings& undertakings = *cell.undertakings;
    if (std::ranges::find(undertakings.awaited, envelope->message_id()) != undertakings.awaited.end()) return false;
    if (undertakings.held_back.size() == held_back_max)
        dead_letter(std::move(envelope), Error::overloaded);
    else
        undertakings.held_back.push(std::move(envelope));
    return true;
}

/// The handler of that message has run.
void Runtime::initialized_by(Cell& cell, std::uint64_t message) {
    Undertakings& undertakings = *cell.undertakings;
    if (std::erase(undertakings.awaited, message) == 0 || !undertakings.awaited.empty()) return;
    undertakings.held_back.give_to([&](Envelope* first, Envelope* last, std::uint32_t count) {
        const std::scoped_lock lock(dropping_mutex(cell));
        cell.mailbox.put_first(first, last, count);
    });
}

void Runtime::unstash(Cell& cell) {
    if (!cell.undertakings) return;
    cell.undertakings->stashed.give_to([&](Envelope* first, Envelope* last, std::uint32_t count) {
        const std::scoped_lock lock(dropping_mutex(cell));
        cell.mailbox.put_first(first, last, count);
    });
}

// ---- To the handler

void Runtime::dispatch(Cell& cell, EnvelopePtr envelope) {
    if (parts_.observer) parts_.observer->handling(cell, *envelope);
    const auto handlers = cell.handlers;
    const auto row = [&](std::uint64_t message) -> const Handler* {
        const auto found = std::ranges::find(handlers, message, &Handler::message_id);
        return found == handlers.end() ? nullptr : &*found;
    };
    const std::uint64_t message = envelope->message_id();
    if (const Handler* const exact = row(message))
        if (offer(cell, *exact, envelope) != Outcome::passed) return;
    for (std::size_t i = 0; i < envelope->bases().size(); ++i)
        if (const Handler* const of_base = row(envelope->bases()[i]))
            if (offer(cell, *of_base, envelope) != Outcome::passed) return;
    if (const Handler* const any = row(message_id<AnyMessage>); any && is_users(message))
        if (offer(cell, *any, envelope) != Outcome::passed) return;
    unhandled(cell, *envelope);
    after_handler(cell, envelope->assigned);
}

/// Twice if need be. Unless it is passed, the message has been dealt with afterwards, and the cell may be another's.
Runtime::Outcome Runtime::offer(Cell& cell, const Handler& handler, EnvelopePtr& envelope) {
    std::string what;
    Outcome outcome = attempt(cell, handler, envelope, what);
    const bool threw = outcome == Outcome::threw;
    if (threw) outcome = attempt(cell, handler, envelope, what);
    switch (outcome) {
        case Outcome::done:
            handled(cell, std::move(envelope));
            break;
        case Outcome::passed:
            break;
        case Outcome::suspended:
            cell.undertakings->suspended.front().second_attempt = threw;
            after_handler(cell, false);
            break;
        case Outcome::overloaded:
            dead_letter(std::move(envelope), Error::overloaded);
            break;
        case Outcome::threw:
            poison(cell, std::move(envelope), what);
            break;
    }
    return outcome;
}

Runtime::Outcome Runtime::attempt(Cell& cell, const Handler& handler, EnvelopePtr& envelope, std::string& what) {
    cell.handling = &handler;
    cell.in_handler = true;
    std::expected<Handled, Error> result = Handled::done;
    Outcome outcome = Outcome::done;
    try {
        if (parts_.observer) parts_.observer->attempting(*envelope);
        result = handler.invoke(*cell.actor, envelope);
    } catch (const std::exception& error) {
        what = error.what();
        outcome = Outcome::threw;
    } catch (...) {
        what = "an exception that is no std::exception";
        outcome = Outcome::threw;
    }
    cell.in_handler = false;
    cell.handling = nullptr;
    if (outcome == Outcome::threw) {
        if (cell.undertakings) cell.undertakings->stash_this = false;
        return outcome;
    }
    if (!result && result.error().code == Error::overloaded) return Outcome::overloaded;
    if (!result)
        log::warn(name_of(cell) + " got a message it can't read: " + result.error().to_string());
    else if (*result == Handled::passed)
        return Outcome::passed;
    else if (*result == Handled::suspended) {
        Suspended& suspended = cell.undertakings->suspended.front();
        suspended.envelope = std::move(envelope);
        suspended.handler = &handler;
        return Outcome::suspended;
    }
    return Outcome::done;
}

void Runtime::unhandled(Cell& cell, const Envelope& envelope) {
    if (!is_users(envelope.message_id())) {
        counters_.delivered.fetch_add(1, std::memory_order_relaxed);
        return;
    }
    counters_.unhandled.fetch_add(1, std::memory_order_relaxed);
    log::debug(name_of(cell) + " has no handler for " + std::string(envelope.info().name));
}

/// The handler took it. A troupe's front has passed it on: then there is no envelope left.
void Runtime::handled(Cell& cell, EnvelopePtr envelope) {
    if (!envelope) return after_handler(cell, false);
    const std::uint64_t message = envelope->message_id();
    const bool assigned = envelope->assigned;
    if (cell.undertakings) {
        Undertakings& undertakings = *cell.undertakings;
        if (std::exchange(undertakings.stash_this, false)) {
            if (undertakings.stashed.size() == stashed_max)
                dead_letter(std::move(envelope), Error::overloaded);
            else
                undertakings.stashed.push(std::move(envelope));
            return after_handler(cell, assigned);
        }
        const bool initializes =
            !undertakings.awaited.empty() &&
            std::ranges::find(cell.type->traits.initializing, message) != cell.type->traits.initializing.end();
        if (initializes) {
            initialized_by(cell, message);
            if (cell.ties && is_supervised(cell.ties->supervision))
                undertakings.initializing.push(std::move(envelope));  // for the next instance
        }
    }
    counters_.delivered.fetch_add(1, std::memory_order_relaxed);
    if (message == message_id<ExitRequest>) return;  // which ends the actor in the way that it says
    if (message == message_id<Readable> && envelope) readable_again(cell, *envelope);
    after_handler(cell, assigned);
}

void Runtime::poison(Cell& cell, EnvelopePtr envelope, const std::string& what) {
    log::warn(name_of(cell) + " threw twice: " + what);
    counters_.delivered.fetch_add(1, std::memory_order_relaxed);
    const std::uint64_t message = envelope->message_id();
    if (envelope->sender && message != message_id<PoisonMessage>)
        send(make_envelope(envelope->sender, cell.address, PoisonMessage{any_of(*envelope), what}));
    if (cell.undertakings) initialized_by(cell, message);
    if (message == message_id<ExitRequest>) return;
    if (message == message_id<Readable>) readable_again(cell, *envelope);
    const bool assigned = envelope->assigned;
    if (!cell.exit_requested) fail(cell, what);
    if (current_cell() == &cell) after_handler(cell, assigned);
}

void Runtime::after_handler(Cell& cell, bool assigned) {
    if (cell.state != Cell::State::running) return;
    if (cell.exit_requested) return begin_exit(cell, {}, true);
    if (assigned && cell.undertakings && cell.undertakings->troupe)
        send(make_envelope(cell.undertakings->troupe, cell.address, MemberIdle{}));
}

// ---- To nobody

void Runtime::dead_letter(EnvelopePtr envelope, Error::Code reason) {
    if (std::exchange(envelope->assigned, false)) {
        Address front;
        {
            const std::scoped_lock lock(members_mutex_);
            if (const auto found = members_.find(envelope->target); found != members_.end()) front = found->second;
        }
        if (front) {  // another member will take it
            envelope->target = front;
            return accept(std::move(envelope));
        }
    }
    if (!is_users(envelope->message_id())) return dead_letter_of_system(*envelope);
    counters_.dead_letters.fetch_add(1, std::memory_order_relaxed);
    if (parts_.observer) parts_.observer->dead_letter(*envelope, reason);
    if (is_endpoint(parts_of(envelope->sender).actor))
        send(make_envelope(envelope->sender, Address{}, Undeliverable{envelope->target, reason}));
    std::vector<Address> handlers;
    {
        const std::scoped_lock lock(reported_mutex_);
        handlers = dead_letter_handlers_;
        std::ranges::copy(dead_letter_handlers_elsewhere_, std::back_inserter(handlers));
        if (handlers.empty() &&
            (reported_.size() == reported_targets_max || !reported_.insert(envelope->target).second))
            return;
    }
    if (handlers.empty()) {
        const Cell* const sender = current_cell();
        const bool known = reason == Error::no_address && sender && sender->address == envelope->sender;
        return log::warn("dead letter: " + std::string(envelope->info().name) + " to " + envelope->target.to_string() +
                         (known ? " from " + name_of(*sender) : "") + ": " + std::string(to_string(reason)) +
                         " (said once for this target)");
    }
    const DeadLetter letter{any_of(*envelope), envelope->target, envelope->sender, reason};
    for (const Address& handler : handlers) send(make_envelope(handler, Address{}, letter));
}

/// Nothing of the user's is lost: an ExitRequest to the dead has what it wants, and a notice has nobody left who would
/// want it. But who asked for an answer gets one.
void Runtime::dead_letter_of_system(const Envelope& envelope) {
    if (envelope.message_id() == message_id<AwaitStart>)
        return answer_await_start(envelope, {Error::start_failed, "it ended before it could be asked"});
    counters_.delivered.fetch_add(1, std::memory_order_relaxed);
    if (envelope.message_id() == message_id<Watch>) {
        const ExitCause cause{ExitCause::gone, 0, {}};
        const auto watch = envelope.any().as<Watch>();
        if (watch && watch->linked)
            send(make_envelope(envelope.sender, envelope.target, LinkedEnded{envelope.target, cause}));
        else
            send(make_envelope(envelope.sender, envelope.target, Down{envelope.target, cause}));
    }
}

void Runtime::handle_dead_letters(Cell& cell, bool on) {
    if (std::exchange(cell.own_undertakings().handles_dead_letters, on) == on) return;
    const std::scoped_lock lock(reported_mutex_);
    std::erase(dead_letter_handlers_, cell.address);
    if (on) dead_letter_handlers_.push_back(cell.address);
    if (parts_.gateway) parts_.gateway->announce_dead_letter_handlers(dead_letter_handlers_);
}

void Runtime::dead_letter_handlers(std::vector<Address> elsewhere) {
    const std::scoped_lock lock(reported_mutex_);
    dead_letter_handlers_elsewhere_ = std::move(elsewhere);
}

// ---- Callers from outside

std::shared_ptr<Endpoint> Runtime::make_endpoint() {
    const std::unique_lock lock(endpoints_mutex_);
    std::erase_if(endpoints_, [](const auto& entry) { return entry.second.expired(); });
    const std::uint32_t index = ++last_endpoint_;
    ZANNI_ASSERT(index < question_bit, "two thousand million threads and endpoints have called");
    auto endpoint = std::make_shared<Endpoint>(parts_.process, index);
    endpoints_.emplace(index, endpoint);
    return endpoint;
}

std::vector<std::shared_ptr<Endpoint>> Runtime::endpoints() {
    std::vector<std::shared_ptr<Endpoint>> live;
    const std::shared_lock lock(endpoints_mutex_);
    for (const auto& [index, endpoint] : endpoints_)
        if (auto locked = endpoint.lock()) live.push_back(std::move(locked));
    return live;
}

Cell* Runtime::cell_of(const Address& address) {
    const auto parts = parts_of(address);
    if (parts.process != parts_.process || parts.actor == process_itself || is_endpoint(parts.actor)) return nullptr;
    return cells_.find(parts.actor);
}

std::string_view Runtime::type_name_of(const Address& address) {
    const Cell* const cell = cell_of(address);
    return cell && cell->address == address && cell->type ? cell->type->name : std::string_view{};
}

}  // namespace zanni::detail
