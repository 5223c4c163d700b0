#include <signal.h>

#include <string>

#include <catch2/catch.hpp>

#include <zanni/zanni.hpp>

#include "convention.hpp"
#include "probe.hpp"

/// Brokers that are killed and started again, and the processes that they take back.
namespace zanni::tests {

namespace {

/// Until the probe answers; what is asked while a broker is away may be lost.
probe::Here ask_again_and_again(ActorSystem& system, const Address& probe) {
    probe::Here here;
    eventually("the probe answers", [&] {
        const auto answer = system.ask<probe::Here>(probe, probe::WhereAreYou{}, std::chrono::milliseconds(500));
        if (answer) here = *answer;
        return answer.has_value();
    });
    return here;
}

const Arguments with_probes{"--load", ZANNI_PROBE_MODULE, "--capability", "Probes=true"};

}  // namespace

TEST_CASE("a worker's broker that was killed takes its actors back as they were", "[D14]") {
    Convention convention;
    convention.start_leader();
    convention.start_worker("worker", with_probes);
    {
        ActorSystem system(join(convention.endpoint()));
        const Address probe = system.create("probe.Probe");
        const probe::Here before = ask_again_and_again(system, probe);

        convention.host("worker").signal(SIGKILL);
        CHECK(convention.host("worker").wait().signal == SIGKILL);
        convention.start_worker("worker", with_probes);

        const probe::Here after = ask_again_and_again(system, probe);
        CHECK(after.pid == before.pid);
        CHECK(after.times_asked > before.times_asked);
        CHECK(convention.actor_process_of("worker") == before.pid);
        CHECK(system.create("probe.Probe").has_value());
    }
    convention.shut_down();
}

TEST_CASE("a leader that was killed takes its applications and hosts back", "[D14]") {
    Convention convention;
    convention.start_leader();
    const std::string endpoint = convention.endpoint();
    const pid_t actors = convention.actor_process_of("leader");
    convention.start_worker("worker", with_probes);
    {
        ActorSystem system(join(endpoint));
        const Address probe = system.create("probe.Probe");
        const probe::Here before = ask_again_and_again(system, probe);

        convention.host("leader").signal(SIGKILL);
        CHECK(convention.host("leader").wait().signal == SIGKILL);
        convention.start_leader(endpoint);

        const probe::Here after = ask_again_and_again(system, probe);
        CHECK(after.pid == before.pid);
        CHECK(after.times_asked > before.times_asked);
        CHECK(convention.actor_process_of("leader") == actors);
        eventually("it can create", [&] { return system.create("probe.Probe").has_value(); });
    }
    convention.shut_down();
}

TEST_CASE("two hosts can't have the same state", "[D14]") {
    Convention convention;
    const std::string state = convention.file("state").string();
    convention.start_leader(any_port, {"--state", state});

    const Ended second = convention.zanni({"broker", "--listen", any_port, "--name", "second", "--state", state});

    CHECK(second.code == 2);
    CHECK(second.err == "zanni: " + state + ": another host of this machine runs in this folder\n");
    convention.shut_down();
}

}  // namespace zanni::tests
