#include <catch2/catch.hpp>

#include <string>
#include <vector>

#include "host_links.hpp"
#include "transcript.hpp"

namespace zanni::broker {

using namespace zanni::test;
using namespace std::chrono_literals;
using transport::LinkBeat, transport::ProcessGone;

namespace {

using What = HostLinks::Step::What;

/// The links of beta, in a convention of alpha, who leads, beta, and gamma, who can be reached at two endpoints.
struct Bed {
    Bed() {
        table.put(leader_entry());
        HostEntry gamma = host_entry(gamma_host, "gamma");
        gamma.endpoints = {"tcp://gamma:1", "tcp://gamma:2"};
        table.put(gamma);
    }

    /// "connect tcp://gamma:1", "beat", "disconnect", "look".
    Words due_after(Duration time) {
        clock.advance(time);
        Words words;
        for (const auto& step : links.due(clock.now(), table)) {
            REQUIRE(step.host == gamma_host);
            if (step.what == What::connect) {
                links.connecting(step.host, step.number ? step.number : ++last_number, clock.now());
                words.push_back("connect " + step.endpoint + " as " + std::to_string(last_number));
            } else {
                words.emplace_back(step.what == What::beat         ? "beat"
                                   : step.what == What::disconnect ? "disconnect"
                                                                   : "look");
            }
        }
        return words;
    }
    Words wants_after(Duration time) {
        links.wanted(gamma_host);
        return due_after(time);
    }
    bool answers(std::uint64_t ends = 0) { return links.answered(gamma_host, LinkBeat{ends, true}, clock.now()); }
    void calls(bool hears_us, std::uint64_t ends = 0) {
        links.called(gamma_host, link_of(gamma_host), LinkBeat{ends, hears_us}, clock.now());
    }
    static ProcessGone end(std::uint64_t number) { return {process_id(gamma_host, 1), {}, number}; }

    ManualClock clock;
    ConventionTable table;
    HostLinks links;
    std::uint64_t last_number = 0;
};

}  // namespace

TEST_CASE("a worker connects to another as soon as a frame for it had to take another way", "[links]") {
    Bed bed;
    CHECK(bed.due_after(1s).empty());

    CHECK(bed.wants_after(0s) == Words{"connect tcp://gamma:1 as 1"});
    CHECK(bed.due_after(0s) == Words{"beat"});
    CHECK(bed.wants_after(900ms).empty());
}

TEST_CASE("no link is made to the leader, to unknown hosts or to those that can't be reached", "[links]") {
    Bed bed;
    bed.table.put(host_entry(beta, "beta"));

    for (const std::uint32_t host : {alpha, beta, 0xd4000001u}) bed.links.wanted(host);

    CHECK(bed.due_after(0s).empty());
}

TEST_CASE("a link is a way once the other side has answered on it", "[links]") {
    Bed bed;
    bed.wants_after(0s);
    CHECK_FALSE(bed.links.way(gamma_host));
    CHECK_FALSE(bed.links.is_good(outgoing_link(gamma_host)));

    CHECK(bed.answers());
    CHECK(bed.links.way(gamma_host) == outgoing_link(gamma_host));
    CHECK(bed.links.is_good(outgoing_link(gamma_host)));
    CHECK_FALSE(bed.answers());
}

TEST_CASE("who is called may be answered at once, and sends by that link when it is heard there", "[links]") {
    Bed bed;

    bed.calls(false);
    CHECK(bed.links.caller(gamma_host) == link_of(gamma_host));
    CHECK_FALSE(bed.links.way(gamma_host));

    bed.calls(true);
    CHECK(bed.links.way(gamma_host) == link_of(gamma_host));
}

TEST_CASE("of two links each side sends by its own", "[links]") {
    Bed bed;
    bed.wants_after(0s);
    bed.calls(true);
    CHECK(bed.links.way(gamma_host) == link_of(gamma_host));

    bed.answers();

    CHECK(bed.links.way(gamma_host) == outgoing_link(gamma_host));
    CHECK(bed.links.connections() == std::vector<Peer>{outgoing_link(gamma_host), link_of(gamma_host)});
}

TEST_CASE("attempts that nobody answers come ever later, at each endpoint in turn, under one number", "[links]") {
    Bed bed;
    CHECK(bed.wants_after(0s) == Words{"connect tcp://gamma:1 as 1"});
    CHECK(bed.due_after(2s) == Words{"disconnect"});
    CHECK(bed.wants_after(9s).empty());
    CHECK(bed.wants_after(1s) == Words{"connect tcp://gamma:2 as 1"});
    CHECK(bed.due_after(2s) == Words{"disconnect"});
    CHECK(bed.wants_after(19s).empty());
    CHECK(bed.wants_after(1s) == Words{"connect tcp://gamma:1 as 1"});
    for (int i = 0; i < 10; ++i) {
        bed.due_after(2s);
        bed.wants_after(HostLinks::pause_longest);
    }
    CHECK(bed.links.is_connected(gamma_host));
}

TEST_CASE("a host that can be reached elsewhere is tried at once", "[links]") {
    Bed bed;
    bed.wants_after(0s);
    bed.due_after(2s);

    bed.links.moved(gamma_host);

    CHECK(bed.wants_after(0s) == Words{"connect tcp://gamma:2 as 1"});
}

TEST_CASE("a link beats once per interval, and is over when it has been silent for the suspect time", "[links]") {
    Bed bed;
    bed.wants_after(0s);
    bed.answers();

    CHECK(bed.due_after(0s) == Words{"beat"});
    CHECK(bed.due_after(900ms).empty());
    CHECK(bed.due_after(100ms) == Words{"beat"});
    bed.links.heard(outgoing_link(gamma_host), bed.clock.now());
    CHECK(bed.due_after(1900ms) == Words{"beat"});
    CHECK(bed.due_after(100ms) == Words{"disconnect"});
    CHECK_FALSE(bed.links.way(gamma_host));
}

TEST_CASE("a connection after one that was answered has a number of its own", "[links]") {
    Bed bed;
    bed.wants_after(0s);
    bed.answers();
    bed.due_after(2s);

    CHECK(bed.wants_after(10s) == Words{"connect tcp://gamma:2 as 2"});
}

TEST_CASE("a caller that is silent for the suspect time is none any more", "[links]") {
    Bed bed;
    bed.calls(true);
    bed.clock.advance(1s);
    bed.links.heard(link_of(gamma_host), bed.clock.now());

    CHECK(bed.due_after(1900ms).empty());
    CHECK(bed.due_after(100ms) == Words{"look"});
    CHECK_FALSE(bed.links.way(gamma_host));
    CHECK_FALSE(bed.links.caller(gamma_host));
}

TEST_CASE("what this host missed while it stood still is no silence of its links", "[links]") {
    Bed bed;
    bed.wants_after(0s);
    bed.answers();
    bed.calls(true);
    bed.clock.advance(1min);

    bed.links.excuse(1min, bed.clock.now());

    CHECK(bed.due_after(0s) == Words{"beat"});
}

TEST_CASE("frames that went by a link are counted", "[links]") {
    Bed bed;
    CHECK(bed.links.status(10).empty());
    bed.wants_after(0s);
    bed.answers();

    bed.links.sent(gamma_host);
    bed.links.sent(gamma_host);

    const auto status = bed.links.status(10);
    REQUIRE(status.size() == 1);
    CHECK(status[0].host == gamma_host);
    CHECK(status[0].frames == 2);
    CHECK(bed.links.status(0).empty());
}

TEST_CASE("an end waits until each link has said all that came before it", "[links]") {
    Bed bed;
    CHECK_FALSE(bed.links.hold(Bed::end(1)));  // there is no link
    bed.wants_after(0s);
    bed.answers(1);
    bed.calls(true, 1);
    CHECK_FALSE(bed.links.hold(Bed::end(1)));  // both have said it already

    CHECK(bed.links.hold(Bed::end(2)));
    CHECK(bed.links.take_due(gamma_host).empty());
    bed.answers(2);
    CHECK(bed.links.take_due(gamma_host).empty());
    bed.calls(true, 2);
    CHECK(bed.links.take_due(gamma_host).size() == 1);
    CHECK(bed.links.take_due(gamma_host).empty());
}

TEST_CASE("an end waits for no link that is over", "[links]") {
    Bed bed;
    bed.wants_after(0s);
    bed.answers();
    bed.calls(true);
    REQUIRE(bed.links.hold(Bed::end(1)));

    bed.links.lost(gamma_host, link_of(gamma_host), bed.clock.now());
    CHECK(bed.links.take_due(gamma_host).empty());
    CHECK(bed.due_after(2s) == Words{"disconnect"});
    CHECK(bed.links.take_due(gamma_host).size() == 1);
}

TEST_CASE("so many ends of one host wait, and no more", "[links]") {
    Bed bed;
    bed.calls(true);

    for (std::size_t i = 0; i < HostLinks::held_max; ++i) REQUIRE(bed.links.hold(Bed::end(i + 1)));

    CHECK_FALSE(bed.links.hold(Bed::end(2'000)));
    CHECK(bed.links.take_all(gamma_host).size() == HostLinks::held_max);
}

TEST_CASE("no more connections are made than there is room for", "[links]") {
    Bed bed;
    for (std::uint32_t i = 0; i < HostLinks::connections_max + 10; ++i) {
        HostEntry entry = host_entry(0xd0000000 + i, "host");
        entry.endpoints = {"tcp://host:1"};
        bed.table.put(entry);
    }

    std::size_t connections = 0;
    for (int round = 0; round < 2; ++round) {
        for (std::uint32_t i = 0; i < HostLinks::connections_max + 10; ++i) {
            bed.links.wanted(0xd0000000 + (i + round * 100) % (HostLinks::connections_max + 10));
        }
        for (const auto& step : bed.links.due(bed.clock.now(), bed.table)) {
            if (step.what != What::connect) continue;
            bed.links.connecting(step.host, ++connections, bed.clock.now());
        }
    }

    CHECK(connections == HostLinks::connections_max);
}

}  // namespace zanni::broker
