#include "observer/span_desk.hpp"

#include <algorithm>
#include <limits>
#include <set>
#include <utility>

namespace zanni::broker {

void SpanDesk::trace(const Address& actor, Duration time) {
    const std::uint64_t process = detail::parts_of(actor).process;
    Known& known = processes_[process];
    ask(process, known, {known.last, actor, time});
}

void SpanDesk::ask(std::uint64_t process, Known& known, const SpansRequest& request) {
    endpoint_.tell(detail::make_address({process, 0}), request);
    known.asked = true;
}

void SpanDesk::skip_kept(const std::vector<transport::HostStatus>& hosts, Duration longest) {
    fetch(hosts, longest);
    lost_ = 0;
}

std::vector<PlacedSpan> SpanDesk::fetch(const std::vector<transport::HostStatus>& hosts, Duration longest) {
    const std::uint64_t own = detail::parts_of(endpoint_.address()).process;
    std::set<std::uint64_t> there;
    for (const auto& host : hosts)
        for (const auto& process : host.processes) {
            if (process.process == own) continue;
            there.insert(process.process);
            Known& known = processes_[process.process];
            known.host = host.host.name;
            if (!known.asked) ask(process.process, known, {known.last, {}, {}});
        }
    std::erase_if(processes_, [&](const auto& entry) { return !there.contains(entry.first); });
    std::vector<PlacedSpan> all;
    collect(all, clock_.now() + longest);
    return all;
}

/// Whoever has more is asked again.
bool SpanDesk::collect(std::vector<PlacedSpan>& all, TimePoint until) {
    const auto is_asked = [](const auto& entry) { return entry.second.asked; };
    while (std::ranges::any_of(processes_, is_asked)) {
        const TimePoint now = clock_.now();
        if (now >= until) return false;
        auto spans = endpoint_.listen<Spans>(until - now);
        if (spans)
            take(std::move(*spans), all);
        else if (spans.error().code == Error::timeout)
            return false;
    }
    return true;
}

void SpanDesk::take(Spans spans, std::vector<PlacedSpan>& all) {
    const auto found = processes_.find(spans.process);
    if (found == processes_.end()) return;
    Known& known = found->second;
    known.asked = false;
    if (spans.last < known.last) return;
    known.last = spans.last;
    lost_ += spans.lost;
    for (Span& span : spans.spans) {
        const Duration began = spans.since_1970 + span.began;
        all.push_back({std::move(span), known.host, spans.process, began});
    }
    if (spans.more) ask(spans.process, known, {known.last, {}, {}});
}

}  // namespace zanni::broker
