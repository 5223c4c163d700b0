#include <catch2/catch.hpp>

#include "transcript.hpp"

namespace zanni::broker {

using namespace zanni::test;
using namespace std::chrono_literals;
using namespace transport;

namespace {

const ExitCause killed{ExitCause::signal, 9, {}};
const ExitCause ended{ExitCause::process_exit, 0, {}};

Register registration(std::uint64_t process, bool common = false) { return {process, 99, "program", common, {}}; }

}  // namespace

TEST_CASE("a leader starts its actor process and is ready once that has registered", "[broker]") {
    TestBroker leader(leader_entry());
    const std::uint64_t process = process_id(alpha, 1);

    CHECK(leader.begin() == Words{"start alpha/1"});
    leader.broker.actor_process_started(process, TestBroker::first_pid);
    CHECK(leader.hears(Peer(process), registration(process, true)) ==
          Words{"to alpha/1: Registered(alpha, hosts alpha)", "to alpha/1: HostChanged(alpha, actors in alpha/1)",
                "ready"});
}

TEST_CASE("a host without an actor process is ready at once", "[broker]") {
    TestBroker leader(leader_entry(), false);

    CHECK(leader.begin() == Words{"ready"});
}

TEST_CASE("whoever says hello is welcomed with an id of its own", "[broker]") {
    TestBroker leader(leader_entry());
    leader.with_actor_process();

    CHECK(leader.hears(stranger(1), Hello{"0.1.0"}) == Words{"to stranger1: Welcome(alpha/2)"});
    CHECK(leader.hears(stranger(2), Hello{"0.1.0"}) == Words{"to stranger2: Welcome(alpha/3)"});
    CHECK(leader.broker.routes().route(process_id(alpha, 2)) == Hop{});
}

TEST_CASE("a process that registers hears of the convention and can be reached", "[broker]") {
    TestBroker leader(leader_entry());
    leader.with_actor_process();
    leader.with_member(beta, "beta");
    leader.hears(stranger(), Hello{"0.1.0"});
    const Peer program(process_id(alpha, 2));

    CHECK(leader.hears(program, registration(program.process())) ==
          Words{"to alpha/2: Registered(alpha, hosts alpha beta)"});
    CHECK(leader.broker.routes().route(program.process()) == Hop{Hop::To::process, program});
}

TEST_CASE("each process of a host hears which actors of the others handle dead letters", "[broker][B9]") {
    TestBroker leader(leader_entry());
    leader.with_actor_process();
    const Peer program = leader.with_program();
    const Address clerk = detail::make_address({program.process(), 7});
    const std::string news = "DeadLetterHandlers(" + clerk.to_string() + ")";

    CHECK(leader.hears(program, DeadLetterHandlers{{clerk}}) ==
          Words{"to alpha/1: " + news, "to alpha/2: DeadLetterHandlers()"});
    leader.hears(stranger(2), Hello{"0.1.0"});
    const Peer late(process_id(alpha, 3));
    CHECK(leader.hears(late, registration(late.process())) ==
          Words{"to alpha/3: Registered(alpha, hosts alpha)", "to alpha/3: " + news});
    CHECK(leader.hears(late, DeadLetterHandlers{{clerk}}) ==
          Words{"to alpha/3: Refused(a handler of dead letters in another process)"});
    leader.hears(program, Leave{});
    CHECK(leader.hears(late, DeadLetterHandlers{}) ==
          Words{"to alpha/1: DeadLetterHandlers()", "to alpha/3: DeadLetterHandlers()"});
}

TEST_CASE("a registration in another's name, or with an id that nobody was given, is refused", "[broker]") {
    TestBroker leader(leader_entry());
    leader.with_actor_process();
    const Peer program = leader.with_program();
    const auto refused = [](std::uint64_t process) {
        return "Refused(process " + detail::make_address({process, 0}).to_string() +
               " belongs to no host of this broker, which may have been started anew)";
    };
    const auto answer = [&](const Peer& from, std::uint64_t process) {
        return leader.hears(from, registration(process));
    };

    const std::uint64_t actors = process_id(alpha, 1), foreign = process_id(beta, 1), unissued = process_id(alpha, 3),
                        own_broker = process_id(alpha, 0);
    CHECK(answer(program, actors) == Words{"to alpha/2: " + refused(actors)});
    CHECK(answer(stranger(), actors) == Words{"to stranger1: " + refused(actors)});
    CHECK(answer(Peer(foreign), foreign) == Words{"to beta/1: " + refused(foreign)});
    CHECK(answer(Peer(unissued), unissued) == Words{"to alpha/3: " + refused(unissued)});
    CHECK(answer(Peer(own_broker), own_broker) == Words{"to alpha/0: " + refused(own_broker)});
    CHECK(answer(link_of(alpha), link_of(alpha).process()) ==
          Words{"to alpha/link0: " + refused(link_of(alpha).process())});
}

TEST_CASE("only a process that the broker started runs actors for others", "[broker]") {
    TestBroker leader(leader_entry());
    leader.with_actor_process();
    const Peer program = leader.with_program();

    CHECK(leader.hears(program, registration(program.process(), true)) ==
          Words{"to alpha/2: Refused(only a process that this broker started can run actors for others)"});
}

TEST_CASE("a process that leaves is gone for everybody", "[broker]") {
    TestBroker leader(leader_entry());
    leader.with_actor_process();
    const Peer program = leader.with_program();
    leader.with_member(beta, "beta");

    CHECK(leader.hears(program, Leave{}) ==
          Words{"to alpha/1: ProcessGone(alpha/2, process exit, status 0: left in order)",
                "to beta/link0: ProcessGone(alpha/2, process exit, status 0: left in order)"});
    CHECK(leader.broker.routes().route(program.process()) == Hop{});
    CHECK(leader.hears(program, Leave{}).empty());
}

TEST_CASE("nobody can leave or report in another's name", "[broker]") {
    TestBroker leader(leader_entry());
    leader.with_actor_process();
    const Peer program = leader.with_program();
    const auto in_the_name_of = [&](std::uint64_t process, const auto& message) {
        return control_frame(process, process_id(alpha, 0), message);
    };

    CHECK(leader.hears_frame(stranger(), in_the_name_of(program.process(), Leave{})).empty());
    CHECK(leader.hears_frame(stranger(), in_the_name_of(program.process(), Report{77})).empty());

    CHECK(leader.broker.routes().knows(program));
    CHECK(leader.hears(stranger(), HostStatusRequest{}) == Words{"to stranger1: HostStatusReply(alpha 2)"});
    const auto& frame = std::get<SendTo>(leader.last[0]).frame;
    std::uint64_t actors = 99;
    static_cast<void>(read_control(
        check_frame(frame).value(), frame,
        on<HostStatusReply>([&](const HostStatusReply& reply) { actors = reply.hosts[0].processes[1].actors; })));
    CHECK(actors == 0);
}

TEST_CASE("the status says what waits in a process and how fast it handles messages", "[broker][D10]") {
    TestBroker leader(leader_entry());
    leader.with_actor_process();
    const Peer program = leader.with_program();
    const auto reports = [&](std::uint64_t sent, std::uint64_t delivered) {
        Report report{1};
        report.accounts.sent = sent;
        report.accounts.delivered = delivered;
        leader.hears(program, report);
    };

    reports(10, 10);
    leader.ticks_after(2s);
    reports(1'030, 1'010);

    leader.hears(stranger(), HostStatusRequest{});
    const auto& frame = std::get<SendTo>(leader.last[0]).frame;
    std::optional<ProcessStatus> shown;
    static_cast<void>(read_control(
        check_frame(frame).value(), frame,
        on<HostStatusReply>([&](const HostStatusReply& reply) { shown = reply.hosts.at(0).processes.at(1); })));
    REQUIRE(shown);
    CHECK(waiting_of(*shown) == 20);
    CHECK(shown->handled_per_second == 500);
}

TEST_CASE("a program of the same machine is watched, and gone for everybody as soon as it ends", "[broker]") {
    TestBroker leader(leader_entry());
    leader.with_actor_process();
    leader.hears(stranger(), Hello{"0.1.0"});
    const Peer program(process_id(alpha, 2));

    CHECK(leader.hears(program, Register{program.process(), 99, "program", false, {}, here}) ==
          Words{"watch alpha/2, pid 99", "to alpha/2: Registered(alpha, hosts alpha)"});
    CHECK(leader.ticks_after(1min).empty());
    CHECK(words_of(leader.broker.process_ended(program.process(), {ExitCause::gone, 0, {}})) ==
          Words{"unwatch alpha/2", "to alpha/1: ProcessGone(alpha/2, gone)"});
    CHECK(words_of(leader.broker.process_ended(program.process(), {ExitCause::gone, 0, {}})).empty());
}

TEST_CASE("a program that leaves is watched no longer", "[broker]") {
    TestBroker leader(leader_entry(), false);
    leader.begin();
    leader.hears(stranger(), Hello{"0.1.0"});
    const Peer program(process_id(alpha, 1));
    leader.hears(program, Register{program.process(), 99, "program", false, {}, here});

    CHECK(leader.hears(program, Leave{}) == Words{"unwatch alpha/1"});
}

TEST_CASE("a program of another machine is gone when it has not reported for the down time", "[broker]") {
    TestBroker leader(leader_entry());
    leader.with_actor_process();
    leader.hears(stranger(), Hello{"0.1.0"});
    const Peer program(process_id(alpha, 2));
    leader.hears(program, Register{program.process(), 99, "program", false, {}, "elsewhere"});

    CHECK(leader.ticks_after(4s).empty());
    CHECK(leader.hears(program, Report{1}) == Words{"to alpha/2: Heartbeat"});
    CHECK(leader.ticks_after(Times{}.down_after - 1ns).empty());
    CHECK(leader.ticks_after(1ns) == Words{"to alpha/1: ProcessGone(alpha/2, gone: silent for too long)"});
    CHECK(leader.hears(program, Report{1}) == Words{"to alpha/2: RegisterAgain"});
    CHECK(leader.hears(program, Report{1}).empty());
}

TEST_CASE("an actor process that is killed is gone for everybody, and started again", "[broker]") {
    TestBroker leader(leader_entry());
    leader.with_actor_process();
    leader.with_program();
    leader.with_member(beta, "beta");

    CHECK(leader.child_ends(TestBroker::first_pid, killed) ==
          Words{"to alpha/2: ProcessGone(alpha/1, signal 9 (Killed))",
                "to beta/link0: ProcessGone(alpha/1, signal 9 (Killed))", "to alpha/2: HostChanged(alpha)",
                "to beta/link0: HostChanged(alpha)", "start alpha/3"});
    leader.broker.actor_process_started(process_id(alpha, 3), 4712);
    CHECK(leader.hears(Peer(process_id(alpha, 3)), registration(process_id(alpha, 3), true)) ==
          Words{"to alpha/3: Registered(alpha, hosts alpha beta)", "to alpha/2: HostChanged(alpha, actors in alpha/3)",
                "to alpha/3: HostChanged(alpha, actors in alpha/3)",
                "to beta/link0: HostChanged(alpha, actors in alpha/3)"});
}

TEST_CASE("an actor process that left in order before it ended is started again", "[broker]") {
    TestBroker leader(leader_entry());
    leader.with_actor_process();
    CHECK(leader.hears(Peer(process_id(alpha, 1)), Leave{}).empty());

    CHECK(leader.child_ends(TestBroker::first_pid, ended) == Words{"start alpha/2"});
}

TEST_CASE("an actor process that ends too often stays down, and the host goes on", "[broker]") {
    TestBroker leader(leader_entry());
    leader.with_actor_process();
    std::uint32_t number = 1;
    std::int64_t pid = TestBroker::first_pid;
    for (; number <= 5; ++number, ++pid) {
        REQUIRE(leader.child_ends(pid, killed) == Words{"start alpha/" + std::to_string(number + 1)});
        const std::uint64_t next = process_id(alpha, number + 1);
        leader.broker.actor_process_started(next, pid + 1);
        leader.hears(Peer(next), registration(next, true));
    }

    CHECK(leader.child_ends(pid, killed).empty());
    CHECK(leader.hears(stranger(), HostStatusRequest{}) == Words{"to stranger1: HostStatusReply(alpha 0)"});
}

TEST_CASE("an actor process that ends before it is ready stops the host with the reason", "[broker]") {
    TestBroker leader(leader_entry());
    leader.begin();
    leader.broker.actor_process_started(process_id(alpha, 1), TestBroker::first_pid);

    SECTION("which is its own line when it could say one") {
        CHECK(leader.child_ends(TestBroker::first_pid, {ExitCause::process_exit, 2, {}}) == Words{"stop 2"});
    }
    SECTION("which is the cause otherwise") {
        CHECK(leader.child_ends(TestBroker::first_pid, killed) ==
              Words{"stop 2: the actor process ended before it was ready: signal 9 (Killed)"});
    }
}

TEST_CASE("a child that the broker doesn't know changes nothing", "[broker]") {
    TestBroker leader(leader_entry());
    leader.with_actor_process();

    CHECK(leader.child_ends(1, killed).empty());
}

TEST_CASE("a host that ends asks its processes to, and stops when they have", "[broker]") {
    TestBroker leader(leader_entry());
    leader.with_actor_process();
    leader.with_program();

    CHECK(leader.ends() == Words{"signal 15 to 4711", "to alpha/1: EndProcess", "to alpha/2: EndProcess"});
    CHECK(leader.ends().empty());
    CHECK(leader.ticks_after(1s).empty());
    CHECK(leader.child_ends(TestBroker::first_pid, ended).back() == "stop 0");
}

TEST_CASE("a host whose actor process doesn't end kills it when its time is over", "[broker]") {
    TestBroker leader(leader_entry());
    leader.with_actor_process();
    leader.ends();

    CHECK(leader.ticks_after(Broker::ending_longest - 1ns).empty());
    CHECK(leader.ticks_after(1ns) == Words{"signal 9 to 4711", "stop 0"});
    CHECK(leader.ticks_after(1s).empty());
}

}  // namespace zanni::broker
