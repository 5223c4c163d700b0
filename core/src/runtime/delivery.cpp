#include <utility>
#include <vector>

#include "runtime/actor_id.hpp"
#include "runtime/message_kinds.hpp"
#include "runtime/runtime.hpp"
#include "runtime/words.hpp"

/// One message's journey through a process, first part: to a mailbox. The second is in turn.cpp.
namespace zanni::detail {

void Runtime::send(EnvelopePtr&& envelope) {
    counters_.add(Counters::sent);
    if (tracer_.is_on() && (active_span || !current_cell())) [[unlikely]]
        trace_sent(*envelope);
    route(std::move(envelope));
}

void Runtime::refuse(EnvelopePtr envelope, Error::Code reason) {
    counters_.add(Counters::sent);
    dead_letter(std::move(envelope), reason);
}

void Runtime::route(EnvelopePtr&& envelope) {
    const std::uint64_t process = parts_of(envelope->target).process;
    if (process == parts_.process)
        return parts_.carrier ? parts_.carrier->carry(std::move(envelope)) : accept(std::move(envelope));
    if (process == 0) return dead_letter(std::move(envelope), Error::no_address);
    if (!parts_.gateway) return dead_letter(std::move(envelope), Error::dead_target);
    counters_.add(Counters::posted);
    const Address target = envelope->target;
    if (parts_.gateway->post(std::move(envelope)) == Way::congested)
        pause_sender({nullptr, make_address({process, process_itself})});
    else if (is_full_elsewhere(target))
        pause_sender({nullptr, target});
}

void Runtime::deliver(EnvelopePtr envelope, std::uint64_t from) {
    counters_.add(Counters::received);
    if (from == 0) from = parts_of(envelope->sender).process;
    accept(std::move(envelope), from);
}

void Runtime::undeliverable(EnvelopePtr envelope, Error::Code reason) {
    if (envelope->message_id() == message_id<MailboxDrained> && reason == Error::window_timeout) {
        parts_.gateway->post(std::move(envelope));  // that process lives, and has actors that wait for it
        return;
    }
    if (is_users(envelope->message_id())) drained_elsewhere(envelope->target);  // word of it may be lost as well
    counters_.take_back(Counters::posted);
    if (envelope->message_id() == message_id<CreateActor>)
        if (const auto request = read_as<CreateActor>(*envelope))
            refuse_creation(*request, {reason, "the process chosen for " + request->type + " can't be reached"});
    dead_letter(std::move(envelope), reason);
}

/// `from` is the process that it came from over the bus, or 0.
void Runtime::accept(EnvelopePtr&& envelope, std::uint64_t from) {
    const std::uint64_t actor = parts_of(envelope->target).actor;
    if (actor == process_itself) return accept_for_process(std::move(envelope), from);
    Cell* cell = nullptr;
    if (!is_endpoint(actor)) {
        cell = cells_.find(actor);
    } else if (is_question(actor)) {
        cell = cells_.at(cell_of_question(actor));
        from = 0;  // nobody sends there twice
    } else
        return accept_at_endpoint(std::move(envelope));
    if (!cell) return dead_letter(std::move(envelope), Error::dead_target);
    if (cell->policy.load(std::memory_order_relaxed) == MailboxPolicy::back_pressure)
        put_into(*cell, std::move(envelope), from);
    else
        put_into_dropping(*cell, std::move(envelope));
}

void Runtime::put_into(Cell& cell, EnvelopePtr&& envelope, std::uint64_t from) {
    const Address target = from == 0 ? Address{} : envelope->target;  // which may be gone once it is pushed
    switch (cell.mailbox.push(envelope.get())) {
        case Mailbox::Pushed::wake:
            static_cast<void>(envelope.release());
            parts_.engine.schedule(cell);
            break;
        case Mailbox::Pushed::queued: {
            static_cast<void>(envelope.release());
            const std::uint32_t limit = cell.messages_max.load(std::memory_order_relaxed);
            if (limit == 0 || cell.mailbox.depth() <= limit) break;
            if (from == 0)
                over_limit(cell);
            else
                tell_full(cell, target, from);
            break;
        }
        case Mailbox::Pushed::closed:
            dead_letter(std::move(envelope), Error::dead_target);
            break;
    }
}

/// The type's policy says what is dropped when the mailbox is full.
void Runtime::put_into_dropping(Cell& cell, EnvelopePtr&& envelope) {
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

void Runtime::accept_at_endpoint(EnvelopePtr&& envelope) {
    const std::uint32_t index = index_of(parts_of(envelope->target).actor);
    std::shared_ptr<Endpoint> endpoint;
    {
        const std::shared_lock lock(endpoints_mutex_);
        if (const auto found = endpoints_.find(index); found != endpoints_.end()) endpoint = found->second.lock();
    }
    if (!endpoint) return dead_letter(std::move(envelope), Error::dead_target);
    if (envelope->message_id() == message_id<Undeliverable>) {
        counters_.add(Counters::delivered);
        const auto notice = read_as<Undeliverable>(*envelope);
        if (notice) endpoint->fail(envelope->target, error_of(*notice));
        return;
    }
    if (is_control(envelope->message_id())) return dead_letter(std::move(envelope), Error::dead_target);  // no actor
    if (auto refused = endpoint->push(std::move(envelope))) return dead_letter(std::move(refused), Error::overloaded);
    counters_.add(Counters::delivered);
}

void Runtime::accept_for_process(EnvelopePtr&& envelope, std::uint64_t from) {
    const std::uint64_t message = envelope->message_id();
    if (message == message_id<MailboxFull> || message == message_id<MailboxDrained>) {
        counters_.add(Counters::delivered);
        return mailbox_elsewhere(*envelope, from);
    }
    if (message == message_id<FindActor> || message == message_id<CreateReply>) {
        counters_.add(Counters::delivered);
        return message == message_id<FindActor> ? find_for(*envelope) : placed_answers(*envelope);
    }
    if (message == message_id<SurveyRequest>) {
        counters_.add(Counters::delivered);
        return tell_survey(*envelope);
    }
    if (message == message_id<SpansRequest>) {
        counters_.add(Counters::delivered);
        return tell_spans(*envelope);
    }
    if (message != message_id<CreateActor>) return dead_letter(std::move(envelope), Error::dead_target);
    const auto request = read_as<CreateActor>(*envelope);
    if (!request) return dead_letter(std::move(envelope), Error::malformed);
    counters_.add(Counters::delivered);
    create_for(*request);
}

}  // namespace zanni::detail
