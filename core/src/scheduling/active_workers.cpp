#include "scheduling/active_workers.hpp"

#include <algorithm>

namespace zanni::detail {

void ActiveWorkers::look(TimePoint now, std::uint64_t messages, std::uint64_t idled) {
    if (workers_ == 1) return;
    if (!has_window_ || idled != idled_) {  // not busy throughout: what got done says nothing
        if (stage_ != Stage::settled) rest();
        if (!has_window_) trial_at_ = now + trial_after_;
        return begin_window(now, messages, idled);
    }
    const Duration length = now - window_began_;
    if (length < window) return;
    const double rate = static_cast<double>(messages - messages_) / std::chrono::duration<double>(length).count();
    begin_window(now, messages, idled);
    switch (stage_) {
        case Stage::settled:
            if (rate < short_messages * allowed_) {
                allowed_ = workers_;
                trial_at_ = now + trial_after_;
            } else if (now >= trial_at_) {
                try_another(rate);
            }
            break;
        case Stage::settling:  // the caches fill
            stage_ = Stage::trying;
            break;
        case Stage::trying:
            stage_ = Stage::settled;
            if (rate > rate_before_ * better) {
                trial_after_ = trial_after;
            } else {
                allowed_ = before_;
                trial_after_ = std::min<Duration>(trial_after_ * 2, trial_after_longest);
            }
            trial_at_ = now + trial_after_;
            break;
    }
}

unsigned ActiveWorkers::rest() {
    allowed_ = workers_;
    stage_ = Stage::settled;
    has_window_ = false;
    return allowed_;
}

void ActiveWorkers::begin_window(TimePoint now, std::uint64_t messages, std::uint64_t idled) {
    has_window_ = true;
    window_began_ = now;
    messages_ = messages;
    idled_ = idled;
}

void ActiveWorkers::try_another(double rate) {
    before_ = allowed_;
    rate_before_ = rate;
    allowed_ = other();
    stage_ = Stage::settling;
}

unsigned ActiveWorkers::other() const {
    if (allowed_ == workers_) return std::max(1U, allowed_ / 2);
    return std::min(workers_, allowed_ * 2);
}

}  // namespace zanni::detail
