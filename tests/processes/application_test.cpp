#include <signal.h>

#include <algorithm>
#include <string>

#include <catch2/catch.hpp>

#include <zanni/zanni.hpp>

#include "convention.hpp"
#include "probe.hpp"

/// Applications that join a convention. The test itself is one; their actors are the probe module's, on hosts.
namespace zanni::tests {

namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

/// A leader without the module, and a worker that has it and offers Probes.
class ProbeConvention : public Convention {
public:
    ProbeConvention() {
        start_leader();
        start_worker("worker", {"--load", ZANNI_PROBE_MODULE, "--capability", "Probes=true"});
    }
};

}  // namespace

TEST_CASE("a program reads the convention's status as plain values", "[D10]") {
    ProbeConvention convention;
    const auto status = [&] {
        auto hosts = zanni::convention_status(convention.endpoint());
        REQUIRE(hosts);
        return *hosts;
    };

    eventually("the worker's heartbeat has told of its process", [&] {
        const auto hosts = status();
        return hosts.size() == 2 && !hosts[1].processes.empty();
    });
    const auto hosts = status();
    CHECK(hosts[0].name == "leader");
    CHECK(hosts[0].leader);
    CHECK(hosts[1].name == "worker");
    CHECK_FALSE(hosts[1].leader);
    CHECK_FALSE(hosts[1].suspect);
    CHECK(hosts[1].version == hosts[0].version);
    CHECK(std::get<bool>(hosts[1].capabilities.at("Probes")));
    CHECK(std::ranges::count(hosts[1].types, "probe.Probe") == 1);
    CHECK(hosts[1].processes[0].pid == convention.actor_process_of("worker"));
    CHECK(hosts[1].processes[0].program == "actor process");

    {
        ActorSystem system(join(convention.endpoint(), {.program = "the test"}));
        const Address probe = system.create("probe.Probe");
        REQUIRE(system.ask<probe::Here>(probe, probe::WhereAreYou{}, seconds(30)));
        eventually("the worker shows the actor and what it has handled", [&] {
            const auto process = status()[1].processes.at(0);
            return process.actors == 1 && process.accounts.received > 0 && process.accounts.delivered > 0;
        });
        CHECK(std::ranges::count(status()[0].processes, "the test", &ProcessReport::program) == 1);
    }
    convention.shut_down();
}

TEST_CASE("where nobody answers there is no status, and the error says where", "[D10]") {
    const auto nobody = zanni::convention_status("ipc:///nobody/is/here", {.wait_longest = milliseconds(50)});

    REQUIRE_FALSE(nobody);
    CHECK(nobody.error().code == Error::unreachable);
    CHECK(contains(nobody.error().context, "ipc:///nobody/is/here"));
}

TEST_CASE("an application creates an actor that it doesn't contain, asks it, and hears that it ended") {
    ProbeConvention convention;
    {
        ActorSystem system(join(convention.endpoint()));

        const auto probe = system.create("probe.Probe");
        REQUIRE(probe.has_value());
        const auto here = system.ask<probe::Here>(*probe, probe::WhereAreYou{}, deadline);
        REQUIRE(here.has_value());
        CHECK(here->pid == convention.actor_process_of("worker"));

        CHECK(system.ask<probe::FirstAnswer>(*probe, probe::AnswerTwice{}, deadline).has_value());
        CHECK(system.listen<probe::SecondAnswer>(deadline).has_value());

        system.tell(*probe, ExitRequest{});
        const auto from_dead = system.ask<probe::Here>(*probe, probe::WhereAreYou{}, deadline);
        REQUIRE_FALSE(from_dead.has_value());
        CHECK(from_dead.error().code == Error::dead_target);
    }
    convention.shut_down();
}

TEST_CASE("an application shows in status while it is a member, and leaves with its end") {
    ProbeConvention convention;
    {
        ActorSystem system(join(convention.endpoint(), {.program = "the test"}));
        CHECK(contains(convention.status(), R"("program":"the test")"));
    }
    eventually("it has left", [&] { return !contains(convention.status(), R"("program":"the test")"); });
    convention.shut_down();
}

TEST_CASE("a convention goes on when an application was killed") {
    ProbeConvention convention;
    Program& application = convention.start(ZANNI_TEST_APPLICATION, {convention.endpoint()});
    eventually("it has joined", [&] { return application.out() == "joined\n" || !application.is_running(); });

    application.signal(SIGKILL);

    CHECK(application.wait().signal == SIGKILL);
    {
        ActorSystem system(join(convention.endpoint()));
        CHECK(system.create("probe.Probe").has_value());
    }
    convention.shut_down();
}

TEST_CASE("an application that was killed is no member any longer") {
    ProbeConvention convention;
    Program& application = convention.start(ZANNI_TEST_APPLICATION, {convention.endpoint()});
    eventually("it has joined", [&] { return application.out() == "joined\n" || !application.is_running(); });
    const std::string member = R"("program":"test_applicatio")";  // as the kernel shortens its name
    CHECK(contains(convention.status(), member));

    application.signal(SIGKILL);

    eventually("it is gone", [&] { return !contains(convention.status(), member); });
    convention.shut_down();
}

TEST_CASE("an application hears at once that the process of the one it asks has ended") {
    ProbeConvention convention;
    {
        ActorSystem system(join(convention.endpoint()));
        const Address probe = system.create("probe.Probe");

        const auto answer = system.ask<probe::Here>(probe, probe::EndProcess{7}, deadline);

        REQUIRE_FALSE(answer.has_value());
        CHECK(answer.error().code == Error::dead_target);
        CHECK(contains(answer.error().context, "process exit, status 7"));
    }
    convention.shut_down();
}

TEST_CASE("a parent on another host hears that its child's process ended itself, and how") {
    ProbeConvention convention;
    convention.start_worker("parents", {"--load", ZANNI_PROBE_MODULE, "--capability", "Parents=true"});
    {
        ActorSystem system(join(convention.endpoint()));
        const Address parent = system.create("probe.Parent", {.requirements = {{"Parents"}}});

        const auto child = system.ask<probe::Child>(parent, probe::CreateChild{"probe.Probe", "Probes"}, deadline);
        REQUIRE(child.has_value());
        const auto here = system.ask<probe::Here>(child->address, probe::WhereAreYou{}, deadline);
        REQUIRE(here.has_value());
        CHECK(here->pid == convention.actor_process_of("worker"));
        system.tell(child->address, probe::EndProcess{3});

        const auto end = system.listen<probe::ChildEnded>(deadline);
        REQUIRE(end.has_value());
        CHECK(end->address == child->address);
        CHECK(end->cause == ExitCause{ExitCause::process_exit, 3, {}});
    }
    convention.shut_down();
}

TEST_CASE("a constructor that throws on another host is told of with its words") {
    ProbeConvention convention;
    convention.start_worker("parents", {"--load", ZANNI_PROBE_MODULE, "--capability", "Parents=true"});
    {
        ActorSystem system(join(convention.endpoint()));

        const auto none = system.create("probe.StillBorn");
        REQUIRE_FALSE(none.has_value());
        CHECK(none.error() == Error{Error::start_failed, "no licence found"});

        const Address parent = system.create("probe.Parent", {.requirements = {{"Parents"}}});
        const auto child = system.ask<probe::Child>(parent, probe::CreateChild{"probe.StillBorn", "Probes"}, deadline);
        REQUIRE(child.has_value());
        const auto end = system.listen<probe::ChildEnded>(deadline);
        REQUIRE(end.has_value());
        CHECK(end->cause == ExitCause{ExitCause::start_failure, 0, "no licence found"});
    }
    convention.shut_down();
}

TEST_CASE("requirements given at creation choose the host") {
    ProbeConvention convention;
    convention.start_worker("big", {"--load", ZANNI_PROBE_MODULE, "--capability", "Slots=64"});
    {
        ActorSystem system(join(convention.endpoint()));

        const Address probe = system.create("probe.Probe", {.requirements = {{"Slots", 64}}});
        const auto here = system.ask<probe::Here>(probe, probe::WhereAreYou{}, deadline);
        REQUIRE(here.has_value());
        CHECK(here->pid == convention.actor_process_of("big"));

        const auto none = system.create("probe.Probe", {.requirements = {{"Slots", 65}}});
        REQUIRE_FALSE(none.has_value());
        CHECK(none.error().code == Error::unmet_requirement);
        CHECK(contains(none.error().context, "leader has not loaded the type"));
        CHECK(contains(none.error().context, "worker needs Slots = 65 (has no Slots)"));
        CHECK(contains(none.error().context, "big needs Slots = 65 (has 64)"));
    }
    convention.shut_down();
}

TEST_CASE("messages of 60 MB arrive, and from 70 MB on the sender learns at once that they can't", "[B6]") {
    ProbeConvention convention;
    {
        ActorSystem system(join(convention.endpoint()));
        const Address probe = system.create("probe.Probe");

        const auto weight = system.ask<probe::Weight>(probe, probe::Parcel{std::string(60'000'000, 'x')}, deadline);
        REQUIRE(weight.has_value());
        CHECK(weight->bytes == 60'000'000);

        const auto refused = system.ask<probe::Weight>(probe, probe::Parcel{std::string(70'000'000, 'x')}, deadline);
        REQUIRE_FALSE(refused.has_value());
        CHECK(refused.error() ==
              Error{Error::too_large,
                    "for " + probe.to_string() + ": between processes a message has 67108864 bytes at most"});

        const auto dead_letters = system.counters().dead_letters;
        system.tell(probe, probe::Parcel{std::string(70'000'000, 'x')});
        CHECK(system.counters().dead_letters == dead_letters + 1);
        const auto after = system.ask<probe::Weight>(probe, probe::Parcel{"x"}, deadline);
        REQUIRE(after.has_value());
        CHECK(after->bytes == 1);
    }
    convention.shut_down();
}

TEST_CASE("an actor's message of 70 MB to another process becomes a dead letter in its host's log") {
    ProbeConvention convention;
    convention.start_worker("other", {"--load", ZANNI_PROBE_MODULE, "--capability", "Other=true"});
    {
        ActorSystem system(join(convention.endpoint()));
        const Address sender = system.create("probe.Probe", {.requirements = {{"Probes"}}});
        const Address receiver = system.create("probe.Probe", {.requirements = {{"Other"}}});

        system.tell(sender, probe::SendParcel{receiver, 70'000'000});

        eventually("the log says so", [&] {
            return contains(convention.log_of("worker"),
                            "dead letter: probe.Parcel to " + receiver.to_string() + ": too_large");
        });
    }
    convention.shut_down();
}

TEST_CASE("a leader that ends asks the applications at it to end too, and they can join the next one") {
    ProbeConvention convention;
    const std::string endpoint = convention.endpoint();
    {
        ActorSystem system(join(endpoint));
        convention.host("leader").signal(SIGTERM);
        CHECK(convention.host("leader").wait().code == 0);
        CHECK(system.await_shut_down(deadline));  // its host has asked it to end, too
    }
    convention.start_leader(endpoint);
    eventually("the worker has joined", [&] { return contains(convention.status(), "\"name\":\"worker\""); });
    {
        ActorSystem system(join(endpoint));
        CHECK(system.create("probe.Probe").has_value());
    }
    convention.shut_down();
}

}  // namespace zanni::tests
