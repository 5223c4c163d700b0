#include <catch2/catch.hpp>

#include <signal.h>
#include <sys/types.h>

#include <cstdint>
#include <string>

#include "convention.hpp"

/// What two processes that say much to each other say goes past all brokers.
namespace zanni::tests {

namespace {

/// One ping after the other.
void play(Convention& convention, int round_trips) {
    const Ended ended = convention.zanni({"bench", "ping-pong", "--join", convention.endpoint(), "--in-flight", "1",
                                          "--count", std::to_string(round_trips)});
    INFO(ended.err);
    REQUIRE(ended.code == 0);
}

/// So many round trips, a thousand under way at once, as take some seconds on this machine and in this build.
std::string some_seconds_of_pings(Convention& convention) {
    const Ended ended = convention.zanni(
        {"bench", "ping-pong", "--join", convention.endpoint(), "--in-flight", "1000", "--count", "50000", "--json"});
    REQUIRE(ended.code == 0);
    const std::string key = "\"round_trips_per_s\":";
    const double rate = std::stod(ended.out.substr(ended.out.find(key) + key.size()));
    return std::to_string(static_cast<std::uint64_t>(4 * rate));
}

std::uint64_t frames_by_leader(Convention& convention) {
    const std::string status = convention.status_of("leader");
    const std::string key = "\"frames_routed\":";
    return std::stoull(status.substr(status.find(key) + key.size()));
}

bool has_lane(Convention& convention, const std::string& host) {
    return contains(convention.status_of(host), R"("lanes":[{"process":")");
}

}  // namespace

TEST_CASE("two processes that say much to each other get a lane, and the status shows it", "[lanes]") {
    Convention convention;
    convention.start_three();
    eventually("both ends have a lane", [&] {
        play(convention, 3'000);
        return has_lane(convention, "client") && has_lane(convention, "server");
    });
    CHECK(contains(convention.status_of("client"), R"("by":"ipc","up_s":)"));
    CHECK(contains(convention.zanni({"status", "--join", convention.endpoint()}).out, "  ipc  up "));
    const std::uint64_t before = frames_by_leader(convention);

    play(convention, 3'000);

    CHECK(frames_by_leader(convention) - before < 600);
    convention.shut_down();
}

TEST_CASE("a host's processes get no lane that its flag doesn't allow", "[lanes]") {
    Convention convention;
    convention.start_leader(any_port, {"--lanes", "requested"});
    convention.start_worker("client",
                            {"--load", ZANNI_ECHO_MODULE, "--lanes", "requested", "--capability", "Client=true"});
    convention.start_worker("server", {"--load", ZANNI_ECHO_MODULE, "--capability", "Server=true", "--lanes", "never"});
    play(convention, 10'000);
    CHECK_FALSE(has_lane(convention, "client"));
    CHECK_FALSE(has_lane(convention, "server"));
    convention.shut_down();

    const Ended ended = convention.zanni({"host", "--join", "tcp://127.0.0.1:1", "--lanes", "some"});
    CHECK(ended.code == 2);
    CHECK(contains(ended.err, "--lanes: some not in {automatic,requested,never}"));
}

TEST_CASE("a program that names an actor gets a lane to its process", "[lanes]") {
    Convention convention;
    convention.start_leader(any_port, {"--load", ZANNI_PROBE_MODULE, "--lanes", "requested"});
    convention.start(ZANNI_TEST_APPLICATION, {convention.endpoint(), "lane"});
    eventually("there is a lane", [&] { return has_lane(convention, "leader"); });
}

TEST_CASE("a process whose peer stops goes on with it when it runs again, whatever became of their lane", "[lanes]") {
    Convention convention;
    convention.start_three();
    eventually("there is a lane", [&] {
        play(convention, 3'000);
        return has_lane(convention, "client") && has_lane(convention, "server");
    });
    const pid_t server = convention.actor_process_of("server");
    Program& bench =
        convention.start(ZANNI_PROGRAM, {"bench", "ping-pong", "--join", convention.endpoint(), "--in-flight", "1000",
                                         "--count", some_seconds_of_pings(convention)});
    eventually("pings are under way",
               [&] { return !contains(convention.status_of("server"), R"("handled_per_second":0)"); });
    ::kill(server, SIGSTOP);
    eventually("the client has given up its lane", [&] { return !has_lane(convention, "client"); });
    ::kill(server, SIGCONT);
    CHECK(bench.wait().code == 0);
    convention.shut_down();
}

}  // namespace zanni::tests
