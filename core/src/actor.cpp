#include <zanni/actor.hpp>

#include <zanni/assert.hpp>

#include "runtime/cell.hpp"
#include "runtime/runtime.hpp"

namespace zanni {

namespace {

detail::Cell& cell_under_construction() {
    detail::Cell* const cell = detail::current_cell();
    ZANNI_ASSERT(cell && !cell->actor, "an actor is made by create(), never directly");
    return *cell;
}

}  // namespace

Actor::Actor() : cell_(cell_under_construction()) {}

const Address& Actor::address() const { return cell_.address; }
const Address& Actor::parent() const { return cell_.parent; }
TimePoint Actor::now() const { return cell_.runtime.now(); }

void Actor::exit() { cell_.exit_requested = true; }

void Actor::send_envelope(EnvelopePtr envelope) { cell_.runtime.send(std::move(envelope)); }

Address Actor::create(const ActorType& type, const CreateOptions& options) {
    return cell_.runtime.create_child(cell_, &type, type.name, options);
}

Address Actor::create(std::string_view type_name, const CreateOptions& options) {
    return cell_.runtime.create_child(cell_, nullptr, type_name, options);
}

void detail::send_reply(Actor& actor, EnvelopePtr envelope) {
    if (!envelope->target) return;  // told, not asked: nobody waits for what the handler returns
    envelope->sender = actor.address();
    actor.send_envelope(std::move(envelope));
}

}  // namespace zanni
