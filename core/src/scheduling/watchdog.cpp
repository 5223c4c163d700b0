#include "scheduling/watchdog.hpp"

namespace zanni::detail {

std::vector<Watchdog::Finding> Watchdog::look(TimePoint now) {
    seen_.resize(heartbeats_.size());
    std::vector<Finding> findings;
    for (std::size_t i = 0; i < heartbeats_.size(); ++i) {
        Seen& seen = seen_[i];
        const std::uint64_t messages = heartbeats_[i]->messages.load(std::memory_order_relaxed);
        const ActorType* const type = heartbeats_[i]->running.load(std::memory_order_relaxed);
        if (!type || !seen.running || seen.messages != messages) {
            seen = {messages, type != nullptr, now, limit_};
            continue;
        }
        const Duration since = now - seen.since;
        if (since < seen.next_report) continue;
        findings.push_back({type, since});
        while (seen.next_report <= since) seen.next_report *= 2;
    }
    return findings;
}

}  // namespace zanni::detail
