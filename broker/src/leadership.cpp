#include "leadership.hpp"

#include <algorithm>

#include "process_id.hpp"

namespace zanni::broker {

using transport::Peer;

Leadership::Join Leadership::join(const transport::JoinConvention& question, const Peer& peer, TimePoint now) {
    const auto [entry, is_new] = members_.try_emplace(question.host.id);
    Member& member = entry->second;
    if (!is_new && (member.name != question.host.name || peer < member.peer)) return Join::id_taken;
    const bool is_repeated = !is_new && member.peer == peer && question.series != 0 && member.series == question.series;
    member.last_heard = now;
    member.suspect = false;
    if (is_repeated) return Join::member_since;
    member.name = question.host.name;
    member.peer = peer;
    member.series = question.series;
    member.news = {};
    return Join::joined;
}

bool Leadership::heard(std::uint32_t host, const Peer& peer, const std::optional<transport::HostStatus>& status,
                       TimePoint now) {
    const auto member = members_.find(host);
    if (member == members_.end() || member->second.peer != peer) return false;
    heard(peer, now);
    if (status) member->second.status = status;
    return true;
}

void Leadership::heard(const Peer& peer, TimePoint now) {
    const auto member = members_.find(transport::host_of(peer.process()));
    if (member == members_.end() || member->second.peer != peer) return;
    member->second.last_heard = now;
    member->second.suspect = false;
}

std::vector<std::uint32_t> Leadership::suspect(TimePoint now) {
    std::vector<std::uint32_t> suspects;
    for (auto& [host, member] : members_) {
        if (member.suspect || now - member.last_heard < times_.suspect_after) continue;
        member.suspect = true;
        suspects.push_back(host);
    }
    return suspects;
}

void Leadership::excuse(Duration slept, TimePoint now) {
    for (auto& [host, member] : members_) member.last_heard = std::min(member.last_heard + slept, now);
}

std::vector<std::uint32_t> Leadership::take_silent(TimePoint now) {
    std::vector<std::uint32_t> silent;
    for (const auto& [host, member] : members_)
        if (now - member.last_heard >= times_.down_after) silent.push_back(host);
    for (const std::uint32_t host : silent) members_.erase(host);
    return silent;
}

std::uint32_t Leadership::host_at(const Peer& peer) const {
    const auto found = std::ranges::find_if(members_, [&](const auto& entry) { return entry.second.peer == peer; });
    return found == members_.end() ? 0 : found->first;
}

}  // namespace zanni::broker
