#include "membership.hpp"

namespace zanni::broker {

Membership::Step Membership::due(TimePoint now) {
    if (now - last_heard_ >= times_.reconnect_after()) {
        member_ = false;
        last_heard_ = now;
        next_ = now;
        return Step::reconnect;
    }
    if (now < next_) return Step::nothing;
    next_ = now + (member_ ? times_.heartbeat_interval : times_.ask_interval());
    return member_ ? Step::beat : Step::ask_to_join;
}

void Membership::joined(TimePoint now) {
    news_ = {};
    member_ = true;
    last_heard_ = now;
    next_ = now;
}

void Membership::lost(TimePoint now) {
    member_ = false;
    last_heard_ = now;
    next_ = now;
}

}  // namespace zanni::broker
