#include "doors.hpp"

#include <charconv>
#include <expected>
#include <string_view>
#include <utility>

#include "control.hpp"
#include "control_frame.hpp"
#include "log.hpp"

namespace zanni::broker {

using namespace transport;

namespace {

/// In an id that libzmq chose, its first byte, 0, says which ROUTER did: both might choose the same.
constexpr std::byte remote_mark{1};
constexpr auto invite_pause = std::chrono::seconds(1);

bool is_chosen(const Peer& peer) { return peer.size == Peer::chosen_bytes; }

KeyId key_id_of(std::string_view user) {
    KeyId id = ~KeyId{0};  // nobody
    std::from_chars(user.data(), user.data() + user.size(), id);
    return id;
}

}  // namespace

Doors::Doors(Context& context, const std::optional<SecretKey>& server, Connections::Limits limits)
    : has_keys_(server.has_value()),
      zap_(context),
      local_(context),
      remote_(context),
      remote_watch_(context, remote_),
      connections_(limits) {
    if (server) remote_.use_key(*server);
}

std::string Doors::bind(const std::string& endpoint) {
    return endpoint.starts_with("ipc://") ? local_.bind(endpoint) : remote_.bind(endpoint);
}

void Doors::invite(const std::string& endpoint) {
    remote_.invite(endpoint);
    invited_[endpoint] = {};
}

void Doors::invite_again(TimePoint now) {
    look_at_connections();
    for (auto& [endpoint, invited] : invited_) {
        if (std::exchange(invited.given_up, false)) invited.again_at = now + invite_pause;
        if (!invited.again_at || now < *invited.again_at) continue;
        invited.again_at.reset();
        if (!std::exchange(invited.told, true))
            log::warn("at " + endpoint + " somebody else than an invited host answers; trying again each second");
        remote_.invite_again(endpoint);
    }
}

void Doors::add_to(std::vector<PollItem>& items) {
    items.push_back({&local_});
    items.push_back({&remote_});
    items.push_back({&zap_});
    items.push_back({&remote_watch_});
}

void Doors::answer(const std::function<std::optional<KeyId>(const PublicKey&, const std::string&)>& decide,
                   TimePoint now) {
    using enum ZapHandler::No;
    if (zap_.is_quiet()) return;
    zap_.answer([&](const ZapRequest& request) -> std::expected<std::string, ZapHandler::No> {
        look_at_connections();  // after the question: so the one that asks is among them
        if (const auto may = connections_.may_come_in(request.address); !may) {
            if (connections_.worth_a_line(request.address, now))
                log::warn("a connection from " + request.address + " was refused: " + may.error().context +
                          "; more of this address are only counted for a while");
            return std::unexpected(for_now);
        }
        if (!request.key) return "-";  // by ipc, or to a host without keys: the door itself says who it is
        if (const auto who = decide(*request.key, request.address)) return std::to_string(*who);
        return std::unexpected(for_good);
    });
}

void Doors::look_at_connections() {
    using enum ConnectionEvent::Kind;
    while (const auto event = remote_watch_.next()) {
        if (event->kind == failed) ++failed_;
        if (event->kind == opened && !event->address.empty()) connections_.opened(event->fd, event->address);
        if (event->kind == closed) connections_.closed(event->fd);
        const auto invited = invited_.find(event->endpoint);
        if (invited == invited_.end()) continue;
        if (event->kind == closed) invited->second.given_up = true;
        if (event->kind == retried) invited->second = {false, {}, invited->second.told};
    }
}

bool Doors::failed_handshake() {
    if (!remote_watch_.is_quiet()) look_at_connections();
    if (failed_ == 0) return false;
    --failed_;
    return true;
}

bool Doors::receive(Arrival& arrival) {
    local_first_ = !local_first_;
    if (local_first_) return receive_local(arrival) || receive_remote(arrival);
    return receive_remote(arrival) || receive_local(arrival);
}

bool Doors::receive_local(Arrival& arrival) {
    arrival.who = local_key;
    return !local_.is_quiet() && local_.receive(arrival.from, arrival.frame);
}

bool Doors::receive_remote(Arrival& arrival) {
    if (remote_.is_quiet() || !remote_.receive(arrival.from, arrival.frame)) return false;
    arrival.who = has_keys_ ? key_id_of(std::as_const(arrival.frame).user()) : anonymous_key;
    if (is_chosen(arrival.from)) arrival.from.bytes[0] = remote_mark;
    return true;
}

Sent Doors::send(const Peer& peer, Frame& frame, std::optional<KeyId> owner) {
    if (is_chosen(peer)) return peer.bytes[0] == remote_mark ? send_remote(peer, frame) : local_.send(peer, frame);
    if (owner) return *owner == local_key ? local_.send(peer, frame) : send_remote(peer, frame);
    const Sent sent = local_.send(peer, frame);
    return sent == Sent::unknown ? send_remote(peer, frame) : sent;
}

Sent Doors::send_remote(Peer peer, Frame& frame) {
    if (is_chosen(peer)) peer.bytes[0] = std::byte{0};
    return remote_.send(peer, frame);
}

void Doors::turn_away(const Arrival& arrival, const Error& why) {
    Frame no(control_frame(0, arrival.from.process(), Refused{why.code, why.context}));
    (arrival.who == local_key ? local_ : remote_).answer(no);
}

}  // namespace zanni::broker
