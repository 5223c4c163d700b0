#include <utility>

#include "log.hpp"
#include "runtime/runtime.hpp"
#include "runtime/words.hpp"

/// What follows when a handler has thrown twice. The policy lies with the failed actor, so that nobody has to be asked
/// whether it may go on; the parent passes on what concerns siblings, and takes over what is escalated.
namespace zanni::detail {

using OnFailure = SupervisionPolicy::OnFailure;
using Scope = SupervisionPolicy::Scope;

void Runtime::fail(Cell& cell, const std::string& what) {
    if (!cell.ties || cell.is_troupe_front) return;  // a troupe replaces the member that it has lost
    const SupervisionPolicy& policy = cell.ties->supervision;
    if (policy.on_failure == OnFailure::resume) return;
    const bool escalates =
        policy.on_failure == OnFailure::escalate || (policy.on_failure == OnFailure::restart && !may_restart(cell));
    if (escalates) return escalate(cell, what);
    const bool restarts = policy.on_failure == OnFailure::restart;
    if (policy.scope == Scope::all_for_one && cell.parent)
        send(make_envelope(cell.parent, cell.address, ChildFailed{restarts, what}));
    if (restarts) return restart(cell);
    begin_exit(cell, {ExitCause::exception, 0, what}, true);
}

/// Counts it, and forgets those that are too long ago.
bool Runtime::may_restart(Cell& cell) {
    Ties& ties = *cell.ties;
    const TimePoint now = parts_.clock.now();
    std::erase_if(ties.restarts, [&](TimePoint at) { return now - at >= ties.supervision.period; });
    if (ties.restarts.size() >= ties.supervision.restarts_max) return false;
    ties.restarts.push_back(now);
    ++ties.all_restarts;
    return true;
}

void Runtime::restart(Cell& cell) {
    log::info(name_of(cell) + " restarts");
    drop_undertakings(cell);
    drop_watches(cell);
    cell.actor.reset();
    for (const Address& child : cell.ties->children) send(make_envelope(child, cell.address, ExitRequest{}));
    cell.handlers = {};
    cell.exit_requested = false;
    if (cell.undertakings) {
        Undertakings& undertakings = *cell.undertakings;
        put_first(cell, undertakings.held_back);
        put_first(cell, undertakings.stashed);
        counters_.add(Counters::sent, undertakings.initializing.size());
        put_first(cell, undertakings.initializing);
        const auto initializing = cell.type->traits.initializing;
        if (!cell.is_troupe_front) undertakings.awaited.assign(initializing.begin(), initializing.end());
    }
    if (ExitCause failure; !construct(cell, failure)) return begin_exit(cell, std::move(failure), true);
    if (cell.exit_requested) return begin_exit(cell, {}, true);
    start_transient(cell);
}

void Runtime::escalate(Cell& cell, const std::string& what) {
    const bool too_often = cell.ties->supervision.on_failure == OnFailure::restart;
    log::write({log::Level::warn,
                name_of(cell) + (too_often ? " has restarted too often, and ends: " : " ends: ") + what, cell.address});
    if (cell.parent) send(make_envelope(cell.parent, cell.address, Escalated{what}));
    begin_exit(cell, {ExitCause::exception, 0, (too_often ? "restarted too often: " : "") + what}, true);
}

void Runtime::escalated(Cell& cell, const Envelope& envelope) {
    const auto failure = read_as<Escalated>(envelope);
    if (!failure || cell.state != Cell::State::running) return;
    if (cell.ties && cell.ties->children.contains(envelope.sender)) fail(cell, failure->what);
}

void Runtime::child_failed(Cell& cell, const Envelope& envelope) {
    const auto failure = read_as<ChildFailed>(envelope);
    if (!failure || cell.state != Cell::State::running || !cell.ties || !cell.ties->children.contains(envelope.sender))
        return;
    for (const Address& child : cell.ties->children)
        if (child != envelope.sender)
            send(make_envelope(child, cell.address, SiblingFailed{failure->restarts, failure->what}));
}

void Runtime::sibling_failed(Cell& cell, const Envelope& envelope) {
    const auto failure = read_as<SiblingFailed>(envelope);
    const bool concerned = failure && cell.state == Cell::State::running && envelope.sender == cell.parent &&
                           cell.ties && cell.ties->supervision.scope == Scope::all_for_one;
    if (!concerned) return;
    const std::string what = "a sibling failed: " + failure->what;
    if (!failure->restarts) return begin_exit(cell, {ExitCause::exception, 0, what}, true);
    if (may_restart(cell)) return restart(cell);
    escalate(cell, what);
}

}  // namespace zanni::detail
