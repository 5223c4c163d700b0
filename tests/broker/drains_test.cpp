#include <catch2/catch.hpp>

#include <algorithm>

#include "drains.hpp"
#include "limits.hpp"
#include "transcript.hpp"

/// Hosts that work off what waits before they end.
namespace zanni::broker {

using namespace zanni::test;
using namespace std::chrono_literals;
using namespace transport;

namespace {

/// One host that drains, and what its one process reports.
struct OneHost {
    OneHost() {
        status.host = host_entry(beta, "beta");
        status.host.draining = true;
        status.processes.push_back({process_id(beta, 1), 4711, "actors"});
        process().reports = 10;
    }

    ProcessStatus& process() { return status.processes.front(); }
    bool is_at_rest_after_report() {
        ++process().reports;
        drains.heard(status);
        return !drains.take_done(clock.now()).empty();
    }

    ManualClock clock;
    Drains drains;
    HostStatus status;
};

bool said(const Words& words, const std::string& what) { return std::ranges::find(words, what) != words.end(); }

/// What a member says of itself in a heartbeat: `waiting` messages wait there, as of so many reports.
Heartbeat beat_of(std::uint64_t waiting, std::uint64_t reports, bool draining = true) {
    HostStatus status;
    status.host = host_entry(beta, "beta");
    status.host.draining = draining;
    ProcessStatus process{process_id(beta, 1), 99, "actors"};
    process.accounts.sent = waiting;
    process.reports = reports;
    status.processes.push_back(process);
    return {status};
}

/// Hears of a member at rest, until it believes that.
void hears_rest(TestBroker& leader) {
    for (std::uint64_t reports = 5; reports < 8; ++reports) leader.hears(link_of(beta), beat_of(0, reports));
}

}  // namespace

TEST_CASE("a host is at rest once two more reports show that nothing waits and nothing has moved", "[drain]") {
    OneHost all;
    REQUIRE(all.drains.begin(beta, stranger(), 30s, all.clock.now()));

    CHECK_FALSE(all.is_at_rest_after_report());
    CHECK_FALSE(all.is_at_rest_after_report());
    SECTION("the same report again says nothing") {
        all.drains.heard(all.status);
        all.drains.heard(all.status);
        CHECK(all.drains.take_done(all.clock.now()).empty());
    }
    SECTION("what moves begins the count anew, though nothing waits") {
        all.process().accounts.sent = all.process().accounts.delivered = 1;
        CHECK_FALSE(all.is_at_rest_after_report());
        CHECK_FALSE(all.is_at_rest_after_report());
    }
    SECTION("what waits in a mailbox does too, and what is in flight") {
        all.process().accounts.sent = 1;
        CHECK_FALSE(all.is_at_rest_after_report());
        all.process().accounts.posted = 1;
        all.process().in_flight = 1;
        CHECK_FALSE(all.is_at_rest_after_report());
        CHECK_FALSE(all.is_at_rest_after_report());
        CHECK_FALSE(all.is_at_rest_after_report());
        all.process().in_flight = 0;
        CHECK_FALSE(all.is_at_rest_after_report());
        CHECK_FALSE(all.is_at_rest_after_report());
    }
    SECTION("and a process that is new, or registers again") {
        all.process().reports = 0;
        CHECK_FALSE(all.is_at_rest_after_report());
        CHECK_FALSE(all.is_at_rest_after_report());
        all.status.processes.push_back({process_id(beta, 2), 4712, "program"});
        CHECK_FALSE(all.is_at_rest_after_report());
        CHECK_FALSE(all.is_at_rest_after_report());
        all.status.processes.back().reports = 2;
    }
    SECTION("and a host that doesn't know yet that it drains") {
        all.status.host.draining = false;
        CHECK_FALSE(all.is_at_rest_after_report());
        all.status.host.draining = true;
        CHECK_FALSE(all.is_at_rest_after_report());
    }

    CHECK(all.is_at_rest_after_report());
    CHECK_FALSE(all.is_at_rest_after_report());
    CHECK(all.drains.is_done(beta));
}

TEST_CASE("when the time to drain is over a host may end with what waits, and that is counted", "[drain]") {
    OneHost all;
    all.process().accounts.sent = 4;
    all.process().in_flight = 3;
    all.drains.begin(beta, stranger(), 30s, all.clock.now());
    all.drains.heard(all.status);
    all.clock.advance(30s - 1ns);
    CHECK(all.drains.take_done(all.clock.now()).empty());

    all.clock.advance(1ns);
    const auto done = all.drains.take_done(all.clock.now());

    REQUIRE(done.size() == 1);
    CHECK(done[0].host == beta);
    CHECK(to_string(done[0].how) == "30 s were not enough: 7 messages were still waiting");
    const auto end = all.drains.gone(beta);
    REQUIRE(end);
    CHECK(end->requester == stranger());
    CHECK(end->how->waiting == 7);
    CHECK(all.drains.empty());
}

TEST_CASE("how it went to drain is a sentence", "[drain]") {
    CHECK(to_string(Drained{true, 0, 3'249ms}) == "drained in 3.2 s");
    CHECK(to_string(Drained{true, 0, 960ms}) == "drained in 1 s");
    CHECK(to_string(Drained{false, 1, 500ms}) == "0.5 s were not enough: 1 message was still waiting");
    CHECK(to_string(Drained{false, 0, 2min}) ==
          "120 s were not enough: nothing was waiting, but messages were still moving");
}

TEST_CASE("a leader has a host drain, looks at its heartbeats, ends it, and says so when it has ended", "[drain]") {
    LeaderWithAll leader;

    CHECK(leader.hears(stranger(), DrainHost{"beta", 30s}) == Words{"to beta/link0: Drain"});
    CHECK(said(leader.ticks_after(100ms), "to beta/link0: Drain"));  // until it is known to know
    HostEntry draining = host_entry(beta, "beta");
    draining.draining = true;
    leader.hears(link_of(beta), HostChanged{draining});
    CHECK_FALSE(said(leader.ticks_after(100ms), "to beta/link0: Drain"));
    leader.hears(link_of(beta), beat_of(1, 1));
    CHECK_FALSE(said(leader.ticks_after(500ms), "to beta/link0: EndHost"));
    hears_rest(leader);
    CHECK(said(leader.ticks_after(500ms), "to beta/link0: EndHost"));
    CHECK(said(leader.ticks_after(100ms), "to beta/link0: EndHost"));  // until it has gone

    const auto words = leader.hears(link_of(beta), LeaveConvention{});

    CHECK(said(words, "to stranger1: Acknowledged(drained in 1.2 s)"));
    CHECK(leader.hears(stranger(), DrainHost{"beta", 30s}) ==
          Words{"to stranger1: Refused(the convention has no host beta)"});
}

TEST_CASE("a host that isn't drained in time ends all the same", "[drain]") {
    LeaderWithAll leader;
    leader.hears(stranger(), DrainHost{"beta", 2s});
    leader.hears(link_of(beta), beat_of(5, 1));

    CHECK_FALSE(said(leader.ticks_after(1900ms), "to beta/link0: EndHost"));
    CHECK(said(leader.ticks_after(100ms), "to beta/link0: EndHost"));

    CHECK(said(leader.hears(link_of(beta), LeaveConvention{}),
               "to stranger1: Acknowledged(2 s were not enough: 5 messages were still waiting)"));
}

TEST_CASE("who wants a host drained that is lost meanwhile is told", "[drain]") {
    LeaderWithAll leader;
    leader.hears(stranger(), DrainHost{"beta", 30s});

    CHECK(said(leader.hears(link_of(beta), LeaveConvention{}),
               "to stranger1: Refused(host beta is gone before it was drained: left)"));
}

TEST_CASE("what can't be drained is refused with the reason", "[drain]") {
    LeaderWithAll leader;
    const auto answer = [&](const std::string& host, Duration within = 1s) {
        return leader.hears(stranger(2), DrainHost{host, within});
    };
    CHECK(answer("gamma") == Words{"to stranger2: Refused(the convention has no host gamma)"});
    CHECK(answer("alpha") == Words{"to stranger2: Refused(host alpha leads the convention: 'zanni shutdown --drain' "
                                   "drains and ends all of it)"});
    CHECK(answer("beta", -1s) == Words{"to stranger2: Refused(the time to drain is at least 0 s and at most 24 h)"});
    CHECK(answer("beta", drain_longest + 1ns) ==
          Words{"to stranger2: Refused(the time to drain is at least 0 s and at most 24 h)"});
    CHECK(answer(std::string(300, 'x')) ==
          Words{"to stranger2: Refused(300 bytes of the host's name, the limit is 256)"});
    CHECK(answer("beta", drain_longest) == Words{"to beta/link0: Drain"});
    CHECK(answer("beta") == Words{"to stranger2: Refused(host beta drains already)"});
    leader.with_member(gamma_host, "beta");
    leader.hears(link_of(beta), LeaveConvention{});
    leader.with_member(beta, "beta");
    CHECK(answer("beta") == Words{"to stranger2: Refused(several hosts are called beta)"});

    TestBroker worker(host_entry(beta, "beta"));
    CHECK(worker.hears(stranger(2), DrainHost{"beta", 1s}) ==
          Words{"to stranger2: Refused(host beta is not the convention's leader: ask that one)"});
}

TEST_CASE("a member that shall drain says so to everybody, once, and when it joins again", "[drain]") {
    TestBroker worker(host_entry(beta, "beta"));
    worker.with_actor_process();
    worker.as_member();

    const Words words = worker.hears_leader(Drain{});

    CHECK(words.size() == 2);
    const auto& to_leader = std::get<SendToLeader>(worker.last.back());
    std::optional<HostEntry> told;
    static_cast<void>(read_control(decode_header(to_leader.frame).value(), to_leader.frame,
                                   on<HostChanged>([&](const HostChanged& news) { told = news.host; })));
    REQUIRE(told);
    CHECK(told->draining);
    CHECK(worker.hears_leader(Drain{}).empty());
}

TEST_CASE("a convention that drains ends when all its hosts are at rest at once", "[drain]") {
    LeaderWithAll leader;
    const auto own_reports = [&] {
        for (const std::uint32_t number : {1, 2}) leader.hears(Peer(process_id(alpha, number)), Report{});
        return leader.ticks_after(100ms);
    };

    const Words first = leader.hears(stranger(), ShutDownConvention{30s});
    CHECK(said(first, "to beta/link0: Drain"));
    CHECK(said(first, "to beta/link0: HostChanged(alpha, actors in alpha/1)"));
    CHECK(leader.hears(stranger(2), ShutDownConvention{30s}) ==
          Words{"to stranger2: Refused(the convention drains already)"});
    CHECK(leader.hears(stranger(2), DrainHost{"beta", 1s}) == Words{"to stranger2: Refused(host beta drains already)"});
    hears_rest(leader);
    CHECK_FALSE(said(own_reports(), "to beta/link0: EndHost"));
    leader.hears(link_of(beta), beat_of(1, 9));
    CHECK_FALSE(said(own_reports(), "to beta/link0: EndHost"));
    for (const std::uint64_t reports : {10, 11, 12}) leader.hears(link_of(beta), beat_of(0, reports));

    CHECK(said(own_reports(), "to beta/link0: EndHost"));

    leader.hears(link_of(beta), LeaveConvention{});
    const Words last = leader.child_ends(TestBroker::first_pid, {ExitCause::process_exit, 0, {}});
    CHECK(said(last, "to stranger1: Acknowledged(drained in 0.3 s)"));
    CHECK(said(last, "stop 0"));
}

TEST_CASE("a convention that can't be drained in time ends all the same, and at once when that is wished", "[drain]") {
    LeaderWithAll leader;
    leader.hears(stranger(), ShutDownConvention{2s});
    leader.hears(link_of(beta), beat_of(3, 1));

    SECTION("in time") {
        CHECK_FALSE(said(leader.ticks_after(1900ms), "to beta/link0: EndHost"));
        CHECK(said(leader.ticks_after(100ms), "to beta/link0: EndHost"));
        leader.hears(link_of(beta), LeaveConvention{});
        CHECK(said(leader.child_ends(TestBroker::first_pid, {ExitCause::process_exit, 0, {}}),
                   "to stranger1: Acknowledged(2 s were not enough: 3 messages were still waiting)"));
    }
    SECTION("at once") {
        const Words words = leader.hears(stranger(2), ShutDownConvention{});
        CHECK(said(words, "to stranger2: Acknowledged"));
        CHECK(said(words, "to beta/link0: EndHost"));
        leader.hears(link_of(beta), LeaveConvention{});
        CHECK(said(leader.child_ends(TestBroker::first_pid, {ExitCause::process_exit, 0, {}}),
                   "to stranger1: Acknowledged"));
    }
}

TEST_CASE("a worker that is asked to drain the convention passes the time on", "[drain]") {
    TestBroker worker(host_entry(beta, "beta"));
    worker.with_actor_process();
    worker.as_member();

    CHECK(worker.hears(stranger(), ShutDownConvention{7s}) ==
          Words{"to leader: ShutDownConvention", "to stranger1: Acknowledged"});

    const auto& frame = std::get<SendToLeader>(worker.last.front()).frame;
    std::optional<Duration> drain;
    static_cast<void>(
        read_control(decode_header(frame).value(), frame,
                     on<ShutDownConvention>([&](const ShutDownConvention& wish) { drain = wish.drain; })));
    CHECK(drain == Duration(7s));
}

}  // namespace zanni::broker
