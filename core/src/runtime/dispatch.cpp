#include <algorithm>
#include <exception>
#include <utility>

#include "log.hpp"
#include "runtime/message_kinds.hpp"
#include "runtime/runtime.hpp"
#include "runtime/words.hpp"

/// One message's journey, last part: to the handler that takes it, and what follows.
namespace zanni::detail {

namespace {

constexpr std::uint32_t stashed_max = 100'000;

}  // namespace

void Runtime::dispatch(Cell& cell, EnvelopePtr&& envelope) {
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
    std::optional<Error> refusal;
    Handled result = Handled::done;
    bool threw = false;
    try {
        if (parts_.observer) parts_.observer->attempting(*envelope);
        result = handler.invoke(*cell.actor, envelope, refusal);
    } catch (const std::exception& error) {
        what = error.what();
        threw = true;
    } catch (...) {
        what = "an exception that is no std::exception";
        threw = true;
    }
    cell.in_handler = false;
    cell.handling = nullptr;
    if (!threw && result == Handled::done) return Outcome::done;
    if (threw && cell.undertakings) cell.undertakings->stash_this = false;
    return threw ? Outcome::threw : outcome_of(cell, result, handler, envelope, refusal);
}

/// Of a handler that has returned, and not done its work.
Runtime::Outcome Runtime::outcome_of(Cell& cell, Handled result, const Handler& handler, EnvelopePtr& envelope,
                                     const std::optional<Error>& refusal) {
    if (result == Handled::passed) return Outcome::passed;
    if (result == Handled::suspended) {
        Suspended& suspended = cell.undertakings->suspended.front();
        suspended.envelope = std::move(envelope);
        suspended.handler = &handler;
        keep_span_for(suspended);
        return Outcome::suspended;
    }
    if (refusal->code == Error::overloaded) return Outcome::overloaded;
    note_outcome(Span::unreadable, refusal->to_string());
    log::write(
        {log::Level::warn, name_of(cell) + " got a message it can't read: " + refusal->to_string(), cell.address});
    return Outcome::done;
}

void Runtime::unhandled(Cell& cell, const Envelope& envelope) {
    if (!is_users(envelope.message_id())) {
        counters_.add(Counters::delivered);
        return;
    }
    counters_.add(Counters::unhandled);
    note_outcome(Span::no_handler);
    log::debug(name_of(cell) + " has no handler for " + std::string(envelope.info().name));
}

/// The handler took it. A troupe's front has passed it on: then there is no envelope left.
void Runtime::handled(Cell& cell, EnvelopePtr&& envelope) {
    if (!envelope) {
        drop_active_span();
        return after_handler(cell, false);
    }
    const std::uint64_t message = envelope->message_id();
    const bool assigned = envelope->assigned;
    if (message == message_id<Readable>) readable_again(cell, *envelope);
    if (cell.undertakings) {
        Undertakings& undertakings = *cell.undertakings;
        if (std::exchange(undertakings.stash_this, false)) {
            drop_active_span();
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
    counters_.add(Counters::delivered);
    if (message == message_id<ExitRequest>) return;  // which ends the actor in the way that it says
    after_handler(cell, assigned);
}

void Runtime::poison(Cell& cell, EnvelopePtr envelope, const std::string& what) {
    log::write({log::Level::warn, name_of(cell) + " threw twice: " + what, cell.address});
    counters_.add(Counters::delivered);
    note_outcome(Span::threw, what);
    ++cell.own_ties().failures;
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

}  // namespace zanni::detail
