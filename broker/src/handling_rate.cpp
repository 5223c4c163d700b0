#include "handling_rate.hpp"

#include <algorithm>

namespace zanni::broker {

void HandlingRate::report(std::uint64_t handled, TimePoint now) {
    if (seen_) {
        if (now - seen_->at < period_min) return;
        const std::uint64_t more = handled > seen_->handled ? handled - seen_->handled : 0;
        const double seconds = std::chrono::duration<double>(now - seen_->at).count();
        per_second_ =
            static_cast<std::uint64_t>(std::min(static_cast<double>(more) / seconds + 0.5, static_cast<double>(max)));
    }
    seen_ = {handled, now};
}

}  // namespace zanni::broker
