#include <exception>
#include <utility>

#include <zanni/assert.hpp>

#include "runtime/actor_id.hpp"
#include "runtime/runtime.hpp"

/// Handlers that wait. A task that doesn't end in its first run lies in the cell, with the message that it refers to. A
/// question has an address of its own, under which the answer comes into the actor's mailbox like any other message; so
/// answers, time-outs and the end of the one asked can't overtake each other.
namespace zanni::detail {

namespace {

constexpr std::size_t suspended_max = 10'000;

}  // namespace

Handled Runtime::run_task(Cell& cell, Task<> task, std::optional<Error>& refusal) {
    Undertakings& undertakings = cell.own_undertakings();
    if (undertakings.suspended.size() >= suspended_max) return refused_as({Error::overloaded, {}}, refusal);
    if (undertakings.first_question == 0) undertakings.first_question = cell.questions + 1;
    Suspended& suspended = undertakings.suspended.emplace_front(std::move(task));
    undertakings.resumed = &suspended;
    suspended.task.resume();
    undertakings.resumed = nullptr;
    if (!suspended.task.done()) return Handled::suspended;
    Task<> ended = std::move(suspended.task);
    undertakings.suspended.pop_front();
    ended.result();
    return Handled::done;
}

std::uint32_t Runtime::put_question(Cell& cell, Question& question, EnvelopePtr envelope, Duration longest) {
    Undertakings* const undertakings = cell.undertakings.get();
    ZANNI_ASSERT(undertakings && undertakings->resumed && current_cell() == &cell,
                 "ask() and sleep_for() are for handlers that return a Task");
    cell.questions = cell.questions == generation_max ? 1 : cell.questions + 1;
    const std::uint32_t number = cell.questions;
    const Address address = make_address({parts_.process, question_id(cell.index, number)});
    const TimerId timer = add_timer(later(now(), longest), {Timer::Kind::question, address});
    undertakings->questions.emplace(number, Undertakings::Asked{&question, undertakings->resumed, timer});
    if (!envelope) return number;
    envelope->sender = address;
    const std::uint64_t process = parts_of(envelope->target).process;
    if (process != parts_.process) asks_.add(process, {envelope->target, address});
    send(std::move(envelope));
    return number;
}

void Runtime::withdraw_question(Cell& cell, std::uint32_t number) {
    const auto asked = cell.undertakings->questions.find(number);
    if (asked == cell.undertakings->questions.end()) return;
    take_timer(asked->second.timer);
    const Address target = asked->second.question->target();
    const std::uint64_t process = parts_of(target).process;
    if (target && process != parts_.process)
        asks_.remove(process, {target, make_address({parts_.process, question_id(cell.index, number)})});
    cell.undertakings->questions.erase(asked);
}

void Runtime::answer(Cell& cell, std::uint32_t number, std::expected<EnvelopePtr, Error> answer) {
    const auto [question, suspended, timer] = cell.undertakings->questions.at(number);
    withdraw_question(cell, number);
    question->answer(std::move(answer));
    resume(cell, *suspended, question->waiter());
}

void Runtime::resume(Cell& cell, Suspended& suspended, std::coroutine_handle<> waiter) {
    const ActivateSpan traced(suspended.span.get());
    cell.in_handler = true;
    cell.undertakings->resumed = &suspended;
    waiter.resume();
    cell.undertakings->resumed = nullptr;
    cell.in_handler = false;
    if (suspended.task.done()) return finish_suspended(cell, suspended);
    after_handler(cell, false);
}

/// The handler has returned, or thrown: then its second attempt begins, as for any other.
void Runtime::finish_suspended(Cell& cell, Suspended& suspended) {
    Undertakings& undertakings = *cell.undertakings;
    EnvelopePtr envelope = std::move(suspended.envelope);
    const Handler& handler = *suspended.handler;
    const bool second_attempt = suspended.second_attempt;
    const EndSpan traced(*this, std::move(suspended.span));
    std::string what;
    bool threw = false;
    try {
        suspended.task.result();
    } catch (const std::exception& error) {
        threw = true;
        what = error.what();
    } catch (...) {
        threw = true;
        what = "an exception that is no std::exception";
    }
    undertakings.suspended.remove_if([&](const Suspended& other) { return &other == &suspended; });
    if (!threw) return handled(cell, std::move(envelope));
    if (second_attempt) return poison(cell, std::move(envelope), what);
    switch (attempt(cell, handler, envelope, what)) {
        case Outcome::suspended:
            undertakings.suspended.front().second_attempt = true;
            return after_handler(cell, false);
        case Outcome::threw:
            return poison(cell, std::move(envelope), what);
        default:
            return handled(cell, std::move(envelope));
    }
}

/// Their frames are destroyed, before the actor that they refer to; whoever waits for their replies is told.
void Runtime::abandon_suspended(Cell& cell) {
    std::list<Suspended> abandoned = std::exchange(cell.undertakings->suspended, {});
    for (Suspended& suspended : abandoned) {
        { const Task<> destroyed = std::move(suspended.task); }
        dead_letter(std::move(suspended.envelope), Error::dead_target);
    }
}

Question::~Question() {
    if (number_ != 0) cell_.runtime->withdraw_question(cell_, number_);
}

void Question::await_suspend(std::coroutine_handle<> waiter) {
    waiter_ = waiter;
    if (envelope_) target_ = envelope_->target;
    number_ = cell_.runtime->put_question(cell_, *this, std::move(envelope_), longest_);
}

}  // namespace zanni::detail
