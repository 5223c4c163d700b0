#include "runtime/runtime.hpp"

#include <algorithm>
#include <exception>
#include <utility>

#include "log.hpp"
#include "runtime/actor_id.hpp"

/// One message's journey through a process, top to bottom. Births and deaths are in lifecycle.cpp.
namespace zanni::detail {

namespace {

constexpr std::size_t reported_targets_max = 1'000;

/// Messages that the runtime sends by itself; when nobody is left to hear one, nothing of the user's is lost.
bool is_notice(std::uint64_t message) {
    return message == message_id<ChildExited> || message == message_id<CreateReply> ||
           message == message_id<Undeliverable> || message == message_id<Orphaned>;
}

}  // namespace

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
    cells_.for_each([](Cell& cell) { cell.actor.reset(); });
    cells_.for_each(drain);
}

void Runtime::send(EnvelopePtr envelope) {
    counters_.sent.fetch_add(1, std::memory_order_relaxed);
    route(std::move(envelope));
}

void Runtime::route(EnvelopePtr envelope) {
    const auto target = parts_of(envelope->target);
    if (target.process == parts_.process) return accept(std::move(envelope));
    if (target.process == 0 || !parts_.gateway) return dead_letter(std::move(envelope), Error::dead_target);
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
    if (is_endpoint(actor)) return accept_at_endpoint(std::move(envelope));
    Cell* const cell = cells_.find(actor);
    if (!cell) return dead_letter(std::move(envelope), Error::dead_target);
    switch (cell->mailbox.push(envelope.get())) {
        case Mailbox::Pushed::wake:
            static_cast<void>(envelope.release());
            parts_.engine.schedule(*cell);
            break;
        case Mailbox::Pushed::queued:
            static_cast<void>(envelope.release());
            break;
        case Mailbox::Pushed::closed:
            dead_letter(std::move(envelope), Error::dead_target);
            break;
    }
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
        if (notice) endpoint->fail(envelope->target, {notice->reason, "for " + notice->target.to_string()});
        return;
    }
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

bool Runtime::run(Cell& cell, int messages_max) {
    Cell*& current = current_cell();
    current = &cell;
    int left = messages_max;
    if (cell.state == Cell::State::starting) {
        start(cell);
        --left;
    }
    // finish() gives the cell away: from then on it is another's.
    for (; current == &cell && left > 0; --left) {
        auto envelope = cell.mailbox.pop();
        if (!envelope) break;
        handle(cell, std::move(envelope));
    }
    const bool more = current == &cell && !cell.mailbox.try_idle();
    current = nullptr;
    return more;
}

void Runtime::handle(Cell& cell, EnvelopePtr envelope) {
    if (envelope->target != cell.address) return dead_letter(std::move(envelope), Error::dead_target);
    if (envelope->message_id() == message_id<ChildExited>) return child_exited(cell, std::move(envelope));
    if (envelope->message_id() == message_id<Orphaned>) return orphaned(cell, *envelope);
    if (cell.state == Cell::State::exiting) return dead_letter(std::move(envelope), Error::dead_target);
    if (envelope->message_id() != message_id<ExitRequest>) return dispatch(cell, std::move(envelope));

    const auto request = envelope->any().as<ExitRequest>();
    dispatch(cell, std::move(envelope));
    begin_exit(cell, {}, request ? request->recursive : true);
}

void Runtime::dispatch(Cell& cell, EnvelopePtr envelope) {
    const auto& handlers = cell.type->handlers;
    const auto handler = std::ranges::find(handlers, envelope->message_id(), &Handler::message_id);
    if (handler == handlers.end()) {
        const bool expected = envelope->message_id() == message_id<ExitRequest> || is_notice(envelope->message_id());
        (expected ? counters_.delivered : counters_.unhandled).fetch_add(1, std::memory_order_relaxed);
        if (!expected)
            log::debug(std::string(cell.type->name) + " " + cell.address.to_string() + " has no handler for " +
                       std::string(envelope->info().name));
        return;
    }
    cell.sender = envelope->sender;
    std::string what;
    if (!attempt(cell, *handler, *envelope, what) && !attempt(cell, *handler, *envelope, what)) {
        log::warn(std::string(cell.type->name) + " " + cell.address.to_string() + " threw twice: " + what);
        if (cell.sender && envelope->message_id() != message_id<PoisonMessage>)
            send(make_envelope(cell.sender, cell.address, PoisonMessage{envelope->any(), what}));
    }
    counters_.delivered.fetch_add(1, std::memory_order_relaxed);
    cell.sender = {};
    // An ExitRequest ends the actor anyway, in the way that it says: handle() sees to that.
    if (cell.exit_requested && envelope->message_id() != message_id<ExitRequest>) begin_exit(cell, {}, true);
}

/// False when the handler threw; `what` then says what.
bool Runtime::attempt(Cell& cell, const Handler& handler, Envelope& envelope, std::string& what) {
    try {
        if (const auto handled = handler.invoke(*cell.actor, envelope); !handled)
            log::warn(std::string(cell.type->name) + " " + cell.address.to_string() +
                      " got a message it can't read: " + handled.error().to_string());
        return true;
    } catch (const std::exception& error) {
        what = error.what();
    } catch (...) {
        what = "an exception that is no std::exception";
    }
    return false;
}

void Runtime::dead_letter(EnvelopePtr envelope, Error::Code reason) {
    counters_.dead_letters.fetch_add(1, std::memory_order_relaxed);
    if (is_notice(envelope->message_id()) || envelope->message_id() == message_id<ExitRequest>) return;
    if (is_endpoint(parts_of(envelope->sender).actor))
        send(make_envelope(envelope->sender, Address{}, Undeliverable{envelope->target, reason}));
    {
        const std::scoped_lock lock(reported_mutex_);
        if (reported_.size() == reported_targets_max || !reported_.insert(envelope->target).second) return;
    }
    log::warn("dead letter: " + std::string(envelope->info().name) + " to " + envelope->target.to_string() + ": " +
              std::string(to_string(reason)) + " (said once for this target)");
}

std::shared_ptr<Endpoint> Runtime::make_endpoint() {
    const std::unique_lock lock(endpoints_mutex_);
    std::erase_if(endpoints_, [](const auto& entry) { return entry.second.expired(); });
    const std::uint32_t index = ++last_endpoint_;
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

}  // namespace zanni::detail
