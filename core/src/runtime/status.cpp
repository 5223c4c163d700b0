#include <algorithm>

#include <zanni/actor_status.hpp>

#include "runtime/runtime.hpp"

/// What an actor's runtime says of it to whoever asks.
namespace zanni::detail {

/// False when the actor answers itself, or is no more.
bool Runtime::tell_status(Cell& cell, const Envelope& request) {
    const bool answers_itself =
        std::ranges::find(cell.handlers, message_id<StatusRequest>, &Handler::message_id) != cell.handlers.end();
    if (answers_itself || cell.state != Cell::State::running) return false;
    counters_.add(Counters::delivered);
    if (request.sender) send(make_envelope(request.sender, cell.address, status_of(cell)));
    return true;
}

ActorStatus Runtime::status_of(const Cell& cell) {
    ActorStatus status;
    status.address = cell.address;
    status.type = cell.type->name;
    status.parent = cell.parent;
    status.waiting = cell.mailbox.depth();
    status.taken = cell.taken;
    if (cell.ties) {
        const Ties& ties = *cell.ties;
        status.name = ties.name;
        status.children_count = ties.children.size();
        for (const Address& child : ties.children)
            if (status.children.size() < ActorStatus::children_max) status.children.push_back(child);
        status.watchers = ties.watchers.size();
        status.failures = ties.failures;
        status.restarts = ties.all_restarts;
    }
    if (cell.undertakings) {
        const Undertakings& undertakings = *cell.undertakings;
        status.stashed = undertakings.stashed.size() + undertakings.held_back.size();
        status.timers = undertakings.wakeups.size();
        status.waiting_handlers = undertakings.suspended.size();
    }
    return status;
}

}  // namespace zanni::detail
