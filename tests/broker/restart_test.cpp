#include <catch2/catch.hpp>

#include <optional>
#include <utility>
#include <vector>

#include "transcript.hpp"

/// A broker that was killed and is started again with what the one before remembered.
namespace zanni::broker {

using namespace zanni::test;
using namespace std::chrono_literals;
using namespace transport;

namespace {

constexpr std::uint64_t actors = process_id(alpha, 1);
constexpr std::uint64_t program = process_id(alpha, 2);
constexpr std::int64_t actors_pid = 4711;
const ExitCause ended{ExitCause::gone, 0, {}};

Memory memory_of(std::uint32_t host, std::vector<Memory::Resident> residents) {
    return {host, 64, 16, std::move(residents)};
}
const Memory::Resident living_actors{actors, actors_pid, true, true};

Register registration(std::uint64_t process, bool common = false) {
    return {process, common ? actors_pid : 99, "program", common, {}, here};
}

struct Restarted : TestBroker {
    explicit Restarted(std::vector<Memory::Resident> residents)
        : TestBroker(leader_entry(), true, memory_of(alpha, std::move(residents))) {}
};

}  // namespace

TEST_CASE("what the next broker must know is remembered before it is used", "[restart]") {
    TestBroker worker(host_entry(beta, "beta"), true, std::nullopt, true);

    CHECK(worker.begin() ==
          Words{"remember 0, links 16", "connect as beta/link0", "remember 64, links 16", "start beta/1"});
    CHECK(words_of(worker.broker.actor_process_started(process_id(beta, 1), actors_pid)) ==
          Words{"remember 64, links 16, beta/1"});
    CHECK(worker.hears(stranger(), Hello{"0.1.0"}) == Words{"to stranger1: Welcome(beta/2)"});
    CHECK(worker.hears(Peer(process_id(beta, 2)), registration(process_id(beta, 2)))[1] ==
          "remember 64, links 16, beta/1, beta/2");
    CHECK(worker.hears(Peer(process_id(beta, 2)), Leave{}).back() == "remember 64, links 16, beta/1");
    for (std::uint32_t number = 3; number <= 64; ++number) worker.hears(stranger(), Hello{"0.1.0"});
    CHECK(worker.hears(stranger(), Hello{"0.1.0"}) ==
          Words{"remember 128, links 16, beta/1", "to stranger1: Welcome(beta/65)"});
}

TEST_CASE("a broker that is started again gives no number twice", "[restart]") {
    TestBroker worker(host_entry(beta, "beta"), true, memory_of(beta, {}));

    CHECK(worker.begin() == Words{"connect as beta/link16", "start beta/65"});
}

TEST_CASE("a broker that is started again takes its actor process back, and starts no other", "[restart]") {
    Restarted leader({living_actors});

    CHECK(leader.begin() == Words{"adopt pid 4711"});
    CHECK(leader.hears(Peer(actors), registration(actors, true)) ==
          Words{"to alpha/1: Registered(alpha, hosts alpha)", "to alpha/1: HostChanged(alpha, actors in alpha/1)",
                "ready"});
    CHECK(leader.ticks_after(2s).empty());
    CHECK(leader.ticks_after(10s).empty());
    CHECK(leader.ends() == Words{"signal 15 to 4711", "to alpha/1: EndProcess"});
    CHECK(leader.child_ends(actors_pid, ended) == Words{"stop 0"});
}

TEST_CASE("an actor process that doesn't come back gets a successor after a grace, and may still come", "[restart]") {
    Restarted leader({living_actors});
    leader.begin();

    CHECK(leader.ticks_after(1s - 1ns) == Words{"to alpha/1: RegisterAgain"});
    CHECK(leader.ticks_after(1ns) == Words{"to alpha/1: RegisterAgain", "start alpha/65"});
    const std::uint64_t successor = process_id(alpha, 65);
    leader.broker.actor_process_started(successor, 5000);
    leader.hears(Peer(successor), registration(successor, true));

    SECTION("then it is taken back, but new actors go to its successor") {
        CHECK(leader.hears(Peer(actors), registration(actors, true)) ==
              Words{"to alpha/1: Registered(alpha, hosts alpha)"});
        CHECK(leader.child_ends(actors_pid, ended) == Words{"to alpha/65: ProcessGone(alpha/1, gone)"});
    }
    SECTION("or it is killed and gone for everybody when the down time is over") {
        CHECK(leader.ticks_after(4s) ==
              Words{"signal 9 to 4711", "to alpha/65: ProcessGone(alpha/1, gone: ended while its broker was away)"});
    }
}

TEST_CASE("an actor process that is known to have ended gets a successor at once", "[restart]") {
    SECTION("when it ended before this broker began") {
        Restarted leader({{actors, actors_pid, true, false}});
        CHECK(leader.begin() == Words{"start alpha/65"});
    }
    SECTION("when it ends meanwhile") {
        Restarted leader({living_actors});
        leader.begin();
        CHECK(leader.child_ends(actors_pid, ended) == Words{"start alpha/65"});
    }
}

TEST_CASE("a program comes back without a hello, and what is for it meanwhile is not given back", "[restart]") {
    Restarted leader({living_actors, {program, 99, false, true}});
    leader.begin();

    CHECK(leader.broker.may_come_back(program, leader.clock.now()));
    CHECK_FALSE(leader.broker.may_come_back(process_id(alpha, 3), leader.clock.now()));
    CHECK(leader.hears(Peer(program), Report{1}) == Words{"to alpha/2: RegisterAgain"});
    CHECK(leader.hears(Peer(program), registration(program)) ==
          Words{"watch alpha/2, pid 99", "to alpha/2: Registered(alpha, hosts alpha)"});
    CHECK_FALSE(leader.broker.may_come_back(program, leader.clock.now()));
}

TEST_CASE("who hasn't come back by the down time is gone, for the members too", "[restart]") {
    Restarted leader({living_actors, {program, 99, false, true}, {process_id(alpha, 3), 0, false, true}});
    leader.begin();
    leader.hears(Peer(actors), registration(actors, true));
    leader.hears(link_of(beta), JoinConvention{host_entry(beta, "beta")});
    leader.hears(Peer(process_id(alpha, 3)), registration(process_id(alpha, 3)));

    leader.ticks_after(4s);
    leader.hears(link_of(beta), Heartbeat{});
    const auto words = leader.ticks_after(1s);

    const std::string gone = "ProcessGone(alpha/2, gone: ended while its broker was away)";
    CHECK(words == Words{"to alpha/1: " + gone, "to alpha/3: " + gone, "to beta/link0: " + gone});
}

}  // namespace zanni::broker
