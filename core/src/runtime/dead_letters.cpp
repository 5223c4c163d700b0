#include <algorithm>
#include <iterator>
#include <utility>

#include "log.hpp"
#include "runtime/actor_id.hpp"
#include "runtime/message_kinds.hpp"
#include "runtime/runtime.hpp"
#include "runtime/words.hpp"

/// Where messages end that nobody takes.
namespace zanni::detail {

namespace {

constexpr std::size_t reported_targets_max = 1'000;

}  // namespace

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
    counters_.add_dead_letter(reason);
    if (tracer_.is_on()) [[unlikely]]
        tracer_.dead(*envelope, reason);
    if (parts_.observer) parts_.observer->dead_letter(*envelope, reason);
    if (is_endpoint(parts_of(envelope->sender).actor))
        send(make_envelope(envelope->sender, Address{}, Undeliverable{envelope->target, reason}));
    std::vector<Address> handlers;
    {
        const std::scoped_lock lock(reported_mutex_);
        recent_dead_letters_.add(*envelope, reason, now());
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
        return answer_await_start(envelope, {Error::unknown_name, "it ended before it could be asked"});
    counters_.add(Counters::delivered);
    if (envelope.message_id() == message_id<Watch>) {
        const ExitCause cause{ExitCause::gone, 0, {}};
        const auto watch = read_as<Watch>(envelope);
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

}  // namespace zanni::detail
