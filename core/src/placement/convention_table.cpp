#include "placement/convention_table.hpp"

#include <algorithm>

namespace zanni {

void ConventionTable::put(HostEntry entry) {
    const auto place = std::ranges::lower_bound(hosts_, entry.id, {}, &HostEntry::id);
    if (place != hosts_.end() && place->id == entry.id) {
        *place = std::move(entry);
        return;
    }
    chosen_.insert(chosen_.begin() + (place - hosts_.begin()), 0);
    hosts_.insert(place, std::move(entry));
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

ConventionTable::Fit ConventionTable::fit(const HostEntry& host, std::string_view type_name,
                                          const Requirements& extra) {
    const auto type = std::ranges::find(host.types, type_name, &TypeEntry::name);
    if (type == host.types.end()) return {false, "has not loaded the type"};
    auto missing = unmet(host.capabilities, type->requirements);
    std::ranges::move(unmet(host.capabilities, extra), std::back_inserter(missing));
    if (host.actor_process == 0) missing.emplace_back("an actor process (none is running)");
    std::string phrase;
    for (const auto& requirement : missing) phrase += (phrase.empty() ? "needs " : ", ") + requirement;
    return {true, phrase};
}

std::expected<std::uint64_t, Error> ConventionTable::choose(std::uint32_t own_host, std::string_view type_name,
                                                            const Requirements& extra) {
    std::size_t best = hosts_.size();
    bool type_known = false;
    std::string reasons;
    for (std::size_t i = 0; i < hosts_.size(); ++i) {
        const HostEntry& host = hosts_[i];
        const Fit fits = fit(host, type_name, extra);
        type_known |= fits.knows_type;
        if (!fits.missing.empty()) {
            reasons += (reasons.empty() ? "" : "; ") + host.name + " " + fits.missing;
            continue;
        }
        const bool better = best == hosts_.size() || chosen_[i] < chosen_[best];
        if (host.id == own_host || (better && (best == hosts_.size() || hosts_[best].id != own_host))) best = i;
    }
    if (best == hosts_.size())
        return std::unexpected(
            Error{type_known ? Error::unmet_requirement : Error::unknown_type,
                  "no host for " + std::string(type_name) + ": " + (hosts_.empty() ? "none is known" : reasons)});
    ++chosen_[best];
    return hosts_[best].actor_process;
}

}  // namespace zanni
