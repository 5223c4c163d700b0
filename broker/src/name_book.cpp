#include "name_book.hpp"

#include <utility>

#include "process_id.hpp"

namespace zanni::broker {

using namespace transport;

namespace {

std::uint64_t process_of(const Address& address) { return zanni::detail::parts_of(address).process; }

}  // namespace

std::optional<NameBook::Verdict> NameBook::claim(const NameClaim& claim, TimePoint now, bool may_be_taken) {
    const TimePoint since = claim.held ? now - claim.held_for : now;
    const auto known = entries_.find(claim.name);
    if (known == entries_.end()) {
        if (!claim.held && may_be_taken) return std::nullopt;
        if (entries_.size() == names_max) return Verdict{};
        entries_[claim.name] = {claim.claimer, since};
        return Verdict{claim.claimer, {}};
    }
    Entry& entry = known->second;
    if (entry.owner == claim.claimer || !claim.held) return Verdict{entry.owner, {}};
    if (std::pair(since, claim.claimer) >= std::pair(entry.since, entry.owner))
        return Verdict{entry.owner, claim.claimer};
    const Address evicted = std::exchange(entry, {claim.claimer, since}).owner;
    return Verdict{claim.claimer, evicted};
}

void NameBook::release(const std::string& name, const Address& claimer) {
    const auto known = entries_.find(name);
    if (known != entries_.end() && known->second.owner == claimer) entries_.erase(known);
}

Address NameBook::find(const std::string& name) const {
    const auto known = entries_.find(name);
    return known == entries_.end() ? Address{} : known->second.owner;
}

void NameBook::process_gone(std::uint64_t process) {
    std::erase_if(entries_, [&](const auto& entry) { return process_of(entry.second.owner) == process; });
}

void NameBook::host_gone(std::uint32_t host) { keep_only(host, {}); }

void NameBook::keep_only(std::uint32_t host, const std::set<std::uint64_t>& processes) {
    std::erase_if(entries_, [&](const auto& entry) {
        const std::uint64_t process = process_of(entry.second.owner);
        return host_of(process) == host && !processes.contains(process);
    });
}

}  // namespace zanni::broker
