#include "spans.hpp"

#include <algorithm>
#include <numeric>

namespace chaos {

bool Spans::add(Span added) {
    auto after = std::ranges::upper_bound(spans, added.first, {}, &Span::first);
    const bool joins_after = after != spans.end() && after->first == added.last + 1;
    if (after != spans.end() && after->first <= added.last) return false;
    if (after != spans.begin()) {
        const auto before = std::prev(after);
        if (before->last >= added.first) return false;
        if (before->last + 1 == added.first) {
            before->last = joins_after ? after->last : added.last;
            if (joins_after) spans.erase(after);
            return true;
        }
    }
    if (joins_after)
        after->first = added.first;
    else
        spans.insert(after, added);
    return true;
}

bool Spans::remove(std::uint64_t number) {
    const auto after = std::ranges::upper_bound(spans, number, {}, &Span::first);
    if (after == spans.begin()) return false;
    const auto holder = std::prev(after);
    const Span whole = *holder;
    if (whole.last < number) return false;
    const auto place = spans.erase(holder);
    std::vector<Span> rest;
    if (whole.first < number) rest.push_back({whole.first, number - 1});
    if (number < whole.last) rest.push_back({number + 1, whole.last});
    spans.insert(place, rest.begin(), rest.end());
    return true;
}

bool Spans::contains(std::uint64_t number) const {
    const auto after = std::ranges::upper_bound(spans, number, {}, &Span::first);
    return after != spans.begin() && std::prev(after)->last >= number;
}

std::uint64_t Spans::size() const {
    return std::accumulate(spans.begin(), spans.end(), std::uint64_t{0},
                           [](std::uint64_t sum, const Span& span) { return sum + span.size(); });
}

std::string Spans::to_string() const {
    std::string text;
    for (const Span& span : spans)
        text += (text.empty() ? "" : ", ") + std::to_string(span.first) + " to " + std::to_string(span.last);
    return text;
}

std::uint64_t Spans::in_common(const Spans& other) const {
    std::uint64_t common = 0;
    auto mine = spans.begin();
    auto theirs = other.spans.begin();
    while (mine != spans.end() && theirs != other.spans.end()) {
        const std::uint64_t first = std::max(mine->first, theirs->first);
        const std::uint64_t last = std::min(mine->last, theirs->last);
        if (first <= last) common += last - first + 1;
        mine->last < theirs->last ? static_cast<void>(++mine) : static_cast<void>(++theirs);
    }
    return common;
}

}  // namespace chaos
