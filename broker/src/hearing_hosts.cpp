/// What the broker hears from other hosts: members' words to their leader, and the leader's to them.
#include <algorithm>
#include <utility>

#include "broker_says.hpp"
#include "limits.hpp"
#include "log.hpp"
#include "versions.hpp"

namespace zanni::broker {

using namespace transport;

namespace {

/// What a member says of itself, but for what the leader alone says.
HostEntry as_leader_knows(HostEntry host, std::string key) {
    host.leader = false;
    host.key = std::move(key);
    return host;
}

/// But for what the leader alone says.
bool offers_the_same(HostEntry one, const HostEntry& other) {
    one.key = other.key;
    one.actors = other.actors;
    return one == other;
}

}  // namespace

void Broker::on_join(const Peer& from, const JoinConvention& join, TimePoint now) {
    if (const auto may = may_join(from, join.host); !may) {
        // Once per tick, and a stranger's words only if they can't move a terminal's cursor.
        if (!std::exchange(refusal_logged_, true) && check_name("the host's name", join.host.name) &&
            check_name("the version", join.host.version))
            log::warn("host " + join.host.name + " was refused: " + may.error().context);
        return refuse(from, may.error());
    }
    const HostEntry host = as_leader_knows(join.host, guard_.key_of(speaker_));
    const auto joins = leadership_.join(join, from, now);
    if (joins == Leadership::Join::id_taken)
        return refuse(from, {Error::refused, "the host id is taken: start the host again"});
    const HostEntry* const known = table_.find(host.id);
    if (joins == Leadership::Join::member_since && known && *known == host)
        return send(from, Joined{table_.hosts(), join.series});
    routes_.put_member(host.id, from);
    guard_.in_use(from, true);
    table_.put(host);
    send(from, Joined{table_.hosts(), join.series});
    log::info("host " + host.name + " joined, version " + host.version);
    tell_everybody(HostChanged{host}, host.id);
    if (convention_ending_) send(from, EndHost{});
}

std::expected<void, Error> Broker::may_join(const Peer& from, const HostEntry& host) const {
    const auto refused = [](std::string why) { return std::unexpected(Error{Error::refused, std::move(why)}); };
    if (!self_.leader) return refused("host " + self_.name + " is not the convention's leader");
    if (!is_host_id(host.id) || host.id == self_.id) return refused("the host id is taken: start the host again");
    if (host_of(from.process()) != host.id || !is_link(from.process()))
        return refused("only a host's own broker can join for it");
    if (!leadership_.members().contains(host.id) && leadership_.members().size() + 1 >= hosts_max)
        return std::unexpected(
            Error{Error::overloaded, "this convention has " + std::to_string(hosts_max) + " hosts already"});
    if (auto fits = check(host); !fits) return fits;
    return fits_convention("host " + host.name, host.version, self_.version);
}

void Broker::on_heartbeat(const Peer& from, const Heartbeat& beat, TimePoint now) {
    const std::uint32_t host = leadership_.host_at(from);
    if (host == 0) return send(from, JoinAgain{});
    if (beat.status) {
        if (const auto fits = check(*beat.status); !fits) return refuse(from, fits.error());
        if (beat.status->host.id != host) return refuse(from, {Error::refused, "the status of another host"});
    }
    auto status = beat.status;
    if (status) status->host = as_leader_knows(status->host, guard_.key_of(speaker_));
    leadership_.heard(host, from, status, now);
    if (status) drains_.heard(*status);
    NewsCount& news = leadership_.news(host);
    if (beat.news && *beat.news != news.received) return send(from, JoinAgain{});
    send(from, Heartbeat{std::nullopt, news.sent});
}

void Broker::on_host_changed(const Peer& from, const HostChanged& news) {
    const std::uint32_t host = leadership_.host_at(from);
    if (host == 0) return;
    ++leadership_.news(host).received;
    if (host != news.host.id) return;
    if (const auto fits = check(news.host); !fits) return refuse(from, fits.error());
    const HostChanged checked{as_leader_knows(news.host, guard_.key_of(speaker_))};
    table_.put(checked.host);
    tell_everybody(checked, host);
}

void Broker::on_process_gone(const Peer& from, const ProcessGone& news) {
    const std::uint32_t host = leadership_.host_at(from);
    if (host == 0) return;
    ++leadership_.news(host).received;
    if (host != host_of(news.process)) return;
    if (const auto fits = check(news.cause); !fits) return refuse(from, fits.error());
    names_.process_gone(news.process);
    tell_everybody(news, host);
}

void Broker::on_member_left(const Peer& from, TimePoint now) {
    const std::uint32_t host = leadership_.host_at(from);
    if (host == 0) return;
    leadership_.leave(host);
    host_gone(host, "left");
    if (convention_ending_) end_host_after_members(now);
}

void Broker::host_gone(std::uint32_t host, const std::string& reason) {
    const HostEntry* const entry = table_.find(host);
    if (!entry) return;
    log::info("host " + entry->name + " is gone: " + reason);
    drain_ended(host, entry->name, reason);
    table_.remove(host);
    let_in_neighbours();
    host_loads_.forget(host);
    routes_.remove_member(host);
    forget_links(host);
    guard_.in_use(Peer(process_id(host, first_link_number)), false);
    names_.host_gone(host);
    tell_everybody(HostGone{host, reason});
}

// ---- What the leader says

Actions Broker::on_control_from_leader(const FrameHeader& header, std::span<const std::byte> frame, TimePoint now) {
    if (const auto whole = check_frame(frame); !whole) {
        log::warn("a frame of the leader was refused: " + whole.error().to_string());
        return take();
    }
    membership_.heard(now);
    const auto error = read_control(
        header, frame,  //
        on<Joined>([&](const Joined& joined) { on_joined(joined, now); }), on<Heartbeat>([&](const Heartbeat& beat) {
            if (beat.news && *beat.news != membership_.news().received) membership_.lost(now);
            if (beat.unheard) membership_.unheard(now);
        }),
        on<JoinAgain>([&](const JoinAgain&) { membership_.lost(now); }), on<HostChanged>([&](const HostChanged& news) {
            ++membership_.news().received;
            if (news.host.id == self_.id) return;
            doubtful_.erase(news.host.id);
            put_host(news.host);
            let_in_neighbours();
            tell_processes(news);
        }),
        on<HostLoads>([&](const HostLoads& news) { on_host_loads(news); }), on<HostGone>([&](const HostGone& news) {
            ++membership_.news().received;
            if (news.host != self_.id) host_gone(news.host, news.reason);
        }),
        on<ProcessGone>([&](const ProcessGone& news) {
            ++membership_.news().received;
            if (!links_.hold(news)) tell_processes(news);
        }),
        on<NameGiven>([&](const NameGiven& news) { on_name_given(news); }),
        on<NameReleased>([&](const NameReleased& news) { on_name_released(news); }),
        on<NameFound>([&](const NameFound& news) { on_name_found(news); }),
        on<EndHost>([&](const EndHost&) { begin_ending(now); }), on<Drain>([&](const Drain&) { begin_draining(); }),
        on<Refused>([&](const Refused& refused) {
            actions_.push_back(Stop{1, "the leader refuses this host: " + refused.context});
        }));
    if (error) log::warn("a control message of the leader was refused: " + error->to_string());
    return take();
}

void Broker::on_joined(const Joined& joined, TimePoint now) {
    if (!membership_.answers(joined.series)) return;
    membership_.joined(now);
    log::info("member of the convention with " + std::to_string(joined.hosts.size()) + " hosts");
    for (const auto& host : table_.hosts())
        if (host.id != self_.id) doubtful_.try_emplace(host.id, now + times_.down_after);
    bool told_of_self = true;
    for (const auto& host : joined.hosts) {
        doubtful_.erase(host.id);
        if (host.id != self_.id)
            put_host(host);
        else
            told_of_self = offers_the_same(host, self_);
    }
    if (!told_of_self) {  // it has changed since it asked
        ++membership_.news().sent;
        send_to_leader(HostChanged{self_}, true);
    }
    let_in_neighbours();
    tell_own_processes();
    for (const auto& [process, known] : processes_.known()) send(Peer(process), registered());
    become_ready();
    settle_shut_down(now);
}

}  // namespace zanni::broker
