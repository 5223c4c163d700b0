#include <catch2/catch.hpp>

#include <memory>
#include <string>
#include <vector>

#include "lane_links.hpp"
#include "security/handshake_watch.hpp"
#include "sockets.hpp"

namespace zanni::transport {

using namespace zanni::test;

namespace {

constexpr std::uint64_t host_number = process_id(0xa1000001, 1);
constexpr std::uint64_t guest_number = process_id(0xa1000001, 2);
constexpr std::uint64_t stranger_number = process_id(0xa1000001, 3);
const std::vector<std::string> loopback{"ipc:///nowhere", "tcp://a.name:1", "tcp://127.0.0.1:1900"};

struct End {
    explicit End(std::uint64_t process) : number(process), links(context, process) {}

    std::uint64_t number;
    Context context;
    LaneLinks links;

    bool send(std::uint64_t to, const std::string& text) {
        Frame frame = frame_of(text);
        return links.send(to, frame) == Sent::sent;
    }
    /// Lets in who may come in until `happened` is true, which may name what else to wait for; false when the deadline
    /// comes first.
    template <typename Happened>
    bool until(const Happened& happened) {
        const SystemClock clock;
        const auto end = clock.now() + deadline;
        while (clock.now() < end) {
            links.answer();
            std::vector<PollItem> items;
            if (happened(items)) return true;
            links.add_to(items);
            poll(items, std::chrono::milliseconds(10));
        }
        return false;
    }
    /// "process: text" of what comes next; both ends let in who may come in meanwhile.
    std::string receive(End& other) {
        std::string received = "nothing";
        until([&](std::vector<PollItem>& items) {
            other.links.answer();
            std::uint64_t from = 0;
            Frame frame;
            if (links.receive(from, frame)) {
                received = std::to_string(from % 1'000) + ": " + text_of(frame);
                return true;
            }
            other.links.add_to(items);
            return false;
        });
        return received;
    }
};

/// A DEALER that isn't of that guest, but knows where the lane is and what it likes of the offer.
class Stranger {
public:
    Stranger(std::uint64_t process, const LaneOffer& offer, const std::string& token, bool own_key = true) {
        LaneId id{};
        const auto bytes = parse_public_key(token + token).value().bytes;
        std::ranges::copy(routing_id(process), id.begin());
        std::copy_n(bytes.begin(), 16, id.begin() + 8);
        std::optional<ClientKeys> keys;
        if (!offer.key.empty() && own_key) keys = ClientKeys{parse_public_key(offer.key).value(), make_key_pair()};
        dealer_ = std::make_unique<Dealer>(context_, id, keys);
        watch_ = std::make_unique<HandshakeWatch>(context_, *dealer_);
        dealer_->connect(offer.endpoint);
        Frame frame = frame_of("let me in");
        dealer_->send(frame);
    }

    /// Its handshake has failed: what it sends is never heard.
    bool is_turned_away(End& host) {
        return host.until([&](std::vector<PollItem>& items) {
            if (watch_->next()) return true;
            items.push_back({watch_.get()});
            return false;
        });
    }

private:
    Context context_;
    std::unique_ptr<Dealer> dealer_;
    std::unique_ptr<HandshakeWatch> watch_;
};

struct Pair {
    End host{host_number};
    End guest{guest_number};
    LaneOffer offer;

    explicit Pair(bool ipc) {
        LaneRequest request = guest.links.introduce();
        if (!ipc) request.machine.clear();
        offer = host.links.listen(guest.number, request, loopback).value();
    }
    void join() {
        REQUIRE(guest.links.connect(host.number, offer));
        REQUIRE(guest.send(host.number, "hello"));
        CHECK(host.receive(guest) == std::to_string(guest.number % 1'000) + ": hello");
        REQUIRE(host.send(guest.number, "welcome"));
        CHECK(guest.receive(host) == std::to_string(host.number % 1'000) + ": welcome");
    }
};

}  // namespace

TEST_CASE("two processes of a machine have a lane by ipc, others by tcp with keys", "[lanes]") {
    const bool ipc = GENERATE(true, false);
    Pair pair(ipc);
    CHECK(pair.offer.endpoint.starts_with(ipc ? "ipc://@" : "tcp://127.0.0.1:"));
    CHECK(pair.offer.key.empty() == ipc);
    pair.join();
    CHECK(pair.host.links.is_ipc(pair.guest.number) == ipc);
    CHECK(pair.guest.links.is_ipc(pair.host.number) == ipc);
    CHECK(pair.host.links.refused() == 0);
}

TEST_CASE("nobody gets a lane who hasn't the token that was offered to it", "[lanes]") {
    Pair pair(true);
    const Stranger guesses(pair.guest.number, pair.offer, std::string(32, '0'));
    const Stranger borrows(stranger_number, pair.offer, pair.offer.token);
    const bool both_refused = pair.host.until([&](std::vector<PollItem>&) {
        std::uint64_t from = 0;
        Frame frame;
        CHECK_FALSE(pair.host.links.receive(from, frame));
        return pair.host.links.refused() == 2;
    });
    CHECK(both_refused);

    pair.join();
    CHECK(pair.host.links.refused() == 2);
}

TEST_CASE("by tcp nobody comes in with another key or without one", "[lanes]") {
    Pair pair(false);
    Stranger other_key(stranger_number, pair.offer, pair.offer.token);
    Stranger right_id(pair.guest.number, pair.offer, pair.offer.token);
    Stranger no_key(stranger_number, pair.offer, pair.offer.token, false);
    CHECK(other_key.is_turned_away(pair.host));
    CHECK(right_id.is_turned_away(pair.host));
    CHECK(no_key.is_turned_away(pair.host));
    pair.join();

    CHECK(pair.host.links.refused() == 0);  // not even heard
}

TEST_CASE("a lane that is dropped takes and gives nothing, and no door stays open", "[lanes]") {
    const bool ipc = GENERATE(true, false);
    Pair pair(ipc);
    pair.join();
    pair.host.links.drop(pair.guest.number);

    CHECK_FALSE(pair.host.send(pair.guest.number, "gone"));
    std::vector<PollItem> items;
    pair.host.links.add_to(items);
    CHECK(items.size() == (ipc ? 0 : 1));  // nobody comes in, but the one who would say so stays

    pair.guest.links.drop(pair.host.number);
    CHECK(pair.guest.links.empty());
    LaneRequest request = pair.guest.links.introduce();
    if (!ipc) request.machine.clear();
    pair.offer = pair.host.links.listen(pair.guest.number, request, loopback).value();
    pair.join();
}

TEST_CASE("who may be reached nowhere offers nothing", "[lanes]") {
    End host(host_number);
    End guest(guest_number);
    LaneRequest request = guest.links.introduce();
    request.machine = "another one";
    CHECK(host.links.listen(guest_number, request, {}).error().context == "its host is reachable at no address");
    CHECK_FALSE(host.links.listen(guest_number, request, {"tcp://192.0.2.1:1"}));
    request.key = "none";
    CHECK_FALSE(host.links.listen(guest_number, request, loopback));
    CHECK_FALSE(host.send(guest_number, "nobody is there"));
}

TEST_CASE("an offer that is none of a lane is declined", "[lanes]") {
    End guest(guest_number);
    const std::string token(32, 'a');
    const std::string key(64, 'b');
    CHECK_FALSE(guest.links.connect(host_number, {1, "tcp://127.0.0.1:1", key, "short"}));
    CHECK_FALSE(guest.links.connect(host_number, {1, "tcp://127.0.0.1:1", {}, token}));
    CHECK_FALSE(guest.links.connect(host_number, {1, "tcp://localhost:1", key, token}));
    CHECK_FALSE(guest.links.connect(host_number, {1, "ipc:///etc/passwd", key, token}));
    CHECK_FALSE(guest.links.connect(host_number, {1, "pgm://127.0.0.1:1", key, token}));
    CHECK(guest.links.empty());
}

}  // namespace zanni::transport
