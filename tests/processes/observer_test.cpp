#include <sys/stat.h>

#include <fstream>
#include <string>

#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

#include <zanni/zanni.hpp>

#include "convention.hpp"
#include "http.hpp"
#include "probe.hpp"

/// The observer of a real host: what it shows, whom it lets in, what it may change.
namespace zanni::tests {

namespace {

using std::chrono::seconds;
using Json = nlohmann::json;

class ObservedConvention : public Convention {
public:
    explicit ObservedConvention(Arguments more = {}) {
        more.insert(more.begin(), {"--http", "127.0.0.1:0"});
        start_leader(any_port, std::move(more));
        start_worker("worker", {"--load", ZANNI_PROBE_MODULE, "--capability", "Probes=true"});
    }
    /// "http://127.0.0.1:34567/"; the host says it before it is ready.
    std::string url() {
        for (const auto& line : lines_of(read_text(file("leader.out"))))
            if (const auto at = line.find("http://"); at != std::string::npos)
                return line.substr(at, line.rfind('/') - at);
        FAIL("the host has not said where its observer is");
        return {};
    }
    Json snapshot(const std::string& headers = {}) {
        const auto answer = http(url(), "GET", "/api/snapshot", headers);
        REQUIRE(answer.status == 200);
        return Json::parse(answer.body);
    }
};

}  // namespace

TEST_CASE("an observer shows hosts, processes, actors and dead letters, and Prometheus reads it", "[observer]") {
    ObservedConvention convention;
    ActorSystem system(join(convention.endpoint(), {.program = "the test"}));
    const Address probe = system.create("probe.Probe");
    REQUIRE(system.ask<probe::Here>(probe, probe::WhereAreYou{}, seconds(30)));
    const Address gone = system.create("probe.Probe");
    system.tell(gone, ExitRequest{});

    eventually("the page knows the worker's actor, and the rest", [&] {
        system.tell(gone, std::string("for nobody"));
        const auto seen = convention.snapshot();
        const auto is_probe = [&](const Json& actor) { return actor["address"] == probe.to_string(); };
        return seen["hosts"].size() == 2 && seen["leader"] == "leader" &&
               std::any_of(seen["actors"].begin(), seen["actors"].end(), is_probe) &&
               seen["dead_letters"]["reasons"].value("dead_target", 0) > 0 && !seen["flows"].empty();
    });
    const auto page = http(convention.url(), "GET", "/");
    CHECK(page.status == 200);
    CHECK(contains(page.head, "Content-Security-Policy: default-src 'self'"));
    CHECK(contains(page.body, "<html"));
    CHECK(http(convention.url(), "GET", "/nowhere").status == 404);

    const auto own = http(convention.url(), "GET", "/metrics");
    CHECK(own.status == 200);
    CHECK(contains(own.head, "text/plain; version=0.0.4"));
    CHECK(contains(own.body, "zanni_convention_hosts{state=\"worker\"} 1"));
    CHECK_FALSE(contains(own.body, "host=\"worker\""));
    const auto all = http(convention.url(), "GET", "/metrics?hosts=all").body;
    CHECK(contains(all, "host=\"worker\""));
    CHECK(contains(all, "zanni_handler_duration_seconds_bucket{"));
    CHECK(contains(all, "type=\"probe.Probe\""));
}

TEST_CASE("an observer answers to nobody who comes by another name or from another site, and changes nothing unasked",
          "[observer]") {
    ObservedConvention convention;
    const std::string url = convention.url();
    const std::string json = "Content-Type: application/json\r\n";

    CHECK(http(url, "GET", "/api/snapshot", "Host: evil.example\r\n").status == 421);
    CHECK(http(url, "GET", "/api/snapshot", "Origin: http://evil.example\r\n").status == 403);
    CHECK(http(url, "DELETE", "/api/snapshot").status == 405);
    CHECK(http(url, "POST", "/api/hosts/drain", "", "{}").status == 415);
    CHECK(http(url, "POST", "/api/hosts/drain", json, "{\"host\":\"worker\",\"within_s\":5}").status == 403);
    CHECK(http(url, "POST", "/api/hosts/drain", json, std::string(100'000, ' ')).status == 413);
    CHECK(convention.host("worker").is_running());
}

TEST_CASE("with --http-token nobody looks without it", "[observer]") {
    const std::string token = "0123456789abcdef0123456789abcdef";
    Folder folder;
    const auto file = folder.path() / "token";
    std::ofstream(file) << token << '\n';
    REQUIRE(::chmod(file.c_str(), 0600) == 0);
    ObservedConvention convention({"--http-token", file.string()});
    const std::string url = convention.url();

    const auto refused = http(url, "GET", "/metrics");
    CHECK(refused.status == 401);
    CHECK(contains(refused.head, "WWW-Authenticate: Bearer"));
    CHECK(http(url, "GET", "/metrics", "Authorization: Bearer " + token + "\r\n").status == 200);
    const auto first = http(url, "GET", "/?token=" + token);
    CHECK(first.status == 303);
    CHECK(contains(first.head, "Set-Cookie: zanni_token=" + token + "; HttpOnly; SameSite=Strict"));
    CHECK(contains(first.head, "Location: /"));
    CHECK(http(url, "GET", "/", "Cookie: zanni_token=" + token + "\r\n").status == 200);
}

TEST_CASE("with --http-admin the page ends an actor and drains a host", "[observer]") {
    ObservedConvention convention({"--http-admin"});
    const std::string url = convention.url();
    const std::string json = "Content-Type: application/json\r\n";
    ActorSystem system(join(convention.endpoint(), {.program = "the test"}));
    const Address probe = system.create("probe.Probe");

    CHECK(http(url, "POST", "/api/actors/exit", json, "{\"address\":\"nobody\"}").status == 400);
    CHECK(http(url, "POST", "/api/actors/exit", json, "[]").status == 400);
    CHECK(http(url, "POST", "/api/actors/exit", json, "{\"address\":\"" + probe.to_string() + "\"}").status == 200);
    eventually("the actor has ended", [&] {
        const auto here = system.ask<probe::Here>(probe, probe::WhereAreYou{}, seconds(30));
        return !here && here.error().code == Error::dead_target;
    });

    CHECK(http(url, "POST", "/api/hosts/drain", json, "{\"host\":\"nobody\",\"within_s\":5}").status == 409);
    CHECK(http(url, "POST", "/api/hosts/drain", json, "{\"host\":\"worker\",\"within_s\":0}").status == 400);
    CHECK(http(url, "POST", "/api/hosts/drain", json, "{\"host\":\"worker\",\"within_s\":30}").status == 200);
    CHECK(convention.host("worker").wait().code == 0);
}

TEST_CASE("a host with an observer ends in order, with pages looking on or not", "[observer]") {
    ObservedConvention convention;
    convention.snapshot();
    convention.shut_down();
}

TEST_CASE("a bad flag of the observer is told in one line", "[observer]") {
    Convention convention;
    const auto refusal = [&](Arguments more) {
        more.insert(more.begin(), {"broker", "--listen", any_port});
        const auto ended = convention.zanni(more);
        CHECK(ended.code == 2);
        return ended.err;
    };

    CHECK_THAT(refusal({"--http", "nowhere"}), Catch::Contains("--http nowhere: expected ADDRESS:PORT"));
    CHECK_THAT(refusal({"--http", "0.0.0.0:0"}), Catch::Contains("anybody on the network could look"));
    CHECK_THAT(refusal({"--http-admin"}), Catch::Contains("go with --http"));
    CHECK_THAT(refusal({"--http", "127.0.0.1:0", "--http-token", "/no/such/file"}), Catch::Contains("/no/such/file"));
}

}  // namespace zanni::tests
