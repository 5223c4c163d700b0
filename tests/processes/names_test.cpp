#include <signal.h>

#include <fstream>
#include <set>
#include <string>
#include <vector>

#include <catch2/catch.hpp>

#include <zanni/zanni.hpp>

#include "convention.hpp"
#include "probe.hpp"

/// Names of a whole convention: of actors that the probe module's hosts run, and of a program's own.
namespace zanni::tests {

namespace {

using std::chrono::seconds;

/// A leader and two workers, all with the module.
class ThreeHosts : public Convention {
public:
    ThreeHosts() {
        start_leader(any_port, {"--load", ZANNI_PROBE_MODULE});
        for (const char* const name : {"north", "south"})
            start_worker(name, {"--listen", any_port, "--load", ZANNI_PROBE_MODULE});
    }
    std::string names() { return zanni({"names", "--json", "--join", endpoint()}).out; }
};

const CreateOptions prize{.name = "prize"};

class Homely : public Actor {
public:
    static constexpr auto actor_name = "test.Homely";
    int answer(const int& number) { return number + 1; }
    using Behavior = zanni::Behavior<&Homely::answer>;
};

}  // namespace

TEST_CASE("fifty processes on three hosts create the same name at once: one actor exists, all get its address",
          "[C4]") {
    ThreeHosts convention;
    const std::string start_gun = convention.file("go");
    std::vector<Program*> racers;
    const char* const hosts[] = {"leader", "north", "south"};
    for (int i = 0; i < 50; ++i)
        racers.push_back(&convention.start(ZANNI_NAME_RACER, {convention.endpoint(hosts[i % 3]), "prize", start_gun}));
    for (Program* const racer : racers)
        eventually("a racer has joined", [&] { return contains(racer->out(), "joined") || !racer->is_running(); });

    std::ofstream(start_gun) << "go";

    std::set<std::string> answers;
    for (Program* const racer : racers) {
        const Ended ended = racer->wait();
        INFO(ended.err);
        REQUIRE(ended.code == 0);
        answers.insert(lines_of(ended.out).back());
    }
    CHECK(answers.size() == 1);
    CHECK(contains(convention.names(), R"("total":1)"));
    {
        ActorSystem system(join(convention.endpoint()));  // all that created it have ended; it lives
        const auto found = system.find("prize", deadline);
        REQUIRE(found.has_value());
        CHECK(answers.begin()->starts_with(found->to_string() + " "));
        system.tell(*found, ExitRequest{});
        eventually("the name is free", [&] { return !system.find("prize", deadline); });
        const auto another = system.create("probe.Probe", prize);
        REQUIRE(another.has_value());
        CHECK(*another != *found);
    }
    convention.shut_down();
}

TEST_CASE("a named actor outlives the program that created it, and another finds it by its name", "[C4][D8]") {
    ThreeHosts convention;
    Address created;
    {
        ActorSystem first(join(convention.endpoint("north")));
        created = first.create("probe.Probe", prize);
    }
    {
        ActorSystem second(join(convention.endpoint("south")));
        const auto found = second.find("prize", deadline);
        REQUIRE(found.has_value());
        CHECK(*found == created);
        CHECK(second.ask<probe::Here>(*found, probe::WhereAreYou{}, deadline).has_value());
    }
    convention.shut_down();
}

TEST_CASE("a named actor of a type that only the program has ends with it, and its name is free", "[C4][D8]") {
    ThreeHosts convention;
    {
        ActorSystem second(join(convention.endpoint("south")));
        {
            ActorSystem first(join(convention.endpoint("north")));
            const Address own = first.create<Homely>({.name = "homely"});
            const auto found = second.find("homely", deadline);
            REQUIRE(found.has_value());
            CHECK(*found == own);
            CHECK(second.ask<int>(*found, 41, deadline).value_or(0) == 42);
        }
        eventually("the name is free", [&] { return !second.find("homely", deadline); });
        CHECK(second.find("homely", deadline).error().code == Error::unknown_name);
    }
    convention.shut_down();
}

TEST_CASE("a name is free when its process is killed, and when its host is lost", "[C4]") {
    ThreeHosts convention;
    {
        ActorSystem system(join(convention.endpoint()));
        const auto free = [&] { return !system.find("prize", deadline); };
        const Address first = system.create("probe.Probe", prize);
        const auto here = system.ask<probe::Here>(first, probe::WhereAreYou{}, deadline);
        REQUIRE(here.has_value());
        ::kill(static_cast<pid_t>(here->pid), SIGKILL);
        eventually("the name of the killed is free", free);

        ActorSystem north(join(convention.endpoint("north")));
        const auto second = north.create("probe.Probe", prize);
        REQUIRE(second.has_value());
        CHECK(system.find("prize", deadline).value_or(Address{}) == *second);
        convention.host("north").signal(SIGTERM);
        eventually("the name of the host that left is free", free);
    }
    convention.shut_down();
}

TEST_CASE("a leader that was killed and started again knows the names", "[C4]") {
    ThreeHosts convention;
    {
        ActorSystem system(join(convention.endpoint("north")));
        const auto created = system.create("probe.Probe", prize);
        REQUIRE(created.has_value());
        const std::string endpoint = convention.endpoint();
        convention.host("leader").signal(SIGKILL);
        static_cast<void>(convention.host("leader").wait());

        const auto nobody = system.find("other", seconds(1));
        REQUIRE_FALSE(nobody.has_value());
        CHECK(nobody.error().code == Error::timeout);
        const auto late = system.create("probe.Probe", {.name = "other", .wait_longest = seconds(1)});
        REQUIRE_FALSE(late.has_value());
        CHECK_THAT(late.error().to_string(), Catch::Contains("leader"));

        convention.start_leader(endpoint, {"--load", ZANNI_PROBE_MODULE});
        CHECK(system.find("prize", deadline).value_or(Address{}) == *created);
        eventually("the other name is free", [&] {
            const auto other = system.find("other", deadline);
            return !other && other.error().code == Error::unknown_name;
        });
    }
    convention.shut_down();
}

TEST_CASE("zanni names lists names, addresses and hosts; a worker says whom to ask", "[C4]") {
    ThreeHosts convention;
    {
        ActorSystem system(join(convention.endpoint("north")));
        const auto created = system.create("probe.Probe", prize);
        REQUIRE(created.has_value());

        CHECK(convention.names() == R"({"names":[{"name":"prize","address":")" + created->to_string() +
                                        R"(","host":"north"}],"total":1})" + "\n");
        const auto lines = lines_of(convention.zanni({"names", "--join", convention.endpoint()}).out);
        REQUIRE(lines.size() == 2);
        CHECK(contains(lines[1], "prize"));
        CHECK(contains(lines[1], created->to_string()));
        CHECK(contains(lines[1], "north"));
        const Ended asked_worker = convention.zanni({"names", "--join", convention.endpoint("north")});
        CHECK(asked_worker.code == 1);
        CHECK_THAT(asked_worker.err, Catch::Contains("host north is not the leader"));
    }
    convention.shut_down();
}

}  // namespace zanni::tests
