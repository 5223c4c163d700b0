#include "leadership.hpp"

#include <algorithm>

namespace zanni::broker {

using transport::Peer;

bool Leadership::join(const HostEntry& host, const Peer& peer, TimePoint now) {
    const auto [member, is_new] = members_.try_emplace(host.id);
    if (!is_new && (member->second.name != host.name || peer < member->second.peer)) return false;
    member->second.name = host.name;
    member->second.peer = peer;
    member->second.last_heard = now;
    return true;
}

bool Leadership::heard(std::uint32_t host, const Peer& peer, const std::optional<transport::HostStatus>& status,
                       TimePoint now) {
    const auto member = members_.find(host);
    if (member == members_.end() || member->second.peer != peer) return false;
    member->second.last_heard = now;
    if (status) member->second.status = status;
    return true;
}

std::vector<std::uint32_t> Leadership::take_silent(TimePoint now) {
    std::vector<std::uint32_t> silent;
    for (const auto& [host, member] : members_)
        if (now - member.last_heard >= down_after) silent.push_back(host);
    for (const std::uint32_t host : silent) members_.erase(host);
    return silent;
}

std::uint32_t Leadership::host_at(const Peer& peer) const {
    const auto found = std::ranges::find_if(members_, [&](const auto& entry) { return entry.second.peer == peer; });
    return found == members_.end() ? 0 : found->first;
}

}  // namespace zanni::broker
