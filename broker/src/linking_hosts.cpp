/// A worker's direct links to other workers: what the broker says and hears there.
#include <map>

#include "broker_says.hpp"
#include "limits.hpp"
#include "log.hpp"

namespace zanni::broker {

using namespace transport;

namespace {

std::optional<PublicKey> key_of(const HostEntry& host) {
    const auto key = parse_public_key(host.key);
    return key ? std::optional(*key) : std::nullopt;
}

}  // namespace

std::uint64_t Broker::new_link() {
    const bool last = next_link_ == process_id(self_.id, ~std::uint32_t{0});
    next_link_ = last ? process_id(self_.id, first_link_number) : next_link_ + 1;
    reserve_link();
    return next_link_;
}

void Broker::keep_links(TimePoint now) {
    for (const auto& step : links_.due(now, table_)) switch (step.what) {
            case HostLinks::Step::What::connect: {
                const auto key = key_of(*table_.find(step.host));
                if (key.has_value() != leader_has_keys_) break;  // one of the two could not prove who it is
                const std::uint64_t link = step.number ? step.number : new_link();
                actions_.push_back(ConnectToHost{step.host, step.endpoint, link, key});
                links_.connecting(step.host, link, now);
                break;
            }
            case HostLinks::Step::What::beat:
                beat(outgoing_link(step.host));
                break;
            case HostLinks::Step::What::disconnect:
                disconnect(step.host);
                break;
            case HostLinks::Step::What::look:
                look_at_way(step.host);
                break;
        }
}

void Broker::beat(const Peer& connection) {
    const LinkBeat beat{ends_told_, links_.is_good(connection) || !is_outgoing_link(connection)};
    const std::uint64_t there = process_id(host_at(connection), broker_number);
    actions_.push_back(SendTo{connection, control_frame(own_process_, there, beat)});
}

void Broker::disconnect(std::uint32_t host) {
    actions_.push_back(DisconnectFromHost{host});
    look_at_way(host);
}

/// The way to that host may have changed, and with it what is still under way from there.
void Broker::look_at_way(std::uint32_t host) {
    const auto way = links_.way(host);
    if (routes_.has_way(host) != way.has_value())
        log::info("host " + name_of(host) + (way ? " has a direct link" : " has no direct link any more"));
    way ? routes_.put_way(host, *way) : routes_.remove_way(host);
    const auto caller = links_.caller(host);
    caller ? routes_.put_neighbour(host, *caller) : routes_.remove_neighbour(host);
    for (const auto& news : links_.take_due(host)) tell_processes(news);
}

std::string Broker::name_of(std::uint32_t host) const {
    const HostEntry* const entry = table_.find(host);
    return entry ? entry->name : std::to_string(host);
}

Actions Broker::link_lost(const Peer& peer, TimePoint now) {
    const std::uint32_t host = host_at(peer);
    links_.lost(host, peer, now);
    is_outgoing_link(peer) ? disconnect(host) : look_at_way(host);
    return take();
}

void Broker::put_host(const HostEntry& host) {
    const HostEntry* const known = table_.find(host.id);
    if (known && known->endpoints != host.endpoints) links_.moved(host.id);
    table_.put(host);
}

/// Into a convention with keys: each with the key that the leader says is its own, and for its own host only.
void Broker::let_in_neighbours() {
    if (!leader_has_keys_) return;
    KeyRing ring{{}, {}, "your host is no member of the convention"};
    std::map<std::uint32_t, PublicKey> keys;
    for (const HostEntry& host : table_.hosts())
        if (const auto key = key_of(host)) {
            ring.keys.push_back({*key, Role::host, host.name, false});
            keys[host.id] = *key;
        }
    guard_.put(ring);
    for (const auto& [host, key] : keys) guard_.belongs(host, key);
}

void Broker::forget_links(std::uint32_t host) {
    const bool was_connected = links_.is_connected(host);
    const auto held = links_.take_all(host);
    links_.forget(host);
    for (const auto& news : held) tell_processes(news);
    if (was_connected) actions_.push_back(DisconnectFromHost{host});
    look_at_way(host);
}

/// To everybody, and behind what it said on each direct link.
void Broker::tell_end(std::uint64_t process, const ExitCause& cause) {
    tell_everybody(ProcessGone{process, cause, ++ends_told_}, self_.id);
    for (const Peer& connection : links_.connections()) beat(connection);
}

// ---- What is heard there

/// Only a host of the convention is a neighbour, and only if it means this one: an endpoint may have another owner by
/// now.
void Broker::on_link_beat(const Peer& from, const FrameHeader& header, const LinkBeat& news, TimePoint now) {
    const std::uint32_t host = host_of(header.source);
    const HostEntry* const entry = table_.find(host);
    const bool is_worker = entry && !entry->leader && host != self_.id && !self_.leader;
    const bool is_its_own = is_link(from.process()) && host_of(from.process()) == host;
    if (!is_worker || !is_its_own || header.destination != own_process_) return;
    links_.called(host, from, news, now);
    look_at_way(host);
    beat(from);
}

Actions Broker::on_control_from_host(std::uint32_t host, const FrameHeader& header, std::span<const std::byte> frame,
                                     TimePoint now) {
    if (host_of(header.source) != host || !check_frame(frame)) {
        log::warn("where host " + name_of(host) + " is said to be, somebody else answers");
        return link_lost(outgoing_link(host), now);
    }
    static_cast<void>(read_control(header, frame, on<LinkBeat>([&](const LinkBeat& news) {
                                       const bool is_new = links_.answered(host, news, now);
                                       if (is_new) beat(outgoing_link(host));  // so that it sends by it too
                                       look_at_way(host);
                                   })));
    return take();
}

}  // namespace zanni::broker
