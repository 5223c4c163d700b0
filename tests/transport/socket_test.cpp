#include <catch2/catch.hpp>

#include <zmq.h>

#include <chrono>
#include <functional>
#include <optional>
#include <string>

#include "process_id.hpp"
#include "socket.hpp"
#include "sockets.hpp"

namespace zanni::transport {

using test::await, test::frame_of, test::text_of;

namespace {

constexpr std::uint64_t alpha = process_id(0xa1000001, 1);
constexpr std::uint64_t beta = process_id(0xa1000001, 2);

/// A DEALER that may do what Zanni's never does.
class RawDealer {
public:
    RawDealer(Context& context, const std::string& id, const std::string& endpoint)
        : handle_(zmq_socket(context.handle(), ZMQ_DEALER)) {
        const int no_linger = 0;
        zmq_setsockopt(handle_, ZMQ_LINGER, &no_linger, sizeof no_linger);
        zmq_setsockopt(handle_, ZMQ_ROUTING_ID, id.data(), id.size());
        REQUIRE(zmq_connect(handle_, endpoint.c_str()) == 0);
    }
    ~RawDealer() { zmq_close(handle_); }

    void send(const std::string& part, bool more = false) {
        REQUIRE(zmq_send(handle_, part.data(), part.size(), more ? ZMQ_SNDMORE : 0) >= 0);
    }

private:
    void* handle_;
};

std::string failure_of(const std::function<void()>& act) {
    try {
        act();
    } catch (const std::exception& error) {
        return error.what();
    }
    return "it worked";
}

}  // namespace

TEST_CASE("whoever sends between looks never sleeps through what has come", "[socket]") {
    constexpr int messages = 3'000;
    Context context;
    Router router(context);
    const std::string endpoint = router.bind("tcp://127.0.0.1:*");
    Dealer one(context, routing_id(alpha));
    Dealer two(context, routing_id(beta));
    one.connect(endpoint);
    two.connect(endpoint);
    const auto send = [](Dealer& dealer) {
        auto ping = frame_of("ping");
        REQUIRE(dealer.send(ping) == Sent::sent);
    };
    for (int i = 0; i < 3; ++i) send(one), send(two);

    int pongs = 0;
    while (pongs < messages) {
        PollItem items[] = {{&router}, {&one}, {&two}};
        poll(items, std::chrono::seconds(20));
        REQUIRE((items[0].ready || items[1].ready || items[2].ready));
        Peer peer;
        Frame frame;
        while (!router.is_quiet() && router.receive(peer, frame)) REQUIRE(router.send(peer, frame) == Sent::sent);
        for (Dealer* const dealer : {&one, &two})
            while (!dealer->is_quiet() && dealer->receive(frame)) ++pongs, send(*dealer);
    }
    SUCCEED();
}

TEST_CASE("a socket is quiet from the receive that finds nothing until a look finds something", "[socket]") {
    Context context;
    Router router(context);
    Dealer dealer(context, routing_id(alpha));
    dealer.connect(router.bind("tcp://127.0.0.1:*"));
    Frame frame;
    CHECK_FALSE(dealer.is_quiet());
    CHECK_FALSE(dealer.receive(frame));
    CHECK(dealer.is_quiet());

    auto question = frame_of("to be?");
    CHECK(dealer.send(question) == Sent::sent);
    CHECK_FALSE(dealer.is_quiet());
    Peer peer;
    REQUIRE(await(router, peer, frame));
    CHECK(router.send(peer, frame) == Sent::sent);
    REQUIRE(await(dealer, frame));
    CHECK(text_of(frame) == "to be?");
}

TEST_CASE("frames go from a DEALER to a ROUTER and back", "[socket]") {
    Context context;
    Router router(context);
    Dealer dealer(context, routing_id(alpha));
    dealer.connect(router.bind("tcp://127.0.0.1:*"));
    auto question = frame_of("to be?");
    Peer peer;
    Frame frame;

    REQUIRE(dealer.send(question) == Sent::sent);
    REQUIRE(await(router, peer, frame));
    CHECK(peer == Peer(alpha));
    CHECK(text_of(frame) == "to be?");

    auto answer = frame_of("or not");
    REQUIRE(router.send(peer, answer) == Sent::sent);
    REQUIRE(await(dealer, frame));
    CHECK(text_of(frame) == "or not");
}

TEST_CASE("a DEALER without an id gets one from libzmq, by which it can be answered", "[socket]") {
    Context context;
    Router router(context);
    router.bind("inproc://broker");
    Dealer dealer(context, std::nullopt);
    dealer.connect("inproc://broker");
    auto question = frame_of("hello");
    Peer peer;
    Frame frame;
    REQUIRE(dealer.send(question) == Sent::sent);
    REQUIRE(await(router, peer, frame));

    CHECK(peer.size == Peer::chosen_bytes);
    CHECK(peer.process() == 0);
    auto answer = frame_of("welcome");
    CHECK(router.send(peer, answer) == Sent::sent);
    REQUIRE(await(dealer, frame));
    CHECK(text_of(frame) == "welcome");
}

TEST_CASE("a frame for a peer that isn't there is the caller's again", "[socket]") {
    Context context;
    Router router(context);
    router.bind("inproc://broker");
    auto frame = frame_of("anybody?");

    CHECK(router.send(Peer(alpha), frame) == Sent::unknown);
    CHECK(text_of(frame) == "anybody?");
}

TEST_CASE("a peer that reads nothing is full at the mark, and neither blocks nor loses", "[socket]") {
    Context context;
    Router router(context);
    router.bind("inproc://broker");
    Dealer reader(context, routing_id(alpha));
    reader.connect("inproc://broker");
    Dealer other(context, routing_id(beta));
    other.connect("inproc://broker");
    auto hello = frame_of("hello");
    Peer peer;
    Frame frame;
    REQUIRE(reader.send(hello) == Sent::sent);
    REQUIRE(await(router, peer, frame));

    int sent = 0;
    auto next = frame_of("0");
    while (sent < 10'000 && router.send(peer, next) == Sent::sent) next = frame_of(std::to_string(++sent));

    CHECK(sent == 2'000);  // both ends' marks, as they share a queue in one process
    CHECK(text_of(next) == "2000");
    auto elsewhere = frame_of("not full");
    CHECK(router.send(Peer(beta), elsewhere) == Sent::sent);
    for (int i = 0; i < sent; ++i) {
        REQUIRE(reader.receive(frame));
        REQUIRE(text_of(frame) == std::to_string(i));
    }
    PollItem item{&router};
    poll({&item, 1}, Duration::zero());
    CHECK(router.send(peer, next) == Sent::sent);
}

TEST_CASE("a full peer that dies becomes an unknown one", "[socket]") {
    Context context;
    Router router(context);
    router.bind("inproc://broker");
    std::optional<Dealer> reader;
    reader.emplace(context, routing_id(alpha));
    reader->connect("inproc://broker");
    auto hello = frame_of("hello");
    Peer peer;
    Frame frame;
    REQUIRE(reader->send(hello) == Sent::sent);
    REQUIRE(await(router, peer, frame));
    auto next = frame_of("x");
    while (router.send(peer, next) == Sent::sent) next = frame_of("x");

    reader.reset();

    const SystemClock clock;
    Sent sent = Sent::full;
    for (const auto until = clock.now() + test::deadline; sent == Sent::full && clock.now() < until;) {
        PollItem item{&router};
        poll({&item, 1}, std::chrono::milliseconds(1));
        sent = router.send(peer, next);
    }
    CHECK(sent == Sent::unknown);
}

TEST_CASE("a second socket can't take a live one's place", "[socket]") {
    Context context;
    Router router(context);
    router.bind("inproc://broker");
    Dealer first(context, routing_id(alpha));
    first.connect("inproc://broker");
    auto hello = frame_of("first");
    Peer peer;
    Frame frame;
    REQUIRE(first.send(hello) == Sent::sent);
    REQUIRE(await(router, peer, frame));
    Dealer second(context, routing_id(alpha));
    second.connect("inproc://broker");

    for (const std::string text : {"usurper", "again", "and again"}) {
        auto claim = frame_of(text);
        REQUIRE(second.send(claim) == Sent::sent);
    }
    auto more = frame_of("still here");
    REQUIRE(first.send(more) == Sent::sent);

    REQUIRE(await(router, peer, frame));
    CHECK(text_of(frame) == "still here");
    CHECK_FALSE(router.receive(peer, frame));
    auto answer = frame_of("for the first");
    REQUIRE(router.send(Peer(alpha), answer) == Sent::sent);
    REQUIRE(await(first, frame));
    CHECK(text_of(frame) == "for the first");
    CHECK_FALSE(second.receive(frame));
}

TEST_CASE("what no Zanni process sends is skipped and counted", "[socket]") {
    Context context;
    Router router(context);
    const std::string endpoint = "inproc://broker";
    router.bind(endpoint);
    RawDealer short_id(context, "abc", endpoint);
    RawDealer long_id(context, "an id of twenty bytes", endpoint);
    RawDealer parts(context, "8 bytes.", endpoint);
    Peer peer;
    Frame frame;

    short_id.send("strange");
    long_id.send("strange");
    parts.send("one", true);
    parts.send("two");
    parts.send("single");

    REQUIRE(await(router, peer, frame));
    CHECK(text_of(frame) == "single");
    CHECK_FALSE(router.receive(peer, frame));
    CHECK(router.skipped() == 3);
}

TEST_CASE("a DEALER skips messages of several parts", "[socket]") {
    Context context;
    Router router(context);
    router.bind("inproc://broker");
    Dealer dealer(context, routing_id(alpha));
    dealer.connect("inproc://broker");
    auto hello = frame_of("hello");
    Peer peer;
    Frame frame;
    REQUIRE(dealer.send(hello) == Sent::sent);
    REQUIRE(await(router, peer, frame));
    const auto id = routing_id(alpha);
    REQUIRE(zmq_send(router.handle(), id.data(), id.size(), ZMQ_SNDMORE) == 8);
    REQUIRE(zmq_send(router.handle(), "one", 3, ZMQ_SNDMORE) == 3);
    REQUIRE(zmq_send(router.handle(), "two", 3, 0) == 3);
    auto single = frame_of("single");
    REQUIRE(router.send(peer, single) == Sent::sent);

    REQUIRE(await(dealer, frame));

    CHECK(text_of(frame) == "single");
    CHECK_FALSE(dealer.receive(frame));
}

TEST_CASE("an endpoint in use is one line for whoever listens there too", "[socket]") {
    Context context;
    Router first(context);
    const std::string endpoint = first.bind("tcp://127.0.0.1:*");
    Router second(context);

    CHECK(failure_of([&] { second.bind(endpoint); }) == "can't listen on " + endpoint + ": Address already in use");
}

TEST_CASE("an endpoint that libzmq can't read is one line", "[socket]") {
    Context context;
    Router router(context);
    Dealer dealer(context, std::nullopt);

    CHECK(failure_of([&] { router.bind("pigeon://coop"); }) == "can't listen on pigeon://coop: Protocol not supported");
    CHECK(failure_of([&] { dealer.connect("pigeon://coop"); }) ==
          "can't connect to pigeon://coop: Protocol not supported");
}

}  // namespace zanni::transport
