#include "drains.hpp"

#include <algorithm>
#include <utility>

namespace zanni::broker {

using namespace transport;

namespace {

/// Reports after the first that shows rest: that one may be older than the wish to drain.
constexpr std::uint64_t reports_at_rest = 2;

/// They only grow: their sum is the same when all are.
std::uint64_t moved_in(const Accounts& accounts) {
    std::uint64_t moved = accounts.sent + accounts.received + accounts.delivered + accounts.unhandled + accounts.posted;
    for (const auto& some : accounts.dead_letters) moved += some.count;
    return moved;
}

std::string seconds_of(Duration duration) {
    const auto tenths = std::chrono::round<std::chrono::duration<std::int64_t, std::deci>>(duration).count();
    return std::to_string(tenths / 10) + (tenths % 10 ? "." + std::to_string(tenths % 10) : "") + " s";
}

}  // namespace

bool Drains::begin(std::uint32_t host, const Peer& requester, Duration within, TimePoint now) {
    if (all_ || hosts_.contains(host)) return false;
    hosts_.emplace(host, Host{{now, now + within}, requester});
    return true;
}

bool Drains::begin_all(Duration within, TimePoint now) {
    if (all_) return false;
    all_ = {now, now + within};
    return true;
}

bool Drains::include(std::uint32_t host, TimePoint now) {
    return all_ && hosts_.try_emplace(host, Host{{now, all_->until}, std::nullopt}).second;
}

void Drains::heard(const HostStatus& status) {
    const auto found = hosts_.find(status.host.id);
    if (found == hosts_.end()) return;
    Host& host = found->second;
    std::map<std::uint64_t, Rest> known = std::exchange(host.processes, {});
    if (!status.host.draining) known.clear();
    host.waiting = 0;
    host.at_rest = status.host.draining;
    for (const ProcessStatus& process : status.processes) {
        const std::uint64_t waiting = waiting_of(process) + process.in_flight;
        Rest rest{moved_in(process.accounts), waiting > 0, process.reports};
        const auto before = known.find(process.process);
        // The reports of one that registers again are numbered anew.
        if (before != known.end() && before->second.moved == rest.moved && before->second.waits == rest.waits)
            rest.since = std::min(before->second.since, process.reports);
        host.processes.emplace(process.process, rest);
        host.waiting += waiting;
        host.at_rest = host.at_rest && !rest.waits && process.reports >= rest.since + reports_at_rest;
    }
}

std::optional<Drained> Drains::decide(const Span& span, bool at_rest, std::uint64_t waiting, TimePoint now) {
    if (at_rest) return Drained{true, 0, now - span.begun};
    if (now >= span.until) return Drained{false, waiting, span.until - span.begun};
    return {};
}

std::vector<Drains::Done> Drains::take_done(TimePoint now) {
    std::vector<Done> done;
    for (auto& [id, host] : hosts_) {
        if (!host.requester || host.how) continue;
        host.how = decide(host.span, host.at_rest, host.waiting, now);
        if (host.how) done.push_back({id, *host.how});
    }
    return done;
}

std::optional<Drained> Drains::take_all_done(TimePoint now) {
    if (!all_ || hosts_.empty()) return {};
    std::uint64_t waiting = 0;
    for (const auto& [id, host] : hosts_) waiting += host.waiting;
    const bool at_rest = std::ranges::all_of(hosts_, [](const auto& entry) { return entry.second.at_rest; });
    const auto how = decide(*all_, at_rest, waiting, now);
    if (!how) return {};
    all_.reset();
    std::erase_if(hosts_, [](const auto& entry) { return !entry.second.requester; });
    return how;
}

std::optional<Drains::End> Drains::gone(std::uint32_t host) {
    const auto found = hosts_.find(host);
    if (found == hosts_.end()) return {};
    const Host last = found->second;
    hosts_.erase(found);
    if (!last.requester) return {};
    return End{*last.requester, last.how};
}

std::vector<std::uint32_t> Drains::hosts() const {
    std::vector<std::uint32_t> ids;
    for (const auto& [id, host] : hosts_) ids.push_back(id);
    return ids;
}

std::string to_string(const Drained& how) {
    if (how.in_time) return "drained in " + seconds_of(how.took);
    const std::string limit = seconds_of(how.took) + " were not enough: ";
    if (how.waiting == 0) return limit + "nothing was waiting, but messages were still moving";
    return limit + std::to_string(how.waiting) +
           (how.waiting == 1 ? " message was still waiting" : " messages were still waiting");
}

}  // namespace zanni::broker
