#include "host_links.hpp"

#include <algorithm>
#include <utility>

#include "planted.hpp"

namespace zanni::broker {

using namespace transport;

void HostLinks::wanted(std::uint32_t host) {
    if (wanted_.size() < connections_max) wanted_.insert(host);
}

void HostLinks::sent(std::uint32_t host) {
    if (const auto found = links_.find(host); found != links_.end()) ++found->second.frames;
}

// ---- What is due

std::vector<HostLinks::Step> HostLinks::due(TimePoint now, const ConventionTable& table) {
    std::vector<Step> steps;
    for (auto& [host, link] : links_) {
        const bool trusts_silence = has(Bug::silent_link_used);
        if (link.incoming && is_silent(link.incoming->heard, now) && !trusts_silence) {
            link.incoming.reset();
            steps.push_back({Step::What::look, host});
        }
        if (link.outgoing == Outgoing::none) continue;
        if (is_silent(link.heard, now) && !(trusts_silence && link.outgoing == Outgoing::good)) {
            close(link, now);
            steps.push_back({Step::What::disconnect, host});
        } else if (now >= link.next_beat) {
            link.next_beat = now + times_.heartbeat_interval;
            steps.push_back({Step::What::beat, host});
        }
    }
    for (const std::uint32_t host : std::exchange(wanted_, {})) {
        const HostEntry* const entry = table.find(host);
        if (!entry || entry->leader || entry->endpoints.empty()) continue;
        Link& link = links_[host];
        if (!may_connect(link, now)) continue;
        const auto& endpoint = entry->endpoints[link.attempts++ % entry->endpoints.size()];
        steps.push_back({Step::What::connect, host, endpoint, link.number});
    }
    return steps;
}

bool HostLinks::may_connect(const Link& link, TimePoint now) const {
    const auto made =
        std::ranges::count_if(links_, [](const auto& entry) { return entry.second.outgoing != Outgoing::none; });
    return link.outgoing == Outgoing::none && now >= link.not_before &&
           static_cast<std::size_t>(made) < connections_max;
}

void HostLinks::connecting(std::uint32_t host, std::uint64_t number, TimePoint now) {
    Link& link = links_[host];
    link.outgoing = Outgoing::greeting;
    link.number = number;
    link.heard = now;
    link.next_beat = now;
}

void HostLinks::close(Link& link, TimePoint now) {
    link.outgoing = Outgoing::none;
    link.pause = std::clamp(link.pause * 2, pause_shortest, pause_longest);
    link.not_before = now + link.pause;
}

void HostLinks::excuse(Duration slept, TimePoint now) {
    for (auto& [host, link] : links_) {
        link.heard = std::min(link.heard + slept, now);
        if (link.incoming) link.incoming->heard = std::min(link.incoming->heard + slept, now);
    }
}

// ---- What came

bool HostLinks::answered(std::uint32_t host, const LinkBeat& beat, TimePoint now) {
    const auto found = links_.find(host);
    if (found == links_.end() || found->second.outgoing == Outgoing::none) return false;
    Link& link = found->second;
    link.heard = now;
    link.ends = beat.ends;
    link.number = 0;  // its ROUTER may take it for alive for long
    link.pause = {};
    return std::exchange(link.outgoing, Outgoing::good) == Outgoing::greeting;
}

void HostLinks::called(std::uint32_t host, const Peer& from, const LinkBeat& beat, TimePoint now) {
    links_[host].incoming = {from, now, beat.hears_you, beat.ends};
}

void HostLinks::heard(const Peer& from, TimePoint now) {
    const auto found = links_.find(host_at(from));
    if (found == links_.end()) return;
    Link& link = found->second;
    if (is_outgoing_link(from))
        link.heard = now;
    else if (link.incoming && link.incoming->peer == from)
        link.incoming->heard = now;
}

void HostLinks::lost(std::uint32_t host, const Peer& peer, TimePoint now) {
    const auto found = links_.find(host);
    if (found == links_.end()) return;
    Link& link = found->second;
    if (is_outgoing_link(peer) && link.outgoing != Outgoing::none)
        close(link, now);
    else if (link.incoming && link.incoming->peer == peer)
        link.incoming.reset();
}

void HostLinks::moved(std::uint32_t host) {
    const auto found = links_.find(host);
    if (found == links_.end()) return;
    found->second.pause = {};
    found->second.not_before = {};
}

// ---- The links as they are

std::optional<Peer> HostLinks::way(std::uint32_t host) const {
    const auto found = links_.find(host);
    if (found == links_.end()) return std::nullopt;
    const Link& link = found->second;
    if (link.outgoing == Outgoing::good) return outgoing_link(host);
    if (link.incoming && link.incoming->is_good) return link.incoming->peer;
    return std::nullopt;
}

std::optional<Peer> HostLinks::caller(std::uint32_t host) const {
    const auto found = links_.find(host);
    if (found == links_.end() || !found->second.incoming) return std::nullopt;
    return found->second.incoming->peer;
}

bool HostLinks::is_good(const Peer& connection) const {
    const auto found = links_.find(host_at(connection));
    if (found == links_.end()) return false;
    const Link& link = found->second;
    return is_outgoing_link(connection) ? link.outgoing == Outgoing::good : link.incoming && link.incoming->is_good;
}

bool HostLinks::is_connected(std::uint32_t host) const {
    const auto found = links_.find(host);
    return found != links_.end() && found->second.outgoing != Outgoing::none;
}

std::vector<Peer> HostLinks::connections() const {
    std::vector<Peer> all;
    for (const auto& [host, link] : links_) {
        if (link.outgoing != Outgoing::none) all.push_back(outgoing_link(host));
        if (link.incoming) all.push_back(link.incoming->peer);
    }
    return all;
}

std::vector<LinkStatus> HostLinks::status(std::size_t hosts_max) const {
    std::vector<LinkStatus> all;
    for (const auto& [host, link] : links_)
        if (all.size() < hosts_max && way(host)) all.push_back({host, link.frames});
    return all;
}

// ---- Ends

bool HostLinks::says_more(const Link& link, std::uint64_t number) {
    return (link.outgoing == Outgoing::good && link.ends < number) || (link.incoming && link.incoming->ends < number);
}

bool HostLinks::hold(const ProcessGone& news) {
    const auto found = links_.find(host_of(news.process));
    if (found == links_.end() || !says_more(found->second, news.number)) return false;
    if (found->second.held.size() >= held_max) return false;
    found->second.held.push_back(news);
    return true;
}

std::vector<ProcessGone> HostLinks::take_due(std::uint32_t host) {
    std::vector<ProcessGone> due;
    const auto found = links_.find(host);
    if (found == links_.end() || found->second.held.empty()) return due;
    Link& link = found->second;
    for (ProcessGone& news : std::exchange(link.held, {}))
        (says_more(link, news.number) ? link.held : due).push_back(std::move(news));
    return due;
}

std::vector<ProcessGone> HostLinks::take_all(std::uint32_t host) {
    const auto found = links_.find(host);
    return found == links_.end() ? std::vector<ProcessGone>{} : std::exchange(found->second.held, {});
}

}  // namespace zanni::broker
