#include "runtime/counters.hpp"

namespace zanni::detail {

/// Ends before beginnings: what ends meanwhile seems to be under way, rather than to have ended without a beginning.
Accounts Counters::accounts() const {
    Accounts accounts;
    accounts.delivered = delivered;
    accounts.unhandled = unhandled;
    for (std::size_t code = 0; code < dead_letters_.size(); ++code)
        if (const std::uint64_t count = dead_letters_[code])
            accounts.dead_letters.push_back({static_cast<Error::Code>(code), count});
    accounts.posted = posted;
    accounts.received = received;
    accounts.sent = sent;
    return accounts;
}

}  // namespace zanni::detail
