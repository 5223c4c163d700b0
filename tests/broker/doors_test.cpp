#include <catch2/catch.hpp>

#include <arpa/inet.h>
#include <sys/socket.h>
#include <unistd.h>

#include <csignal>
#include <list>
#include <set>
#include <string>
#include <utility>

#include "../transport/sockets.hpp"
#include "doors.hpp"
#include "limits.hpp"
#include "open_files.hpp"

/// A broker's doors with real connections, at the limits of how many there may be.
namespace zanni::broker {

using namespace zanni::test;
using namespace transport;

namespace {

/// One connection by tcp that says in ZMTP 3.0 that it is a DEALER, and one frame once it is let in.
class RawDealer {
public:
    RawDealer(const std::string& endpoint, const char* from = "127.0.0.1", bool is_silent = false)
        : fd_(::socket(AF_INET, SOCK_STREAM, 0)) {
        REQUIRE(fd_ >= 0);
        const sockaddr_in source = address(from, 0);
        const auto port = static_cast<std::uint16_t>(std::stoi(endpoint.substr(endpoint.rfind(':') + 1)));
        const sockaddr_in destination = address("127.0.0.1", port);
        REQUIRE(::bind(fd_, reinterpret_cast<const sockaddr*>(&source), sizeof source) == 0);
        REQUIRE(::connect(fd_, reinterpret_cast<const sockaddr*>(&destination), sizeof destination) == 0);
        if (is_silent) return;
        using namespace std::string_literals;
        const std::string greeting = "\xff\0\0\0\0\0\0\0\0\x7f\3\0NULL"s + std::string(48, '\0');
        const std::string ready = "\4\x1c\5READY\x0bSocket-Type\0\0\0\6DEALER"s;
        say(greeting + ready);
    }
    ~RawDealer() { ::close(fd_); }
    RawDealer(const RawDealer&) = delete;
    RawDealer& operator=(const RawDealer&) = delete;

    void go_on() {
        if (is_in_) return;
        char bytes[256];
        const ssize_t size = ::recv(fd_, bytes, sizeof bytes, MSG_DONTWAIT);
        if (size > 0) heard_.append(bytes, static_cast<std::size_t>(size));
        is_in_ = heard_.find("READY") != std::string::npos;
        if (is_in_) say({"\0\2hi", 4});
    }

private:
    void say(const std::string& bytes) {
        REQUIRE(::send(fd_, bytes.data(), bytes.size(), MSG_NOSIGNAL) == static_cast<ssize_t>(bytes.size()));
    }
    static sockaddr_in address(const char* ip, std::uint16_t port) {
        sockaddr_in address{};
        address.sin_family = AF_INET;
        address.sin_port = htons(port);
        ::inet_pton(AF_INET, ip, &address.sin_addr);
        return address;
    }

    int fd_;
    std::string heard_;
    bool is_in_ = false;
};

/// Doors, and whoever comes by them.
class Watched {
public:
    explicit Watched(Connections::Limits limits, const std::optional<SecretKey>& server = {})
        : doors_(context_, server, limits), endpoint(doors_.bind("tcp://127.0.0.1:*")) {}

    /// False when that is not so in time.
    template <class Condition>
    bool until(Condition is_so) {
        const SystemClock clock;
        for (const auto end = clock.now() + deadline; !is_so();) {
            if (clock.now() >= end) return false;
            std::vector<PollItem> items;
            doors_.add_to(items);
            poll(items, std::chrono::milliseconds(100));
            doors_.answer([](const PublicKey&, const std::string&) { return KeyId{2}; }, clock.now());
            while (doors_.failed_handshake()) ++refused;
            for (Doors::Arrival arrival; doors_.receive(arrival);) arrived.insert(arrival.from);
            for (RawDealer& dealer : raw) dealer.go_on();
        }
        return true;
    }

    std::size_t connections() const { return doors_.connections(); }

private:
    Context context_;
    Doors doors_;

public:
    const std::string endpoint;
    std::list<RawDealer> raw;
    std::set<Peer> arrived;
    std::size_t refused = 0;
};

}  // namespace

TEST_CASE("the last connection that one address may have works, the next is refused, others are unaffected",
          "[limits][security]") {
    allow_most_open_files();
    REQUIRE(most_open_files() > 3 * connections_per_address_max);
    Watched doors({.max = 2 * connections_per_address_max});
    for (std::size_t i = 0; i < connections_per_address_max; ++i) doors.raw.emplace_back(doors.endpoint);
    REQUIRE(doors.until([&] { return doors.arrived.size() == connections_per_address_max; }));
    CHECK(doors.refused == 0);

    doors.raw.emplace_front(doors.endpoint);
    CHECK(doors.until([&] { return doors.refused == 1; }));
    doors.raw.emplace_front(doors.endpoint, "127.0.0.2");
    CHECK(doors.until([&] { return doors.arrived.size() == connections_per_address_max + 1; }));
    CHECK(doors.refused == 1);

    doors.raw.pop_back();
    doors.raw.erase(std::next(doors.raw.begin()));  // the refused one counts until it is gone
    REQUIRE(doors.until([&] { return doors.connections() == connections_per_address_max; }));
    doors.raw.emplace_front(doors.endpoint);
    CHECK(doors.until([&] { return doors.arrived.size() == connections_per_address_max + 2; }));
    CHECK(doors.refused == 1);
}

TEST_CASE("with keys too, whoever has too many connections comes in by itself once there is room",
          "[limits][security]") {
    const KeyPair server = make_key_pair();
    Watched doors({.per_address_max = 2, .max = 100}, server.secret);
    Context context;
    const auto say_hi = [&](std::optional<Dealer>& dealer) {
        dealer.emplace(context, std::nullopt, ClientKeys{server.open, make_key_pair()});
        dealer->connect(doors.endpoint);
        Frame frame = frame_of("hi");
        REQUIRE(dealer->send(frame) == Sent::sent);
    };
    std::optional<Dealer> first;
    std::optional<Dealer> second;
    std::optional<Dealer> third;
    say_hi(first);
    say_hi(second);
    REQUIRE(doors.until([&] { return doors.arrived.size() == 2; }));

    say_hi(third);
    REQUIRE(doors.until([&] { return doors.refused >= 1; }));
    CHECK(doors.arrived.size() == 2);
    first.reset();

    CHECK(doors.until([&] { return doors.arrived.size() == 3; }));
}

TEST_CASE("no address comes in beyond the connections that open files allow", "[limits][security]") {
    Watched doors({.per_address_max = 100, .max = 2});
    doors.raw.emplace_back(doors.endpoint);
    doors.raw.emplace_back(doors.endpoint, "127.0.0.2");
    REQUIRE(doors.until([&] { return doors.arrived.size() == 2; }));
    CHECK(doors.refused == 0);

    doors.raw.emplace_back(doors.endpoint, "127.0.0.3");

    CHECK(doors.until([&] { return doors.refused == 1; }));
    CHECK(doors.arrived.size() == 2);
}

TEST_CASE("whoever connects and says nothing is gone when the handshake time is over, others stay",
          "[limits][security]") {
    Watched doors({});
    const SystemClock clock;
    const TimePoint start = clock.now();
    doors.raw.emplace_back(doors.endpoint);
    doors.raw.emplace_back(doors.endpoint, "127.0.0.1", true);
    REQUIRE(doors.until([&] { return doors.arrived.size() == 1 && doors.connections() == 2; }));

    REQUIRE(doors.until([&] { return doors.connections() == 1; }));

    CHECK(doors.refused == 1);
    CHECK(clock.now() - start >= std::chrono::milliseconds(1'990));
}

TEST_CASE("a frame at the limit passes the door, and one beyond it costs its sender the connection",
          "[limits][security]") {
    Watched doors({});
    Context context;
    Dealer good(context, std::nullopt);
    good.connect(doors.endpoint);
    Frame largest{std::vector<std::byte>(frame_bytes_max)};
    REQUIRE(good.send(largest) == Sent::sent);
    REQUIRE(doors.until([&] { return doors.arrived.size() == 1; }));

    Dealer bad(context, std::nullopt);
    bad.connect(doors.endpoint);
    REQUIRE(doors.until([&] { return doors.connections() == 2; }));
    Frame too_large{std::vector<std::byte>(frame_bytes_max + 1)};
    REQUIRE(bad.send(too_large) == Sent::sent);

    CHECK(doors.until([&] { return doors.connections() == 1; }));
    CHECK(doors.arrived.size() == 1);
}

}  // namespace zanni::broker
