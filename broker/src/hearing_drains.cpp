/// How hosts are drained before they end: by their leader, which marks them, looks at what they tell in their
/// heartbeats, and ends them. A member that loses its leader meanwhile goes on draining; its leader tells it again.
#include <algorithm>
#include <utility>

#include "broker_says.hpp"
#include "limits.hpp"
#include "log.hpp"

namespace zanni::broker {

using namespace transport;

namespace {

std::optional<Error> refused_limit(Duration within) {
    if (within >= Duration::zero() && within <= drain_longest) return {};
    return Error{Error::refused, "the time to drain is at least 0 s and at most 24 h"};
}

}  // namespace

std::expected<std::uint32_t, Error> Broker::host_to_drain(const std::string& name) const {
    const auto refused = [](std::string why) { return std::unexpected(Error{Error::refused, std::move(why)}); };
    if (!self_.leader) return refused("host " + self_.name + " is not the convention's leader: ask that one");
    if (auto fits = check_name("the host's name", name); !fits) return std::unexpected(fits.error());
    if (name == self_.name)
        return refused("host " + name + " leads the convention: 'zanni shutdown --drain' drains and ends all of it");
    const auto has_name = [&](const auto& member) { return member.second.name == name; };
    const auto found = std::ranges::find_if(leadership_.members(), has_name);
    if (found == leadership_.members().end()) return refused("the convention has no host " + name);
    if (std::ranges::count_if(leadership_.members(), has_name) > 1) return refused("several hosts are called " + name);
    return found->first;
}

void Broker::on_drain_host(const Peer& from, const DrainHost& wish, TimePoint now) {
    const auto host = host_to_drain(wish.host);
    if (!host) return refuse(from, host.error());
    if (const auto why = refused_limit(wish.within)) return refuse(from, *why);
    if (host_ending_ || convention_ending_) return refuse(from, {Error::refused, "the convention ends already"});
    if (!drains_.begin(*host, from, wish.within, now))
        return refuse(from, {Error::overloaded, "host " + wish.host + " drains already"});
    log::info("host " + wish.host + " drains, and ends then");
    if (const auto& last = leadership_.members().at(*host).status) drains_.heard(*last);
    keep_drains(now);
}

void Broker::on_drain_convention(const Peer& from, Duration within, TimePoint now) {
    if (const auto why = refused_limit(within)) return refuse(from, *why);
    if (host_ending_ || convention_ending_) return refuse(from, {Error::refused, "the convention ends already"});
    if (!drains_.begin_all(within, now)) return refuse(from, {Error::overloaded, "the convention drains already"});
    log::info("the convention drains, and shuts down then");
    if (!leadership_.host_at(from)) shut_down_requester_ = from;
    begin_draining();
    keep_drains(now);
}

/// From its leader it hears so until the leader knows that it has.
void Broker::begin_draining() {
    if (std::exchange(self_.draining, true)) return;
    log::info("draining: nothing more is placed here");
    self_changed();
}

void Broker::keep_drains(TimePoint now) {
    if (drains_.empty() || host_ending_ || convention_ending_) return;
    if (drains_.all_drain()) {
        drains_.include(self_.id, now);
        for (const auto& [host, member] : leadership_.members())
            if (drains_.include(host, now) && member.status) drains_.heard(*member.status);
        drains_.heard(own_status());
    }
    for (const auto& [host, how] : drains_.take_done(now))
        log::info("host " + name_of(host) + ": " + to_string(how) + "; it ends");
    if (const auto how = drains_.take_all_done(now)) {
        log::info("the convention: " + to_string(*how) + "; it shuts down");
        drained_ = how;
        return convention_ends(now);
    }
    for (const std::uint32_t host : drains_.hosts()) {
        const auto member = leadership_.members().find(host);
        const HostEntry* const entry = table_.find(host);
        if (member == leadership_.members().end() || !entry) continue;
        if (drains_.is_done(host))
            send(member->second.peer, EndHost{});
        else if (!entry->draining)
            send(member->second.peer, Drain{});
    }
}

void Broker::drain_ended(std::uint32_t host, const std::string& name, const std::string& reason) {
    const auto end = drains_.gone(host);
    if (!end) return;
    if (end->how) return send(end->requester, Acknowledged{end->how});
    refuse(end->requester, {Error::unreachable, "host " + name + " is gone before it was drained: " + reason});
}

}  // namespace zanni::broker
