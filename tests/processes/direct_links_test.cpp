#include <catch2/catch.hpp>

#include <cstdint>
#include <string>

#include "convention.hpp"

/// What two workers say to each other goes from one to the other, where that is possible.
namespace zanni::tests {

namespace {

/// The numbers in the status are as of the last heartbeat, but for the leader's own.
std::uint64_t number_in(const std::string& json, const std::string& key) {
    const auto found = json.find("\"" + key + "\":");
    REQUIRE(found != std::string::npos);
    return std::stoull(json.substr(found + key.size() + 3));
}

std::uint64_t frames_by_leader(Convention& convention) {
    return number_in(convention.status_of("leader"), "frames_routed");
}

/// As Convention::start_three, with actor processes that stay with the brokers.
void start_three_without_lanes(Convention& convention) {
    convention.start_leader(any_port, {"--load", ZANNI_ECHO_MODULE, "--lanes", "never"});
    for (const std::string name : {"client", "server"})
        convention.start_worker(name, {"--load", ZANNI_ECHO_MODULE, "--lanes", "never", "--capability",
                                       name == "client" ? "Client=true" : "Server=true"});
}

/// One ping after the other, so that a round trip is two frames between the workers at least.
void play(Convention& convention, int round_trips) {
    const Ended ended = convention.zanni({"bench", "ping-pong", "--join", convention.endpoint(), "--in-flight", "1",
                                          "--count", std::to_string(round_trips)});
    INFO(ended.err);
    REQUIRE(ended.code == 0);
}

}  // namespace

TEST_CASE("a ping-pong between two workers doesn't pass through the leader") {
    Convention convention;
    start_three_without_lanes(convention);
    eventually("the workers have linked", [&] {
        play(convention, 100);
        return contains(convention.status_of("client"), R"("links":[{"host":"server","frames":)");
    });
    const std::uint64_t before = frames_by_leader(convention);

    play(convention, 3'000);

    CHECK(frames_by_leader(convention) - before < 600);
    eventually("the status shows what went directly",
               [&] { return number_in(convention.status_of("client"), "frames") > 3'000; });
    CHECK(contains(convention.zanni({"status", "--join", convention.endpoint()}).out, "  direct link to "));
    convention.shut_down();
}

TEST_CASE("a ping-pong between workers that can't reach each other goes through the leader") {
    Convention convention;
    convention.start_leader();
    const std::string nobody = "tcp://127.0.0.1:1";
    convention.start_worker("client", {"--load", ZANNI_ECHO_MODULE, "--capability", "Client=true", "--advertise",
                                       nobody, "--lanes", "never"});
    convention.start_worker("server", {"--load", ZANNI_ECHO_MODULE, "--capability", "Server=true", "--advertise",
                                       nobody, "--lanes", "never"});
    play(convention, 100);
    const std::uint64_t before = frames_by_leader(convention);

    play(convention, 1'000);

    CHECK(frames_by_leader(convention) - before >= 2'000);
    CHECK(contains(convention.status_of("client"), R"("links":[])"));
    convention.shut_down();
}

TEST_CASE("a worker that only connects outward listens to no host, and talks directly with one that listens") {
    Convention convention;
    convention.start_leader();
    convention.start_worker("client", {"--load", ZANNI_ECHO_MODULE, "--capability", "Client=true", "--outbound-only"});
    convention.start_worker("server", {"--load", ZANNI_ECHO_MODULE, "--capability", "Server=true"});
    CHECK(convention.endpoint("client").starts_with("ipc://"));

    eventually("the workers have linked", [&] {
        play(convention, 100);
        return contains(convention.status_of("client"), R"("links":[{"host":"server","frames":)") &&
               contains(convention.status_of("server"), R"("links":[{"host":"client","frames":)");
    });
    convention.shut_down();

    const Ended ended =
        convention.zanni({"host", "--join", "tcp://127.0.0.1:1", "--outbound-only", "--listen", "tcp://127.0.0.1:*"});
    CHECK(ended.code == 2);
    CHECK(ended.err == "zanni host: --listen excludes --outbound-only (zanni host --help says more)\n");
}

TEST_CASE("a host says which endpoint can't be advertised") {
    Convention convention;
    for (const std::string endpoint : {"tcp://*:1900", "tcp://127.0.0.1:*", "tcp://127.0.0.1:0", "ipc:///bus"}) {
        const Ended ended = convention.zanni({"host", "--join", "tcp://127.0.0.1:1", "--advertise", endpoint});
        CHECK(ended.code == 2);
        CHECK(ended.err ==
              "zanni: --advertise " + endpoint + ": expected tcp://HOST:PORT by which other hosts reach this one\n");
    }
}

}  // namespace zanni::tests
