#include "lane_links.hpp"

#include <arpa/inet.h>
#include <unistd.h>

#include <algorithm>
#include <charconv>
#include <filesystem>
#include <stdexcept>
#include <system_error>

#include "bus_endpoint.hpp"
#include "log.hpp"
#include "machine_id.hpp"

namespace zanni::transport {

namespace {

constexpr std::size_t token_bytes = sizeof(LaneId) - sizeof(RoutingId);
constexpr int refused_at_once_max = 64;
constexpr std::string_view private_ipc = "ipc://@zanni-";

std::unexpected<Error> no(const std::string& why) { return std::unexpected(Error{Error::refused, why}); }

/// 128 bits that nobody can guess, as half a public key.
std::string make_token() { return to_text(make_key_pair().open).substr(0, 2 * token_bytes); }

/// The id by which that process connects; nothing when that is no token.
std::optional<LaneId> lane_id(std::uint64_t process, std::string_view token) {
    if (token.size() != 2 * token_bytes) return std::nullopt;
    const auto key = parse_public_key(std::string(token) + std::string(token));
    if (!key) return std::nullopt;
    LaneId id{};
    std::ranges::copy(routing_id(process), id.begin());
    std::copy_n(key->bytes.begin(), token_bytes, id.begin() + sizeof(RoutingId));
    return id;
}

/// The same for all processes that can connect to each other's sockets of that kind.
std::string place_of_ipc() {
    const std::string machine = machine_id();
    std::error_code error;
    const auto network = std::filesystem::read_symlink("/proc/self/ns/net", error);
    if (machine.empty() || error) return {};
    return machine + " " + network.string() + " " + std::to_string(::geteuid());
}

/// Another one would be looked up, for seconds maybe, by the thread that runs actors.
bool is_address(const std::string& host) {
    in_addr address{};
    return ::inet_pton(AF_INET, host.c_str(), &address) == 1 && address.s_addr != INADDR_ANY;
}

}  // namespace

const KeyPair& LaneLinks::keys() {
    if (!keys_) keys_ = make_key_pair();
    return *keys_;
}

LaneRequest LaneLinks::introduce() { return {0, place_of_ipc(), to_text(keys().open)}; }

// ---- Lanes that others ask for

std::expected<LaneOffer, Error> LaneLinks::listen(std::uint64_t peer, const LaneRequest& request,
                                                  const std::vector<std::string>& endpoints) {
    Lane lane;
    LaneOffer offer;
    offer.token = make_token();
    lane.id = lane_id(peer, offer.token).value();
    lane.ipc = !request.machine.empty() && request.machine == place_of_ipc();
    try {
        if (lane.ipc) {
            offer.endpoint = listen_by_ipc();
        } else {
            const auto key = parse_public_key(request.key);
            if (!key) return no("it has named no key");
            const auto endpoint = listen_by_tcp(endpoints);
            if (!endpoint) return std::unexpected(endpoint.error());
            lane.key = *key;
            offer.endpoint = *endpoint;
            offer.key = to_text(keys().open);
        }
    } catch (const std::runtime_error& error) {
        return no(error.what());
    }
    lanes_.insert_or_assign(peer, std::move(lane));
    return offer;
}

std::string LaneLinks::listen_by_ipc() {
    if (by_ipc_) return ipc_endpoint_;
    auto router = std::make_unique<LaneRouter>(context_);
    router->admit_this_user_only();
    ipc_endpoint_ = std::string(private_ipc) + make_token();
    router->bind(ipc_endpoint_);
    by_ipc_ = std::move(router);
    return ipc_endpoint_;
}

/// At the first of these addresses that is one of this machine's.
std::expected<std::string, Error> LaneLinks::listen_by_tcp(const std::vector<std::string>& endpoints) {
    if (by_tcp_) return tcp_endpoint_;
    if (!zap_) zap_ = std::make_unique<ZapHandler>(context_);
    auto router = std::make_unique<LaneRouter>(context_);
    router->use_key(keys().secret);
    std::string why = "its host is reachable at no address";
    for (const std::string& text : endpoints) {
        const auto endpoint = parse_bus_endpoint(text);
        if (!endpoint || endpoint->scheme != BusEndpoint::Scheme::tcp || !is_address(endpoint->host)) continue;
        try {
            tcp_endpoint_ = router->bind("tcp://" + endpoint->host + ":*");
        } catch (const std::runtime_error& error) {
            why = error.what();
            continue;
        }
        by_tcp_ = std::move(router);
        return tcp_endpoint_;
    }
    return no(why);
}

void LaneLinks::answer() {
    if (!zap_) return;
    zap_->answer([&](const ZapRequest& request) -> std::expected<std::string, ZapHandler::No> {
        if (!request.key) return "-";  // by ipc, where the system has looked at the user, or this process's broker
        for (const auto& [peer, lane] : lanes_)
            if (lane.key == request.key) return "-";
        return std::unexpected(ZapHandler::No::for_good);
    });
}

// ---- Lanes that this process asks for

std::expected<void, Error> LaneLinks::connect(std::uint64_t peer, const LaneOffer& offer) {
    Lane lane;
    const auto id = lane_id(own_process_, offer.token);
    if (!id) return no("an offer without a token");
    lane.id = *id;
    lane.ipc = offer.endpoint.starts_with(private_ipc);
    std::optional<ClientKeys> keys;
    if (!lane.ipc) {
        const auto endpoint = parse_bus_endpoint(offer.endpoint);
        if (!endpoint || endpoint->scheme != BusEndpoint::Scheme::tcp || !is_address(endpoint->host))
            return no("an offer without an address");
        const auto key = parse_public_key(offer.key);
        if (!key) return no("an offer without a key");
        keys = ClientKeys{*key, this->keys()};
    }
    try {
        lane.dealer = std::make_unique<Dealer>(context_, lane.id, keys);
        lane.dealer->connect(offer.endpoint);
    } catch (const std::runtime_error& error) {
        return no(error.what());
    }
    lanes_.insert_or_assign(peer, std::move(lane));
    return {};
}

// ---- Both

/// Whoever has no lane left has no door open either.
void LaneLinks::drop(std::uint64_t peer) {
    lanes_.erase(peer);
    const auto is_guest = [](bool ipc) {
        return [ipc](const auto& entry) { return !entry.second.dealer && entry.second.ipc == ipc; };
    };
    if (std::ranges::none_of(lanes_, is_guest(true))) by_ipc_.reset();
    if (std::ranges::none_of(lanes_, is_guest(false))) by_tcp_.reset();
}

bool LaneLinks::is_ipc(std::uint64_t peer) const {
    const auto lane = lanes_.find(peer);
    return lane != lanes_.end() && lane->second.ipc;
}

void LaneLinks::use() {
    if (by_ipc_) by_ipc_->use();
    if (by_tcp_) by_tcp_->use();
    if (zap_) zap_->use();
    for (auto& [peer, lane] : lanes_)
        if (lane.dealer) lane.dealer->use();
}

void LaneLinks::done() {
    if (by_ipc_) by_ipc_->done();
    if (by_tcp_) by_tcp_->done();
    if (zap_) zap_->done();
    for (auto& [peer, lane] : lanes_)
        if (lane.dealer) lane.dealer->done();
}

void LaneLinks::add_to(std::vector<PollItem>& items) {
    if (by_ipc_) items.push_back({by_ipc_.get()});
    if (by_tcp_) items.push_back({by_tcp_.get()});
    if (zap_) items.push_back({zap_.get()});
    for (auto& [peer, lane] : lanes_)
        if (lane.dealer) items.push_back({lane.dealer.get()});
}

Sent LaneLinks::send(std::uint64_t peer, Frame& frame) {
    const auto found = lanes_.find(peer);
    if (found == lanes_.end()) return Sent::unknown;
    const Lane& lane = found->second;
    if (lane.dealer) return lane.dealer->send(frame);
    return (lane.ipc ? *by_ipc_ : *by_tcp_).send(lane.id, frame);
}

bool LaneLinks::receive(std::uint64_t& peer, Frame& frame) {
    return receive_from_guests(by_ipc_.get(), true, peer, frame) ||
           receive_from_guests(by_tcp_.get(), false, peer, frame) || receive_from_hosts(peer, frame);
}

bool LaneLinks::receive_from_guests(LaneRouter* router, bool ipc, std::uint64_t& peer, Frame& frame) {
    LaneId id{};
    for (int i = 0; i < refused_at_once_max && router && router->receive(id, frame); ++i) {
        RoutingId process{};
        std::copy_n(id.begin(), process.size(), process.begin());
        peer = process_of(process);
        const auto found = lanes_.find(peer);
        const bool is_guest = found != lanes_.end() && !found->second.dealer && found->second.ipc == ipc;
        if (is_guest && found->second.id == id) return true;
        ++refused_;
        log::debug("a frame was refused: whoever sent it has no lane");
    }
    return false;
}

/// In turns.
bool LaneLinks::receive_from_hosts(std::uint64_t& peer, Frame& frame) {
    auto lane = lanes_.upper_bound(last_served_);
    for (std::size_t i = 0; i < lanes_.size(); ++i, ++lane) {
        if (lane == lanes_.end()) lane = lanes_.begin();
        if (!lane->second.dealer || !lane->second.dealer->receive(frame)) continue;
        peer = last_served_ = lane->first;
        return true;
    }
    return false;
}

}  // namespace zanni::transport
