#include "membership.hpp"

#include <algorithm>

namespace zanni::broker {

Membership::Step Membership::due(TimePoint now) {
    if (is_unheard_ || now - last_heard_ >= times_.reconnect_after()) {
        member_ = false;
        is_unheard_ = false;
        able_since_ = now;
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
    is_unheard_ = false;
    last_heard_ = now;
    next_ = now;
}

void Membership::unheard(TimePoint now) {
    if (now - able_since_ >= times_.suspect_after) is_unheard_ = true;
}

void Membership::excuse(Duration slept, TimePoint now) {
    last_heard_ = std::min(last_heard_ + slept, now);
    if (slept >= times_.heartbeat_interval) able_since_ = now;
}

void Membership::lost(TimePoint now) {
    member_ = false;
    last_heard_ = now;
    next_ = now;
}

}  // namespace zanni::broker
