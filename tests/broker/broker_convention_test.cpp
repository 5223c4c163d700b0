#include <catch2/catch.hpp>

#include "transcript.hpp"

namespace zanni::broker {

using namespace zanni::test;
using namespace std::chrono_literals;
using namespace transport;

namespace {

const ExitCause killed{ExitCause::signal, 9, {}};
const ExitCause ended{ExitCause::process_exit, 0, {}};

struct LeaderOfTwo : TestBroker {
    LeaderOfTwo() : TestBroker(leader_entry()) {
        with_actor_process();
        with_member(beta, "beta");
        with_member(gamma_host, "gamma");
    }
};

struct Member : TestBroker {
    Member() : TestBroker(host_entry(beta, "beta")) {
        with_actor_process();
        ticks_after(0s);
        as_member();
    }
};

}  // namespace

// ---- The leader's side

TEST_CASE("a host that joins gets the table, and the others are told", "[broker]") {
    TestBroker leader(leader_entry());
    leader.with_actor_process();

    CHECK(leader.hears(link_of(beta), JoinConvention{host_entry(beta, "beta")}) ==
          Words{"to beta/link0: Joined(hosts alpha beta)", "to alpha/1: HostChanged(beta)"});
    CHECK(leader.hears(link_of(gamma_host), JoinConvention{host_entry(gamma_host, "gamma")}) ==
          Words{"to gamma/link0: Joined(hosts alpha beta gamma)", "to alpha/1: HostChanged(gamma)",
                "to beta/link0: HostChanged(gamma)"});
    CHECK(leader.broker.routes().route(process_id(beta, 1)) == Hop{Hop::To::member, link_of(beta)});
}

TEST_CASE("a host that joins again is sent its frames by the new connection", "[broker]") {
    LeaderOfTwo leader;

    CHECK(leader.hears(link_of(beta, 1), JoinConvention{host_entry(beta, "beta")})[0] ==
          "to beta/link1: Joined(hosts alpha beta gamma)");
    CHECK(leader.broker.routes().route(process_id(beta, 1)) == Hop{Hop::To::member, link_of(beta, 1)});
    CHECK(leader.hears(link_of(beta, 0), JoinConvention{host_entry(beta, "beta")}) ==
          Words{"to beta/link0: Refused(the host id is taken: start the host again)"});
}

TEST_CASE("a host can't join for another, nor with an id that is taken, nor at a member", "[broker]") {
    LeaderOfTwo leader;
    const Peer program = leader.with_program();
    Member member;
    const auto joins = [&](const Peer& from, const HostEntry& host) {
        return leader.hears(from, JoinConvention{host});
    };

    CHECK(joins(program, host_entry(beta, "beta")) ==
          Words{"to alpha/2: Refused(only a host's own broker can join for it)"});
    CHECK(joins(stranger(), host_entry(beta, "beta")) ==
          Words{"to stranger1: Refused(only a host's own broker can join for it)"});
    CHECK(joins(link_of(gamma_host), host_entry(beta, "beta")) ==
          Words{"to gamma/link0: Refused(only a host's own broker can join for it)"});
    CHECK(joins(link_of(beta, 1), host_entry(beta, "impostor")) ==
          Words{"to beta/link1: Refused(the host id is taken: start the host again)"});
    CHECK(joins(link_of(alpha), host_entry(alpha, "alpha")) ==
          Words{"to alpha/link0: Refused(the host id is taken: start the host again)"});
    CHECK(joins(link_of(7), host_entry(7, "zero byte"))[0].ends_with(
        "Refused(the host id is taken: start the host again)"));
    CHECK(member.hears(link_of(gamma_host), JoinConvention{host_entry(gamma_host, "gamma")}) ==
          Words{"to gamma/link0: Refused(host beta is not the convention's leader)"});
}

TEST_CASE("a member's heartbeat is answered; somebody else's asks it to join again", "[broker]") {
    LeaderOfTwo leader;

    CHECK(leader.hears(link_of(beta), Heartbeat{HostStatus{host_entry(beta, "beta"), {}, 0, 0, 0, 0}}) ==
          Words{"to beta/link0: Heartbeat"});
    CHECK(leader.hears(link_of(beta, 1), Heartbeat{}) == Words{"to beta/link1: JoinAgain"});
    CHECK(leader.hears(stranger(), Heartbeat{}) == Words{"to stranger1: JoinAgain"});
}

TEST_CASE("a leader that has missed a member's news has it join again", "[broker]") {
    LeaderOfTwo leader;
    const auto beat = [&](std::uint64_t news) {
        return leader.hears(link_of(beta), Heartbeat{HostStatus{host_entry(beta, "beta"), {}, 0, 0, 0, 0}, news});
    };
    leader.hears(link_of(beta), HostChanged{host_entry(beta, "beta")});

    CHECK(beat(1) == Words{"to beta/link0: Heartbeat"});
    CHECK(beat(2) == Words{"to beta/link0: JoinAgain"});
    leader.hears(link_of(beta), JoinConvention{host_entry(beta, "beta")});
    CHECK(beat(0) == Words{"to beta/link0: Heartbeat"});
}

TEST_CASE("a member that has missed its leader's news joins again", "[broker]") {
    Member member;
    member.hears_leader(HostChanged{host_entry(gamma_host, "gamma")});

    member.hears_leader(Heartbeat{std::nullopt, 1});
    CHECK(member.ticks_after(1s) == Words{"to leader: Heartbeat(status)"});
    member.hears_leader(Heartbeat{std::nullopt, 2});
    CHECK(member.ticks_after(0s) == Words{"to leader: JoinConvention(beta)"});
}

TEST_CASE("a member's data frame that comes before it has joined asks it to join again", "[broker]") {
    LeaderOfTwo leader;
    const Peer program = leader.with_program();

    CHECK(words_of(leader.broker.on_foreign_frame(link_of(beta, 1))) == Words{"to beta/link1: JoinAgain"});
    CHECK(words_of(leader.broker.on_foreign_frame(link_of(beta, 1))).empty());
    CHECK(words_of(leader.broker.on_foreign_frame(link_of(beta))) ==
          Words{"to beta/link0: Refused(a frame in the name of a process that didn't send it)"});
    CHECK(words_of(leader.broker.on_foreign_frame(program)) ==
          Words{"to alpha/2: Refused(a frame in the name of a process that didn't send it)"});
}

TEST_CASE("of a host's questions that come all at once the others hear once, unless it has changed", "[broker]") {
    LeaderOfTwo leader;
    HostEntry host = host_entry(beta, "beta");
    const auto asks = [&] { return leader.hears(link_of(beta, 1), JoinConvention{host, 7}); };

    CHECK(asks().size() > 1);
    CHECK(asks() == Words{"to beta/link1: Joined(hosts alpha beta gamma)"});
    host.capabilities["GPU"] = true;
    CHECK(asks().size() > 1);
    CHECK(asks() == Words{"to beta/link1: Joined(hosts alpha beta gamma)"});
}

TEST_CASE("a member takes the first answer to its questions, and none to those of another time", "[broker]") {
    Member member;
    member.hears_leader(JoinAgain{});
    const auto question = member.ticks_after(0s);
    REQUIRE(question == Words{"to leader: JoinConvention(beta)"});
    const std::vector<HostEntry> hosts{host_entry(alpha, "alpha"), host_entry(beta, "beta")};

    CHECK(member.hears_leader(Joined{hosts, 1}).empty());
    member.hears_leader(Joined{hosts, 2});
    CHECK(member.ticks_after(0s) == Words{"to leader: Heartbeat(status)"});
    member.hears_leader(HostChanged{host_entry(gamma_host, "gamma")});
    CHECK(member.hears_leader(Joined{hosts, 2}).empty());
    member.hears_leader(Heartbeat{std::nullopt, 1});
    CHECK(member.ticks_after(1s) == Words{"to leader: Heartbeat(status)"});
}

TEST_CASE("a member that has become suspect is told so, and connects anew", "[broker]") {
    LeaderOfTwo leader;
    leader.ticks_after(1s);
    leader.hears(link_of(gamma_host), Heartbeat{});
    CHECK(leader.ticks_after(1s) == Words{"to beta/link0: Heartbeat(unheard)"});

    Member member;
    member.ticks_after(2s);
    member.hears_leader(Heartbeat{std::nullopt, std::nullopt, true});
    CHECK(member.ticks_after(0s) == Words{"connect as beta/link1"});
    CHECK(member.ticks_after(0s) == Words{"to leader: JoinConvention(beta)"});
}

TEST_CASE("a silent member is gone for everybody, and may join again", "[broker]") {
    LeaderOfTwo leader;
    leader.ticks_after(4s);
    leader.hears(link_of(gamma_host), Heartbeat{});

    CHECK(leader.ticks_after(1s) == Words{"to alpha/1: HostGone(beta, silent for too long)",
                                          "to gamma/link0: HostGone(beta, silent for too long)"});
    CHECK(leader.hears(link_of(beta), Heartbeat{}) == Words{"to beta/link0: JoinAgain"});
    CHECK(leader.hears(link_of(beta), JoinConvention{host_entry(beta, "beta")}) ==
          Words{"to beta/link0: Joined(hosts alpha beta gamma)", "to alpha/1: HostChanged(beta)",
                "to gamma/link0: HostChanged(beta)"});
}

TEST_CASE("what a member tells of its host and processes fans out, and not back", "[broker]") {
    LeaderOfTwo leader;

    CHECK(leader.hears(link_of(beta), HostChanged{host_entry(beta, "beta", process_id(beta, 1))}) ==
          Words{"to alpha/1: HostChanged(beta, actors in beta/1)",
                "to gamma/link0: HostChanged(beta, actors in beta/1)"});
    CHECK(leader.hears(link_of(beta), ProcessGone{process_id(beta, 1), killed}) ==
          Words{"to alpha/1: ProcessGone(beta/1, signal 9 (Killed))",
                "to gamma/link0: ProcessGone(beta/1, signal 9 (Killed))"});
    CHECK(leader.hears(link_of(beta), LeaveConvention{}) ==
          Words{"to alpha/1: HostGone(beta, left)", "to gamma/link0: HostGone(beta, left)"});
}

TEST_CASE("nobody tells news of another's host or process", "[broker]") {
    LeaderOfTwo leader;
    Member member;
    const Peer program = leader.with_program();
    for (const Peer& liar : {program, stranger(), link_of(gamma_host)}) {
        CHECK(leader.hears(liar, HostChanged{host_entry(beta, "beta")}).empty());
        CHECK(leader.hears(liar, ProcessGone{process_id(beta, 1), killed}).empty());
    }

    CHECK(leader.hears(stranger(), HostChanged{host_entry(0, "nowhere")}).empty());
    CHECK(leader.hears(program, LeaveConvention{}).empty());
    CHECK(member.hears(stranger(), HostChanged{host_entry(0, "nowhere")}).empty());
    CHECK(member.hears(stranger(), ProcessGone{process_id(alpha, 1), killed}).empty());
    CHECK(leader.hears(stranger(), HostStatusRequest{}) ==
          Words{"to stranger1: HostStatusReply(alpha 2, beta 0, gamma 0)"});
}

// ---- A member's side

TEST_CASE("a worker joins with the types of its actor process, and is ready when the leader has taken it in",
          "[broker]") {
    TestBroker worker(host_entry(beta, "beta"));
    const Peer actors(process_id(beta, 1));
    CHECK(worker.begin() == Words{"connect as beta/link0", "start beta/1"});
    worker.broker.actor_process_started(actors.process(), TestBroker::first_pid);

    CHECK(worker.ticks_after(0s).empty());
    CHECK(worker.hears(actors, Register{actors.process(), 1, "actors", true, {}}) ==
          Words{"to beta/1: Registered(beta, hosts beta)", "to beta/1: HostChanged(beta, actors in beta/1)"});
    CHECK(worker.ticks_after(0s) == Words{"to leader: JoinConvention(beta)"});
    CHECK(worker.hears_leader(Joined{{leader_entry(), host_entry(beta, "beta", process_id(beta, 1))}}) ==
          Words{"to leader: HostProcesses(1)", "to beta/1: Registered(beta, hosts alpha beta)", "ready"});
}

TEST_CASE("a worker passes the leader's news on to its processes", "[broker]") {
    Member member;

    CHECK(member.hears_leader(HostChanged{host_entry(gamma_host, "gamma")}) == Words{"to beta/1: HostChanged(gamma)"});
    CHECK(member.hears_leader(ProcessGone{process_id(gamma_host, 1), killed}) ==
          Words{"to beta/1: ProcessGone(gamma/1, signal 9 (Killed))"});
    CHECK(member.hears_leader(HostGone{gamma_host, "left"}) == Words{"to beta/1: HostGone(gamma, left)"});
    CHECK(member.hears_leader(HostGone{gamma_host, "left"}).empty());
}

TEST_CASE("a worker knows best about itself", "[broker]") {
    Member member;

    CHECK(member.hears_leader(HostGone{beta, "silent for too long"}).empty());
    CHECK(member.hears_leader(HostChanged{host_entry(beta, "somebody else")}).empty());
    CHECK(member.hears(stranger(), HostStatusRequest{}) == Words{"to stranger1: HostStatusReply(alpha 0, beta 1)"});
}

TEST_CASE("a worker tells its leader what becomes of its processes", "[broker]") {
    Member member;

    CHECK(member.child_ends(TestBroker::first_pid, killed) ==
          Words{"to leader: ProcessGone(beta/1, signal 9 (Killed))", "to leader: HostChanged(beta)", "start beta/2"});
    for (const auto& action : member.last)
        if (const auto* news = std::get_if<SendToLeader>(&action)) CHECK(news->in_order);
}

TEST_CASE("a worker whom the leader refuses stops and says why", "[broker]") {
    Member member;

    CHECK(member.hears_leader(Refused{Error::refused, "the host id is taken"}) ==
          Words{"stop 1: the leader refuses this host: the host id is taken"});
}

TEST_CASE("a worker whose leader is silent connects by a new link and asks again", "[broker]") {
    Member member;

    CHECK(member.ticks_after(0s) == Words{"to leader: Heartbeat(status)"});
    CHECK(member.ticks_after(3s) == Words{"connect as beta/link1"});
    CHECK_FALSE(member.broker.is_member());
    CHECK(member.ticks_after(100ms) == Words{"to leader: JoinConvention(beta)"});
}

TEST_CASE("the numbers of a worker's links begin again when they are used up", "[broker]") {
    TestBroker worker(host_entry(beta, "beta"), false);
    worker.begin();
    for (int i = 0; i < 0xffff; ++i) worker.ticks_after(3s);
    CHECK(words_of(worker.last) == Words{"connect as beta/link65535"});

    CHECK(worker.ticks_after(3s) == Words{"connect as beta/link0"});
}

TEST_CASE("what a host has changed since it asked to join it tells when it is a member", "[broker]") {
    Member member;
    member.hears_leader(JoinAgain{});
    member.ticks_after(0s);
    const HostEntry asked = host_entry(beta, "beta", process_id(beta, 1));
    const Words changed{"to beta/1: HostChanged(beta, actors in beta/1)"};
    CHECK(member.hears(Peer(process_id(beta, 1)), UpdateCapability{"Server", {}}) == changed);

    CHECK(member.hears_leader(Joined{{leader_entry(), asked}}) ==
          Words{"to leader: HostChanged(beta, actors in beta/1)", "to leader: HostProcesses(1)",
                "to beta/1: Registered(beta, hosts alpha beta)"});
    CHECK(member.ticks_after(0s) == Words{"to leader: Heartbeat(status)"});
    CHECK(member.hears_leader(Heartbeat{{}, 0}).empty());
}

TEST_CASE("a leader started anew gets its members back, and drops those that don't come", "[broker]") {
    Member member;
    member.hears_leader(HostChanged{host_entry(gamma_host, "gamma")});
    HostEntry new_leader = leader_entry();
    new_leader.id = 0xa1000002;

    CHECK(member.hears_leader(JoinAgain{}).empty());
    CHECK(member.ticks_after(0s) == Words{"to leader: JoinConvention(beta)"});
    CHECK(member.hears_leader(Joined{{new_leader, host_entry(beta, "beta", process_id(beta, 1))}}) ==
          Words{"to leader: HostProcesses(1)", "to beta/1: Registered(beta, hosts alpha alpha beta gamma)"});

    SECTION("one that comes stays") {
        CHECK(member.hears_leader(HostChanged{host_entry(gamma_host, "gamma")}) ==
              Words{"to beta/1: HostChanged(gamma)"});
        member.ticks_after(2s);
        member.hears_leader(Heartbeat{});
        member.ticks_after(2s);
        member.hears_leader(Heartbeat{});
        CHECK(member.ticks_after(1s) ==
              Words{"to leader: Heartbeat(status)", "to beta/1: HostGone(alpha, did not join the restarted leader)"});
    }
    SECTION("those that don't are gone after the down time") {
        member.ticks_after(2s);
        member.hears_leader(Heartbeat{});
        member.ticks_after(2s);
        member.hears_leader(Heartbeat{});
        CHECK(member.ticks_after(1s) == Words{"to leader: Heartbeat(status)",
                                              "to beta/1: HostGone(alpha, did not join the restarted leader)",
                                              "to beta/1: HostGone(gamma, did not join the restarted leader)"});
    }
}

// ---- The end

TEST_CASE("a convention that shuts down waits for its members, then for its own processes, and says so", "[broker]") {
    LeaderOfTwo leader;

    CHECK(leader.hears(stranger(), ShutDownConvention{}) == Words{"to beta/link0: EndHost", "to gamma/link0: EndHost"});
    CHECK(leader.hears(link_of(gamma_host), LeaveConvention{}).size() == 2);
    CHECK(leader.hears(link_of(beta), LeaveConvention{}) ==
          Words{"to alpha/1: HostGone(beta, left)", "signal 15 to 4711", "to alpha/1: EndProcess"});
    CHECK(leader.child_ends(TestBroker::first_pid, ended) == Words{"to stranger1: Acknowledged", "stop 0"});
}

TEST_CASE("a convention's end doesn't wait forever, neither for members nor for processes", "[broker]") {
    LeaderOfTwo leader;
    leader.hears(stranger(), ShutDownConvention{});
    for (int i = 0; i < 2; ++i) {
        leader.ticks_after(4s - 1ns);
        for (const auto host : {beta, gamma_host}) leader.hears(link_of(host), Heartbeat{});
    }

    CHECK(leader.ticks_after(2ns) == Words{"signal 15 to 4711", "to alpha/1: EndProcess"});
    for (const auto host : {beta, gamma_host}) leader.hears(link_of(host), LeaveConvention{});
    CHECK(leader.ticks_after(Broker::ending_longest) ==
          Words{"signal 9 to 4711", "to stranger1: Acknowledged", "stop 0"});
}

TEST_CASE("who asks a second time is answered at once, and a host that joins meanwhile is ended too", "[broker]") {
    LeaderOfTwo leader;
    leader.hears(stranger(1), ShutDownConvention{});

    CHECK(leader.hears(stranger(2), ShutDownConvention{}) == Words{"to stranger2: Acknowledged"});
    CHECK(leader.hears(link_of(beta, 1), JoinConvention{host_entry(beta, "beta")}).back() == "to beta/link1: EndHost");
}

TEST_CASE("a member passes the wish to shut down on to its leader, if it has one", "[broker]") {
    Member member;
    CHECK(member.hears(stranger(), ShutDownConvention{}) ==
          Words{"to leader: ShutDownConvention", "to stranger1: Acknowledged"});
}

TEST_CASE("the wish to shut down waits for a leader that is away, for a while, one at a time", "[broker]") {
    Member member;
    member.hears_leader(JoinAgain{});

    CHECK(member.hears(stranger(1), ShutDownConvention{}).empty());
    CHECK(member.hears(stranger(2), ShutDownConvention{}) ==
          Words{"to stranger2: Refused(somebody has asked already; the leader does not answer yet)"});
    const Words said = member.hears_leader(Joined{});
    CHECK(std::ranges::count(said, "to leader: ShutDownConvention") == 1);
    CHECK(std::ranges::count(said, "to stranger1: Acknowledged") == 1);

    TestBroker lonely(host_entry(beta, "beta"), false);
    lonely.begin();
    CHECK(lonely.hears(stranger(), ShutDownConvention{}).empty());
    lonely.ticks_after(3s - 1ns);
    CHECK(std::ranges::count(lonely.ticks_after(1ns),
                             "to stranger1: Refused(the leader does not answer; ask again, or "
                             "end this host by SIGTERM)") == 1);
}

TEST_CASE("a member that is asked to end leaves when its processes have ended", "[broker]") {
    Member member;

    CHECK(member.hears_leader(EndHost{}) == Words{"signal 15 to 4711", "to beta/1: EndProcess"});
    CHECK(member.child_ends(TestBroker::first_pid, ended) ==
          Words{"to leader: ProcessGone(beta/1, process exit, status 0)", "to leader: HostChanged(beta)",
                "to leader: LeaveConvention", "stop 0"});
}

TEST_CASE("a leader that ends alone tells its members that it has left", "[broker]") {
    LeaderOfTwo leader;
    leader.ends();

    const auto words = leader.child_ends(TestBroker::first_pid, ended);

    CHECK(Words(words.end() - 3, words.end()) ==
          Words{"to beta/link0: HostGone(alpha, left)", "to gamma/link0: HostGone(alpha, left)", "stop 0"});
}

}  // namespace zanni::broker
