#include <catch2/catch.hpp>

#include <algorithm>
#include <string>
#include <vector>

#include "transcript.hpp"

/// What a worker's broker does with its direct links.
namespace zanni::broker {

using namespace zanni::test;
using namespace std::chrono_literals;
using namespace transport;

namespace {

HostEntry gamma_entry() {
    HostEntry entry = host_entry(gamma_host, "gamma", process_id(gamma_host, 1));
    entry.endpoints = {"tcp://gamma:1"};
    return entry;
}

/// beta, a member with one program, which knows of gamma.
struct Worker : TestBroker {
    explicit Worker(bool has_keys = false, HostEntry gamma = gamma_entry())
        : TestBroker(host_entry(beta, "beta"), false, {}, false, has_keys) {
        begin();
        program = with_program();
        hears_leader(Joined{{leader_entry(), host_entry(beta, "beta"), std::move(gamma)}});
    }

    /// A heartbeat to the leader besides.
    Words links_after(Duration time) {
        Words words = ticks_after(time);
        std::erase(words, "to leader: Heartbeat(status)");
        return words;
    }
    Words hears_gamma(const LinkBeat& beat, std::uint32_t source = gamma_host) {
        const auto frame = control_frame(process_id(source, 0), process_id(beta, 0), beat);
        last = broker.on_control_from_host(gamma_host, decode_header(frame).value(), frame, clock.now());
        return words_of(last);
    }
    Words hears_caller(const LinkBeat& beat, std::uint64_t destination = process_id(beta, 0)) {
        const auto frame = control_frame(process_id(gamma_host, 0), destination, beat);
        return hears_frame(link_of(gamma_host, 5), frame);
    }
    Hop route_to_gamma() const { return broker.routes().route(process_id(gamma_host, 1)); }
    void links() {
        broker.direct_way_wanted(gamma_host);
        ticks_after(0s);
        hears_gamma({0, true});
    }

    Peer program;
};

FrameHeader data(std::uint64_t source, std::uint64_t destination) {
    FrameHeader header;
    header.source = source;
    header.destination = destination;
    return header;
}

const Hop by_leader{Hop::To::leader, {}};
const Hop by_link{Hop::To::host, outgoing_link(gamma_host)};

}  // namespace

TEST_CASE("a worker links with another that it has frames for", "[links]") {
    Worker worker;
    worker.links_after(0s);
    worker.broker.direct_way_wanted(gamma_host);

    CHECK(worker.links_after(100ms) == Words{"connect to tcp://gamma:1 as beta/link1"});
    CHECK(worker.links_after(100ms) == Words{"to gamma: LinkBeat(0)"});
    CHECK(worker.route_to_gamma() == by_leader);
    CHECK(worker.hears_gamma({0, true}) == Words{"to gamma: LinkBeat(0, hears you)"});
    CHECK(worker.route_to_gamma() == by_link);
    CHECK(worker.hears_gamma({0, true}).empty());
    CHECK(worker.links_after(1s) == Words{"to gamma: LinkBeat(0, hears you)"});
}

TEST_CASE("a worker answers another that has linked with it, and takes frames from it for itself alone", "[links]") {
    Worker worker;
    const Peer caller = link_of(gamma_host, 5);
    const std::uint64_t there = process_id(gamma_host, 1);
    CHECK_FALSE(worker.broker.routes().may_send(caller, data(there, worker.program.process())));

    CHECK(worker.hears_caller({0, false}) == Words{"to gamma/link5: LinkBeat(0, hears you)"});
    CHECK(worker.route_to_gamma() == by_leader);
    worker.hears_caller({0, true});
    CHECK(worker.route_to_gamma() == Hop{Hop::To::host, caller});

    CHECK(worker.broker.routes().may_send(caller, data(there, worker.program.process())));
    CHECK_FALSE(worker.broker.routes().may_send(caller, data(there, process_id(alpha, 1))));
    CHECK_FALSE(worker.broker.routes().may_send(caller, data(process_id(alpha, 1), worker.program.process())));
    CHECK_FALSE(worker.broker.routes().may_send(caller, data(worker.program.process(), worker.program.process())));
    CHECK_FALSE(worker.broker.routes().may_send(link_of(gamma_host, 4), data(there, worker.program.process())));
}

TEST_CASE("who is no worker of the convention, or means another host, gets no answer", "[links]") {
    Worker worker;
    const auto beat_of = [](std::uint32_t host) {
        return control_frame(process_id(host, 0), process_id(beta, 0), LinkBeat{});
    };

    CHECK(worker.hears_caller({}, process_id(0xd4000001, 0)).empty());
    CHECK(worker.hears_frame(link_of(alpha), beat_of(alpha)).empty());
    CHECK(worker.hears_frame(link_of(0xd4000001), beat_of(0xd4000001)).empty());
    CHECK(worker.hears_frame(link_of(0xd4000001), beat_of(gamma_host)).empty());
    CHECK(worker.hears_frame(Peer(process_id(gamma_host, 1)), beat_of(gamma_host)).empty());
    CHECK(worker.hears_frame(stranger(), beat_of(gamma_host)).empty());
    CHECK(worker.route_to_gamma() == by_leader);
}

TEST_CASE("a link where another host answers than was meant is given up", "[links]") {
    Worker worker;
    worker.broker.direct_way_wanted(gamma_host);
    worker.ticks_after(0s);

    CHECK(worker.hears_gamma({}, 0xd4000001) == Words{"disconnect from gamma"});
    CHECK(worker.route_to_gamma() == by_leader);
}

TEST_CASE("a silent link is given up, and frames go by way of the leader again", "[links]") {
    Worker worker;
    worker.links();
    REQUIRE(worker.route_to_gamma() == by_link);

    CHECK(worker.links_after(2s) == Words{"disconnect from gamma"});
    CHECK(worker.route_to_gamma() == by_leader);
}

TEST_CASE("with a host its links go", "[links]") {
    Worker worker;
    worker.links();
    worker.hears_caller({0, true});

    CHECK(worker.hears_leader(HostGone{gamma_host, "left"}) ==
          Words{"disconnect from gamma", "to beta/1: HostGone(gamma, left)"});
    CHECK(worker.route_to_gamma() == by_leader);
    CHECK_FALSE(worker.broker.routes().may_send(link_of(gamma_host, 5),
                                                data(process_id(gamma_host, 1), worker.program.process())));
}

TEST_CASE("an end of which the leader tells is held until what that process said by the link has come", "[links]") {
    Worker worker;
    worker.links();
    const ProcessGone end{process_id(gamma_host, 1), {ExitCause::signal, 9, {}}, 1};

    CHECK(worker.hears_leader(end).empty());
    CHECK(worker.hears_gamma({0, true}).empty());
    CHECK(worker.hears_gamma({1, true}) == Words{"to beta/1: ProcessGone(gamma/1, signal 9 (Killed))"});
    CHECK(worker.hears_leader(end) == Words{"to beta/1: ProcessGone(gamma/1, signal 9 (Killed))"});
}

TEST_CASE("an end that is held is told when its link is over, or its host", "[links]") {
    const ProcessGone end{process_id(gamma_host, 1), {ExitCause::signal, 9, {}}, 1};
    Worker worker;
    worker.links();
    worker.hears_leader(end);

    SECTION("the link is silent") {
        CHECK(worker.links_after(2s) ==
              Words{"disconnect from gamma", "to beta/1: ProcessGone(gamma/1, signal 9 (Killed))"});
    }
    SECTION("the host is gone") {
        CHECK(worker.hears_leader(HostGone{gamma_host, "left"}) ==
              Words{"to beta/1: ProcessGone(gamma/1, signal 9 (Killed))", "disconnect from gamma",
                    "to beta/1: HostGone(gamma, left)"});
    }
}

TEST_CASE("the end of a process is said to the leader, and behind its frames on each link", "[links]") {
    Worker worker;
    worker.links();
    worker.hears_caller({0, true});

    CHECK(worker.hears(worker.program, Leave{}) ==
          Words{"to leader: ProcessGone(beta/1, process exit, status 0: left in order)",
                "to gamma: LinkBeat(1, hears you)", "to gamma/link5: LinkBeat(1, hears you)"});
}

TEST_CASE("a leader has no direct links", "[links]") {
    TestBroker leader(leader_entry(), false);
    leader.begin();
    leader.with_member(gamma_host, "gamma");

    leader.broker.direct_way_wanted(gamma_host);

    CHECK(leader.ticks_after(100ms).empty());
    CHECK(leader
              .hears_frame(link_of(gamma_host),
                           control_frame(process_id(gamma_host, 0), process_id(alpha, 0), LinkBeat{}))
              .empty());
}

TEST_CASE("with keys a worker links with another that must prove the key of which the leader tells",
          "[links][security]") {
    HostEntry gamma = gamma_entry();
    gamma.key = to_text(key(3));
    Worker worker(true, gamma);
    worker.links_after(0s);
    worker.broker.direct_way_wanted(gamma_host);

    CHECK(worker.links_after(0s) == Words{"connect to tcp://gamma:1 as beta/link1, which has a key"});
    CHECK(std::get<ConnectToHost>(worker.last.at(0)).key == key(3));
}

TEST_CASE("of two workers one of which has no keys neither links with the other", "[links][security]") {
    HostEntry gamma = gamma_entry();
    Worker with_keys(true, gamma);
    gamma.key = to_text(key(3));
    Worker without(false, gamma);

    for (Worker* const worker : {&with_keys, &without}) {
        worker->links_after(0s);
        worker->broker.direct_way_wanted(gamma_host);
        CHECK(worker->links_after(0s).empty());
    }
}

TEST_CASE("with keys a worker lets in the other hosts, each for itself, and only as long as they are members",
          "[links][security]") {
    HostEntry gamma = gamma_entry();
    gamma.key = to_text(key(3));
    Worker worker(true, gamma);
    HostEntry delta = host_entry(0xd4000001, "delta");
    delta.key = to_text(key(4));
    worker.hears_leader(HostChanged{delta});
    const auto knocks = [&](std::uint8_t number) {
        return worker.broker.on_handshake(key(number), "10.0.0.9", worker.clock.now());
    };

    REQUIRE(knocks(3));
    REQUIRE(knocks(4));
    CHECK_FALSE(knocks(5));
    const KeyId its = *knocks(3);
    const KeyId other = *knocks(4);
    CHECK(worker.broker.admit(link_of(gamma_host, 5), other).error().context ==
          "a routing id that belongs to another key");
    CHECK(worker.broker.admit(link_of(gamma_host, 5), its));

    worker.hears_leader(HostGone{gamma_host, "left"});
    CHECK_FALSE(knocks(3));
    CHECK(worker.broker.admit(link_of(gamma_host, 5), its).error().context ==
          "your host is no member of the convention");
    CHECK(knocks(4));
}

}  // namespace zanni::broker
