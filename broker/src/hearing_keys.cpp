/// What the broker hears of keys: who connects with which, and whether it may say what it says.
#include <utility>

#include "broker_says.hpp"
#include "log.hpp"

namespace zanni::broker {

using namespace transport;

namespace {

/// So many strangers' addresses are logged; beyond them they are only counted.
constexpr std::size_t strangers_logged_max = 1'000;

}  // namespace

std::expected<KeyId, Error> Broker::on_handshake(const PublicKey& key, const std::string& address, TimePoint now) {
    const auto who = guard_.handshake(key, now);
    if (who) return who;
    ++traffic_.connections_refused;
    if (strangers_.size() < strangers_logged_max && strangers_.insert(to_text(key)).second)
        log::warn("a connection from " + address + " was refused: " + who.error().context +
                  "; more of this key is only counted");
    return who;
}

void Broker::on_failed_handshake() {
    ++traffic_.connections_refused;
    if (std::exchange(told_of_failed_handshakes_, true)) return;
    log::warn("a connection was refused: it brought no key, or was none of ZeroMQ's; more of these are only counted");
}

std::expected<void, Error> Broker::admit(const Peer& from, KeyId who) {
    auto admitted = guard_.admit(from, who);
    if (!admitted) count_refusal(who, admitted.error());
    return admitted;
}

std::expected<void, Error> Broker::may_send(KeyId who, const FrameHeader& header, std::span<const std::byte> frame) {
    auto may = guard_.may_send(who, header, frame);
    if (!may) count_refusal(who, may.error());
    return may;
}

void Broker::count_refusal(KeyId who, const Error& why) {
    ++traffic_.frames_refused;
    if (!told_of_key_.insert(who).second) return;
    log::warn("a frame of " + guard_.show(who) + " was refused: " + why.context + "; more of this key is only counted");
}

Actions Broker::on_keys(const KeyRing& ring) {
    for (const KeyId who : guard_.put(ring)) {
        log::warn("the key of " + guard_.show(who) + " was revoked: what connects with it is cut off");
        cut_off(who);
    }
    return take();
}

void Broker::cut_off(KeyId who) {
    std::vector<std::uint64_t> processes;
    for (const auto& [process, known] : processes_.known())
        if (guard_.owner_of(Peer(process)) == who) processes.push_back(process);
    std::vector<std::pair<std::uint32_t, Peer>> hosts;
    for (const auto& [host, member] : leadership_.members())
        if (guard_.owner_of(member.peer) == who) hosts.emplace_back(host, member.peer);
    const Error why{Error::refused, "your key has been revoked"};
    for (const std::uint64_t process : processes) {
        refuse(Peer(process), why);
        process_gone(process, {ExitCause::gone, 0, "its key was revoked"});
    }
    for (const auto& [host, peer] : hosts) {
        refuse(peer, why);
        leadership_.leave(host);
        host_gone(host, "its key was revoked");
    }
}

void Broker::on_enrol(const Peer& from, const Enrol& wish, TimePoint now) {
    const auto enrolled = guard_.enrol(speaker_, wish, now);
    if (!enrolled) {
        count_refusal(speaker_, enrolled.error());
        return refuse(from, enrolled.error());
    }
    log::info("key " + enrolled->key.name + " enrolled by a token, role " + to_string(enrolled->key.role));
    actions_.push_back(KeepKey{*enrolled});
    send(from, Enrolled{to_string(enrolled->key.role), enrolled->key.name});
}

}  // namespace zanni::broker
