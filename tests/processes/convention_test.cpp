#include <algorithm>

#include <string>

#include <catch2/catch.hpp>

#include "convention.hpp"

/// A convention of three hosts, as its users see it: actors that find each other, status, benchmark, the end.
namespace zanni::tests {

TEST_CASE("10,000 pings go between actors of two worker hosts, for a client that knows only the leader") {
    Convention convention;
    convention.start_three();

    const Ended ended = convention.run(ZANNI_ECHO_CLIENT, {convention.endpoint(), "10000"});

    CHECK(ended.code == 0);
    CHECK(ended.out == "echo_done: 10000 round trips\n");
    CHECK(ended.err.empty());
    convention.shut_down();
}

TEST_CASE("status lists the hosts, leader first, with their capabilities, types and processes") {
    Convention convention;
    convention.start_three();
    std::vector<std::string> pids;
    for (const std::string host : {"leader", "client", "server"})
        pids.push_back(std::to_string(convention.actor_process_of(host)));

    const auto lines = lines_of(convention.zanni({"status", "--join", convention.endpoint()}).out);

    REQUIRE(lines.size() > 4);
    CHECK(lines[0].starts_with("HOST "));
    CHECK(lines[1].starts_with("leader "));
    CHECK(contains(lines[1], " leader "));
    for (const std::size_t row : {2, 3}) {
        CHECK((lines[row].starts_with("client ") || lines[row].starts_with("server ")));
        CHECK(contains(lines[row], " worker "));
    }
    const auto lines_with = [&](const std::string& text) {
        return std::ranges::count_if(lines, [&](const std::string& line) { return contains(line, text); });
    };
    CHECK(lines_with("capabilities: CPUs=") == 3);
    CHECK(lines_with(" Client=true ") == 1);
    CHECK(lines_with(" Server=true ") == 1);
    CHECK(lines_with("actor types:  echo.EchoRequestor echo.EchoServer") == 3);
    for (const auto& pid : pids) CHECK(lines_with("pid " + pid + "  0 actors  0 waiting  ") == 1);
    CHECK(lines_with("/s  actor process") == 3);
    convention.shut_down();
}

TEST_CASE("status as JSON is one line with everything in it") {
    Convention convention;
    convention.start_leader(any_port, {"--load", ZANNI_ECHO_MODULE, "--capability", "Say=a \"b\" \\c", "--capability",
                                       "Rate=2.5", "--capability", "Slots=64", "--capability", "Server=true"});

    const std::string json = convention.status();

    CHECK(lines_of(json).size() == 1);
    CHECK(json.starts_with(R"({"hosts":[{"name":"leader","id":)"));
    CHECK(contains(json, R"(}],"totals":{"sent":)"));
    CHECK(json.ends_with("}}\n"));
    CHECK(contains(json, R"("leader":true,"draining":false,"capabilities":{"CPUs":)"));
    CHECK(contains(json, R"("Say":"a \"b\" \\c")"));
    CHECK(contains(json, R"("Rate":2.5)"));
    CHECK(contains(json, R"("Slots":64)"));
    CHECK(contains(json, R"("Server":true)"));
    CHECK(contains(json, R"("types":["echo.EchoRequestor","echo.EchoServer"],"processes":[{"process":")"));
    CHECK(contains(json, R"("program":"actor process","actors":0,"sent":)"));
    CHECK(contains(json, R"(,"waiting":0,"handled_per_second":)"));
    CHECK(contains(json, R"("state":"up")"));
    convention.shut_down();
}

TEST_CASE("at rest the accounts in the status come to nothing, and nothing is in flight") {
    Convention convention;
    convention.start_three();
    REQUIRE(convention
                .zanni({"bench", "ping-pong", "--join", convention.endpoint(), "--in-flight", "100", "--count", "5000"})
                .code == 0);

    std::string totals;
    eventually("5,000 round trips are accounted for", [&] {
        const std::string json = convention.status();
        totals = json.substr(json.find(R"("totals":)"));
        const auto sent = totals.find(R"("sent":)");
        return std::stoull(totals.substr(sent + 7)) >= 10'000 && contains(totals, R"("in_flight":0,)") &&
               totals.ends_with(R"("difference":0}})"
                                "\n");
    });
    convention.shut_down();
}

TEST_CASE("the ping-pong benchmark measures its three modes") {
    Convention convention;
    convention.start_three();
    const Arguments bench{"bench",       "ping-pong",  "--join",  convention.endpoint(),
                          "--in-flight", "1,100,5000", "--count", "5000"};

    const auto rows = lines_of(convention.zanni(bench).out);
    Arguments as_json = bench;
    as_json.emplace_back("--json");
    const auto objects = lines_of(convention.zanni(as_json).out);

    REQUIRE(rows.size() == 4);
    CHECK(rows[0].starts_with("ping-pong "));
    CHECK(rows[1].starts_with("strict "));
    CHECK(rows[2].starts_with("100 in flight "));
    CHECK(rows[3].starts_with("5000 in flight "));
    for (const std::size_t row : {1, 2, 3}) CHECK(contains(rows[row], " 5000 "));
    REQUIRE(objects.size() == 3);
    CHECK(objects[0].starts_with(R"({"in_flight":1,"count":5000,"round_trips_per_s":)"));
    CHECK(objects[2].starts_with(R"({"in_flight":5000,"count":5000,"round_trips_per_s":)"));
    for (const auto& object : objects) CHECK(object.ends_with("}"));
    convention.shut_down();
}

TEST_CASE("a benchmark that no host can play says what each host lacks") {
    Convention convention;
    convention.start_leader();
    const Arguments bench{"bench", "ping-pong", "--join", convention.endpoint(), "--in-flight", "1", "--count", "10"};

    const Ended no_module = convention.zanni(bench);
    convention.start_worker("idle", {"--load", ZANNI_ECHO_MODULE});
    const Ended no_client = convention.zanni(bench);
    convention.start_worker("client", {"--load", ZANNI_ECHO_MODULE, "--capability", "Client=true"});
    const Ended no_server = convention.zanni(bench);

    CHECK(no_module.code == 1);
    CHECK(no_module.err ==
          "zanni: unknown_type: no host for echo.EchoRequestor: leader has not loaded the type; "
          "start the hosts with --load libecho.so\n");
    CHECK(no_client.code == 1);
    CHECK(lines_of(no_client.err).size() == 1);
    CHECK(no_client.err.starts_with("zanni: unmet_requirement: no host for echo.EchoRequestor: "));
    CHECK(contains(no_client.err, "leader has not loaded the type"));
    CHECK(contains(no_client.err, "idle needs Client = true (has no Client)"));
    CHECK(no_server.code == 1);
    CHECK(lines_of(no_server.err).size() == 1);
    CHECK(no_server.err.starts_with(
        "zanni: the ping-pong broke off: the server ended: start failure: unmet_requirement: "));
    for (const std::string host : {"idle", "client"})
        CHECK(contains(no_server.err, host + " needs Server = true (has no Server)"));
    convention.shut_down();
}

TEST_CASE("a leader alone, which offers Server and Client, plays with itself") {
    Convention convention;
    convention.start_leader(
        any_port, {"--load", ZANNI_ECHO_MODULE, "--capability", "Server=true", "--capability", "Client=true"});

    const Ended ended = convention.run(ZANNI_ECHO_CLIENT, {convention.endpoint(), "1000"});

    CHECK(ended.out == "echo_done: 1000 round trips\n");
    convention.shut_down();
}

TEST_CASE("a convention is shut down through any of its hosts") {
    Convention convention;
    convention.start_leader();
    convention.start_worker("worker", {"--listen", any_port});

    const Ended ended = convention.zanni({"shutdown", "--join", convention.endpoint("worker")});

    CHECK(ended.code == 0);
    CHECK(convention.host("worker").wait().code == 0);
    CHECK(convention.host("leader").wait().code == 0);
    convention.nothing_is_left();
}

TEST_CASE("a host that is asked to join what is no leader says so and ends") {
    Convention convention;
    convention.start_leader();
    convention.start_worker("worker", {"--listen", any_port});

    const Ended ended =
        convention.zanni({"host", "--join", convention.endpoint("worker"), "--name", "lost", "--log-level", "warn"});

    CHECK(ended.code == 1);
    CHECK(ended.err == "zanni: the leader refuses this host: host worker is not the convention's leader\n");
    convention.shut_down();
}

}  // namespace zanni::tests
