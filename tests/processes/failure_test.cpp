#include <signal.h>
#include <sys/wait.h>

#include <string>

#include <catch2/catch.hpp>

#include "convention.hpp"

/// Hosts and processes that go: asked to, killed, and back again.
namespace zanni::tests {

namespace {

/// A long run of the ping-pong, once pings are under way. It fails, or the test kills it.
Program& start_long_run(Convention& convention) {
    constexpr unsigned long after_warm_up = 10'000;
    Program& bench = convention.start(ZANNI_PROGRAM, {"bench", "ping-pong", "--join", convention.endpoint(),
                                                      "--in-flight", "10", "--count", "100000000"});
    const std::string key = "\"delivered\":";  // not all frames pass a broker
    eventually("the run is under way", [&] {
        const std::string client = convention.status_of("client");
        const auto found = client.find(key);
        if (!bench.is_running()) return true;
        return found != std::string::npos && std::stoul(client.substr(found + key.size())) > after_warm_up;
    });
    INFO(bench.err());
    REQUIRE(bench.is_running());
    return bench;
}

void check_ping_pong(Convention& convention) {
    const Ended ended = convention.run(ZANNI_ECHO_CLIENT, {convention.endpoint(), "100"});
    INFO(ended.err);
    CHECK(ended.out == "echo_done: 100 round trips\n");
}

bool status_names(Convention& convention, const std::string& host) { return !convention.status_of(host).empty(); }

}  // namespace

TEST_CASE("a worker that gets SIGTERM leaves in order, and the others go on") {
    Convention convention;
    convention.start_three();

    convention.host("server").signal(SIGTERM);
    const Ended ended = convention.host("server").wait();

    CHECK(ended.code == 0);
    CHECK(contains(ended.err, "ending in order"));
    CHECK_FALSE(contains(ended.err, "warning"));
    eventually("the leader knows that it left",
               [&] { return contains(convention.log_of("leader"), "host server is gone: left"); });
    CHECK_FALSE(status_names(convention, "server"));
    CHECK(status_names(convention, "client"));
    convention.start_worker("second", {"--load", ZANNI_ECHO_MODULE, "--capability", "Server=true"});
    check_ping_pong(convention);
    convention.shut_down();
}

TEST_CASE("a run whose server host leaves in order ends with host lost") {
    Convention convention;
    convention.start_three();
    Program& bench = start_long_run(convention);

    convention.host("server").signal(SIGTERM);

    const Ended ended = bench.wait();
    CHECK(ended.code == 1);
    CHECK(contains(ended.err, "zanni: the ping-pong broke off: the server ended: "));
    convention.shut_down();
}

TEST_CASE("workers outlive their leader, and join the next one on its port") {
    Convention convention;
    convention.start_three();
    const std::string endpoint = convention.endpoint();

    convention.host("leader").signal(SIGTERM);
    CHECK(convention.host("leader").wait().code == 0);
    CHECK(convention.host("client").is_running());
    CHECK(convention.host("server").is_running());
    convention.start_leader(endpoint);
    eventually("both have joined",
               [&] { return status_names(convention, "client") && status_names(convention, "server"); });

    check_ping_pong(convention);
    CHECK(convention.host("client").is_running());
    CHECK(convention.host("server").is_running());
    convention.shut_down();
}

TEST_CASE("workers join again when their leader was killed and started anew") {
    Convention convention;
    convention.start_three();
    const std::string endpoint = convention.endpoint();

    convention.host("leader").signal(SIGKILL);
    CHECK(convention.host("leader").wait().signal == SIGKILL);
    convention.start_leader(endpoint);
    eventually("both have joined",
               [&] { return status_names(convention, "client") && status_names(convention, "server"); });

    check_ping_pong(convention);
    CHECK(convention.zanni({"shutdown", "--join", endpoint}).code == 0);
    CHECK(convention.host("client").wait().code == 0);
    CHECK(convention.host("server").wait().code == 0);
}

TEST_CASE("an actor process that is killed in the middle of a run is told of, and replaced") {
    Convention convention;
    convention.start_three();
    const pid_t victim = convention.actor_process_of("server");
    Program& bench = start_long_run(convention);

    ::kill(victim, SIGKILL);

    const Ended ended = bench.wait();
    CHECK(ended.code == 1);
    CHECK(ended.err == "zanni: the ping-pong broke off: the server ended: signal 9 (Killed)\n");
    convention.actor_process_of("server", victim);  // there is another one
    CHECK(contains(convention.log_of("server"), "(pid " + std::to_string(victim) + ") ended: signal 9 (Killed)"));
    CHECK(convention.host("server").is_running());
    check_ping_pong(convention);
    convention.shut_down();
}

TEST_CASE("when the requestor's process is killed its client hears of it at once") {
    Convention convention;
    convention.start_three();
    const pid_t victim = convention.actor_process_of("client");
    Program& bench = start_long_run(convention);

    ::kill(victim, SIGKILL);

    const Ended ended = bench.wait();
    CHECK(ended.code == 1);
    CHECK(lines_of(ended.err).back() ==
          "zanni: the requestor gave no result: dead_target: the process of the one asked is gone: signal 9 (Killed)");
    convention.shut_down();
}

TEST_CASE("a host whose broker is killed is lost within the down time, and its actor process ends by itself") {
    Convention convention;
    convention.start_three();
    const pid_t actor_process = convention.actor_process_of("server");
    Program& bench = start_long_run(convention);

    convention.host("server").signal(SIGKILL);

    CHECK(convention.host("server").wait().signal == SIGKILL);
    const Ended ended = bench.wait();
    CHECK(ended.code == 1);
    CHECK(ended.err == "zanni: the ping-pong broke off: the server ended: host lost: silent for too long\n");
    CHECK(contains(convention.log_of("leader"), "host server is gone: silent for too long"));
    CHECK_FALSE(status_names(convention, "server"));
    convention.start_worker("second", {"--load", ZANNI_ECHO_MODULE, "--capability", "Server=true"});
    check_ping_pong(convention);
    eventually("its actor process has ended",
               [&] { return ::waitpid(actor_process, nullptr, WNOHANG) == actor_process; });  // an orphan, so ours
    CHECK(convention.zanni({"shutdown", "--join", convention.endpoint()}).code == 0);
}

// Hidden while it sometimes fails: the actor process, whose broker stood still, connects anew under its old id, and the
// broker's ROUTER, which still holds the old connection, ignores it for ever.
TEST_CASE("a host that stood still for longer than the down time joins again by itself") {
    Convention convention;
    convention.start_three();

    convention.host("server").signal(SIGSTOP);
    eventually("the leader gives it up", [&] { return !status_names(convention, "server"); });
    convention.host("server").signal(SIGCONT);
    eventually("it is back", [&] { return status_names(convention, "server"); });

    eventually("pings go there again", [&] {
        return convention.run(ZANNI_ECHO_CLIENT, {convention.endpoint(), "100"}).code == 0;
    });
    convention.shut_down();
}

TEST_CASE("an actor process that is killed again and again is not started for ever") {
    Convention convention;
    convention.start_leader();
    pid_t last = 0;

    for (int kills = 0; kills < 6; ++kills) {
        last = convention.actor_process_of("leader", last);
        ::kill(last, SIGKILL);
    }

    eventually("the host gives up", [&] {
        return contains(convention.log_of("leader"), "the actor process ended 5 times within a minute and stays down");
    });
    CHECK_FALSE(contains(convention.status(), "actor process"));
    convention.shut_down();
}

}  // namespace zanni::tests
