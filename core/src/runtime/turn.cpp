#include <algorithm>
#include <utility>

#include "runtime/actor_id.hpp"
#include "runtime/message_kinds.hpp"
#include "runtime/runtime.hpp"
#include "runtime/words.hpp"

/// One message's journey, second part: an actor's turn, from its mailbox on. What is for its handlers goes on in
/// dispatch.cpp.
namespace zanni::detail {

namespace {

constexpr std::uint32_t held_back_max = 100'000;

}  // namespace

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
    if (cell.state == Cell::State::claiming || cell.state == Cell::State::starting) {
        if (cell.state == Cell::State::claiming) take_role(cell);
        if (current == &cell && cell.state == Cell::State::starting) start(cell);
        --left;
    }
    // finish() gives the cell away: from then on it is another's.
    while (current == &cell && left > 0 && !cell.pause_for) {
        auto envelope = next_message(cell);
        if (!envelope) break;
        beat();
        cell.taken.add_one();
        if (heartbeat && heartbeat->samples.next())
            handle_timed(cell, std::move(envelope), heartbeat->samples);
        else
            handle(cell, std::move(envelope));
        --left;
    }
    if (heartbeat) heartbeat->running.store(nullptr, std::memory_order_relaxed);
    if (current != &cell) return false;
    current = nullptr;
    if (cell.mailbox.take_waiters(cell.low_mark())) drained_by_turn(cell);
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

/// The actor, and its type, may be no more afterwards.
void Runtime::handle_timed(Cell& cell, EnvelopePtr&& envelope, HandlerSamples& samples) {
    const ActorType* const type = cell.type;
    const TimePoint began = now();
    handle(cell, std::move(envelope));
    handler_clock_.add(*type, now() - began, samples.taken());
}

void Runtime::handle(Cell& cell, EnvelopePtr&& envelope) {
    if (envelope->trace != 0 || tracer_.traces_actors()) [[unlikely]]
        return handle_traced(cell, std::move(envelope));
    handle_now(cell, std::move(envelope));
}

void Runtime::handle_now(Cell& cell, EnvelopePtr&& envelope) {
    if (envelope->target != cell.address) return handle_answer(cell, std::move(envelope));
    if (cell.state == Cell::State::standing_in) return stand_in(cell, std::move(envelope));
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
        if (message == message_id<StatusRequest>) return tell_status(cell, *envelope);
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
        case message_id<ConventionUpdate>:
            if (envelope->sender || (cell.undertakings && cell.undertakings->hears_of_hosts)) return false;
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
    counters_.add(Counters::delivered);
    switch (message) {
        case message_id<Orphaned>:
            orphaned(cell, *envelope);
            break;
        case message_id<Watch>:
            if (const auto watch = read_as<Watch>(*envelope)) watched(cell, *envelope, watch->linked);
            break;
        case message_id<Unwatch>:
            if (const auto unwatch = read_as<Unwatch>(*envelope)) unwatched(cell, *envelope, unwatch->linked);
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
            if (const auto request = read_as<AwaitStart>(*envelope)) {
                const Error ending{Error::start_failed, "the actor of that name is ending"};
                tell_created(request->reply_to, cell.address, cell.state == Cell::State::running ? nullptr : &ending,
                             request->name);
            }
            break;
        case message_id<TimerDue>:
            if (const auto due = read_as<TimerDue>(*envelope)) wakeup(cell, due->number);
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
void Runtime::handle_answer(Cell& cell, EnvelopePtr&& envelope) {
    const std::uint64_t actor = parts_of(envelope->target).actor;
    const bool own = is_question(actor) && cell.undertakings && cell.state == Cell::State::running &&
                     generation_of(actor) >= cell.undertakings->first_question;
    if (!own) return dead_letter(std::move(envelope), Error::dead_target);
    const std::uint32_t number = generation_of(actor);
    const bool waiting = cell.undertakings->questions.contains(number);
    if (envelope->message_id() == message_id<Undeliverable>) {
        counters_.add(Counters::delivered);
        const auto notice = read_as<Undeliverable>(*envelope);
        if (!waiting || !notice) return;
        Undeliverable about = *notice;
        about.target = cell.undertakings->questions.at(number).question->target();
        answer(cell, number, std::unexpected(error_of(about)));
        return;
    }
    if (is_control(envelope->message_id())) return dead_letter(std::move(envelope), Error::dead_target);  // no actor
    if (!waiting && envelope->message_id() == message_id<CreateReply>) {  // no message of the user's
        counters_.add(Counters::delivered);
        return;
    }
    if (!waiting) {  // a second answer, or a late one: a message like any other
        envelope->target = cell.address;
        return handle_now(cell, std::move(envelope));
    }
    counters_.add(Counters::delivered);
    if (parts_.observer) parts_.observer->answering(*envelope);
    answer(cell, number, std::move(envelope));
}

void Runtime::handle_exit_request(Cell& cell, EnvelopePtr&& envelope) {
    const auto request = read_as<ExitRequest>(*envelope);
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
    drop_active_span();
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
    put_first(cell, undertakings.held_back);
}

/// Before all that waits in its mailbox.
void Runtime::put_first(Cell& cell, EnvelopeList& list) {
    list.give_to([&](Envelope* first, Envelope* last, std::uint32_t count) {
        const std::scoped_lock lock(dropping_mutex(cell));
        cell.mailbox.put_first(first, last, count);
    });
}

void Runtime::unstash(Cell& cell) {
    if (cell.undertakings) put_first(cell, cell.undertakings->stashed);
}

}  // namespace zanni::detail
