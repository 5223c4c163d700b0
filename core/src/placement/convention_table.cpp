#include "placement/convention_table.hpp"

#include <algorithm>

#include "runtime/actor_id.hpp"

namespace zanni {

namespace {

/// Why the placement leaves this host out; empty when it doesn't.
std::string left_out(const HostEntry& host, std::uint32_t own_host, const Wanted& wanted) {
    const Placement& placement = wanted.placement;
    const bool is_there = host.id == detail::host_of(detail::parts_of(placement.actor()).process);
    if (placement.kind() == Placement::Kind::with && !is_there)
        return "is not the host of " + placement.actor().to_string();
    if (placement.kind() == Placement::Kind::apart_from && is_there)
        return "is the host of " + placement.actor().to_string();
    return host.id == own_host ? wanted.refused_here : std::string();
}

/// One of those whose number is lowest.
std::size_t lowest(const std::vector<std::size_t>& candidates, Random& random, auto number) {
    std::vector<std::size_t> lowest;
    for (const std::size_t at : candidates) {
        if (!lowest.empty() && number(at) > number(lowest.front())) continue;
        if (!lowest.empty() && number(at) < number(lowest.front())) lowest.clear();
        lowest.push_back(at);
    }
    return lowest.size() == 1 ? lowest.front() : lowest[random.next() % lowest.size()];
}

}  // namespace

void ConventionTable::put(HostEntry entry) {
    const auto place = std::ranges::lower_bound(hosts_, entry.id, {}, &HostEntry::id);
    if (place != hosts_.end() && place->id == entry.id) {
        if (place->actors != entry.actors) chosen_[static_cast<std::size_t>(place - hosts_.begin())] = 0;
        *place = std::move(entry);
        return;
    }
    chosen_.insert(chosen_.begin() + (place - hosts_.begin()), 0);
    hosts_.insert(place, std::move(entry));
}

void ConventionTable::put_load(std::uint32_t host, std::uint64_t actors) {
    const auto place = std::ranges::find(hosts_, host, &HostEntry::id);
    if (place == hosts_.end()) return;
    place->actors = actors;
    chosen_[static_cast<std::size_t>(place - hosts_.begin())] = 0;
}

void ConventionTable::remove(std::uint32_t host) {
    const auto place = std::ranges::find(hosts_, host, &HostEntry::id);
    if (place == hosts_.end()) return;
    chosen_.erase(chosen_.begin() + (place - hosts_.begin()));
    hosts_.erase(place);
}

const HostEntry* ConventionTable::find(std::uint32_t host) const {
    const auto place = std::ranges::find(hosts_, host, &HostEntry::id);
    return place == hosts_.end() ? nullptr : &*place;
}

Isolation ConventionTable::isolation_of(std::string_view type_name) const {
    for (const auto& host : hosts_)
        if (const auto type = std::ranges::find(host.types, type_name, &TypeEntry::name); type != host.types.end())
            return type->isolated ? Isolation::process : Isolation::shared;
    return Isolation::shared;
}

Fit fit(const HostEntry& host, std::string_view type_name, const Requirements& extra) {
    const auto type = std::ranges::find(host.types, type_name, &TypeEntry::name);
    if (type == host.types.end()) return {false, "has not loaded the type"};
    if (host.draining) return {true, "is draining"};
    auto missing = unmet(host.capabilities, type->requirements);
    std::ranges::move(unmet(host.capabilities, extra), std::back_inserter(missing));
    if (host.actor_process == 0) missing.emplace_back("an actor process (none is running)");
    std::string phrase;
    for (const auto& requirement : missing) phrase += (phrase.empty() ? "needs " : ", ") + requirement;
    return {true, phrase};
}

std::expected<std::uint64_t, Error> ConventionTable::choose(std::uint32_t own_host, const Wanted& wanted,
                                                            Random& random) {
    std::vector<std::size_t> candidates;
    bool type_known = false;
    std::string reasons;
    for (std::size_t i = 0; i < hosts_.size(); ++i) {
        Fit fits = fit(hosts_[i], wanted.type_name, wanted.extra);
        type_known |= fits.knows_type;
        if (fits) fits.missing = left_out(hosts_[i], own_host, wanted);
        if (fits)
            candidates.push_back(i);
        else
            reasons += (reasons.empty() ? "" : "; ") + hosts_[i].name + " " + fits.missing;
    }
    if (candidates.empty())
        return std::unexpected(Error{
            type_known ? Error::unmet_requirement : Error::unknown_type,
            "no host for " + std::string(wanted.type_name) + ": " + (hosts_.empty() ? "none is known" : reasons)});
    const std::size_t chosen = best(std::move(candidates), own_host, wanted.placement.kind(), random);
    ++chosen_[chosen];
    return hosts_[chosen].actor_process;
}

std::size_t ConventionTable::best(std::vector<std::size_t> candidates, std::uint32_t own_host, Placement::Kind kind,
                                  Random& random) const {
    const auto by_load = [&](std::size_t at) { return load(at); };
    if (kind == Placement::Kind::spread) return lowest(candidates, random, by_load);
    if (kind == Placement::Kind::pack) return lowest(candidates, random, [&](std::size_t at) { return ~load(at); });
    const auto own = std::ranges::find(candidates, own_host, [&](std::size_t at) { return hosts_[at].id; });
    if (own != candidates.end()) return *own;
    std::size_t best = lowest(candidates, random, [&](std::size_t at) { return chosen_[at]; });
    std::erase(candidates, best);
    for (int drawn = 0; drawn < 2 && !candidates.empty(); ++drawn) {
        const std::size_t other = candidates[random.next() % candidates.size()];
        std::erase(candidates, other);
        if (load(other) < load(best)) best = other;
    }
    return best;
}

}  // namespace zanni
