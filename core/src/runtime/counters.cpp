#include "runtime/counters.hpp"

namespace zanni::detail {

Counters::Place* Counters::add_place() {
    const std::scoped_lock lock(places_mutex_);
    Place& place = places_.emplace_back();
    place.of = this;
    return &place;
}

std::uint64_t Counters::of(Kind kind) const {
    std::uint64_t all = shared_.counts[kind].load(std::memory_order_acquire);
    const std::scoped_lock lock(places_mutex_);
    for (const Place& place : places_) all += place.counts[kind].load(std::memory_order_acquire);
    return all;
}

/// Ends before beginnings: what ends meanwhile seems to be under way, rather than to have ended without a beginning.
Accounts Counters::accounts() const {
    Accounts accounts;
    accounts.delivered = of(delivered);
    accounts.unhandled = of(unhandled);
    for (std::size_t code = 0; code < dead_letters_.size(); ++code)
        if (const std::uint64_t count = dead_letters_[code])
            accounts.dead_letters.push_back({static_cast<Error::Code>(code), count});
    accounts.posted = of(posted);
    accounts.received = of(received);
    accounts.sent = of(sent);
    return accounts;
}

}  // namespace zanni::detail
