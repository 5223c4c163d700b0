#include <fstream>
#include <string>

#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

#include <zanni/zanni.hpp>

#include "convention.hpp"
#include "probe.hpp"

/// The tools that look into processes, and speak to actors by hand.
namespace zanni::tests {

namespace {

using std::chrono::seconds;
using Json = nlohmann::json;

class ProbeConvention : public Convention {
public:
    ProbeConvention() {
        start_leader();
        start_worker("worker", {"--load", ZANNI_PROBE_MODULE, "--capability", "Probes=true"});
    }
    Ended tool(Arguments arguments) {
        arguments.insert(arguments.end(), {"--join", endpoint()});
        return zanni(arguments);
    }
    std::string output(Arguments arguments) {
        const auto ended = tool(std::move(arguments));
        INFO(ended.err);
        CHECK(ended.code == 0);
        return ended.out;
    }
};

}  // namespace

TEST_CASE("actors are listed, by name, type and host, or counted by type", "[tools]") {
    ProbeConvention convention;
    ActorSystem system(join(convention.endpoint(), {.program = "the test"}));
    const Address probe = system.create("probe.Probe", {.name = "the probe"});
    system.create("probe.Probe").value();

    Json listed;
    eventually("the leader knows the worker's process", [&] {
        listed = Json::parse(convention.output({"actors", "--json"}));
        return listed["actors"].size() == 2;
    });
    CHECK(listed["types"] == Json::parse(convention.output({"actors", "--by-type", "--json"}))["types"]);
    const auto& actors = listed["actors"];
    const auto named =
        std::find_if(actors.begin(), actors.end(), [](const Json& actor) { return actor["name"] != ""; });
    REQUIRE(named != actors.end());
    CHECK((*named)["address"] == probe.to_string());
    CHECK((*named)["host"] == "worker");
    CHECK((*named)["type"] == "probe.Probe");

    CHECK(contains(convention.output({"actors"}), "the probe"));
    CHECK(contains(convention.output({"actors", "--limit", "1"}), "and 1 more"));
    CHECK(contains(convention.output({"actors", "--by-type"}), "probe.Probe       2"));
    CHECK(Json::parse(convention.output({"actors", "--host", "leader", "--json"}))["actors"].empty());
    CHECK_THAT(convention.tool({"actors", "--host", "nobody"}).err, Catch::Contains("there is no host nobody"));
    CHECK_THAT(convention.tool({"actors", "--type", "x"}).err, Catch::Contains("there is no actor of type x"));
}

TEST_CASE("a message by hand reaches an actor by address or name, and its answer is printed", "[tools]") {
    ProbeConvention convention;
    ActorSystem system(join(convention.endpoint(), {.program = "the test"}));
    const Address probe = system.create("probe.Probe", {.name = "probe"});

    CHECK(contains(convention.output({"ask", "probe", "probe.WhereAreYou"}), "probe.Here ["));
    CHECK(contains(convention.output({"ask", probe.to_string(), "probe.WhereAreYou", "[]"}), "probe.Here ["));
    CHECK(convention.output({"send", "probe", "probe.WhereAreYou"}).empty());

    const auto refusal = [&](Arguments arguments) {
        const auto ended = convention.tool(std::move(arguments));
        CHECK(ended.code == 1);
        return ended.err;
    };
    CHECK_THAT(refusal({"ask", "probe", "probe.WhereAreYu"}), Catch::Contains("did you mean probe.WhereAreYou?"));
    CHECK_THAT(refusal({"ask", "nobody", "probe.WhereAreYou"}), Catch::Contains("no actor nobody"));
    CHECK_THAT(refusal({"ask", "probe", "probe.WhereAreYou", "[1]"}), Catch::Contains("expected 0 fields, found 1"));
    CHECK_THAT(refusal({"ask", "probe", "probe.WhereAreYou", "["}), Catch::Contains("no JSON"));
    system.tell(probe, ExitRequest{});
    eventually("the actor has ended", [&] {
        return contains(convention.tool({"ask", probe.to_string(), "probe.WhereAreYou"}).err, "doesn't say what it is");
    });
}

TEST_CASE("dead letters are shown with reason, message and target", "[tools]") {
    ProbeConvention convention;
    CHECK(contains(convention.output({"dead-letters"}), "no dead letters"));
    ActorSystem system(join(convention.endpoint(), {.program = "the test"}));
    const Address probe = system.create("probe.Probe");
    system.tell(probe, ExitRequest{});

    Json letter;
    eventually("the message became a dead letter", [&] {
        system.tell(probe, std::string("too late"));
        const Json shown = Json::parse(convention.output({"dead-letters", "--json"}));
        const auto& latest = shown["latest"];  // an answer to the tool before, which has ended, may be among them
        const auto found = std::find_if(latest.begin(), latest.end(),
                                        [&](const Json& each) { return each["to"] == probe.to_string(); });
        if (found != latest.end()) letter = *found;
        return found != latest.end();
    });
    CHECK(letter["reason"] == "dead_target");
    CHECK(contains(convention.output({"dead-letters"}), probe.to_string()));
}

TEST_CASE("hosts, and what works most, are tables for people and pipes", "[tools]") {
    ProbeConvention convention;

    const auto hosts = convention.output({"hosts"});
    CHECK(contains(hosts, "leader  leader"));
    CHECK(contains(hosts, "Probes=true"));
    CHECK(Json::parse(convention.output({"hosts", "--json"}))["hosts"].size() == 2);
    const auto top = convention.output({"top", "--count", "2", "--interval", "50ms"});
    CHECK(contains(top, "PROCESS"));
    CHECK(contains(top, "actor process"));
    CHECK(contains(top, "2 hosts, 2 processes"));
}

TEST_CASE("the doctor finds a convention well, and says what to do where there is none", "[tools]") {
    ProbeConvention convention;
    eventually("all answer", [&] { return contains(convention.tool({"doctor"}).out, "all 2 others answer"); });
    const auto nobody = convention.zanni({"doctor", "--join", "tcp://127.0.0.1:9"});
    CHECK(nobody.code == 1);
    CHECK(contains(nobody.out, "BAD "));
    CHECK(contains(nobody.out, "is a broker running there"));
    const auto findings = Json::parse(convention.output({"doctor", "--json"}))["findings"];
    CHECK(findings.size() >= 4);
}

TEST_CASE("what was traced by chance is shown, host by host, and written for other programs", "[tools][trace]") {
    ProbeConvention convention;
    ActorSystem system(join(convention.endpoint(), {.program = "the test"}), {.trace_ratio = 1});
    const Address probe = system.create("probe.Probe").value();
    REQUIRE(system.ask<probe::Here>(probe, probe::WhereAreYou{}, seconds(10)));

    std::string shown;
    eventually("both processes are known", [&] {
        shown = convention.output({"trace"});
        return contains(shown, "in 2 processes");
    });
    CHECK(contains(shown, "probe.WhereAreYou  probe.Probe " + probe.to_string() + " on worker  waited "));
    CHECK(contains(shown, "from outside, on leader"));

    const auto chrome = convention.file("chrome.json").string();
    const auto otlp = convention.file("otlp.json").string();
    CHECK(contains(convention.output({"trace", "--chrome", chrome, "--otlp", otlp}), "spans in " + otlp));
    CHECK(Json::parse(std::ifstream(chrome))["traceEvents"].size() > 4);
    CHECK(Json::parse(std::ifstream(otlp))["resourceSpans"].size() == 2);
    CHECK_THAT(convention.tool({"trace", "--chrome", "/nowhere/x"}).err,
               Catch::Contains("/nowhere/x: can't be written"));
    CHECK_THAT(convention.tool({"trace", "nobody"}).err, Catch::Contains("no actor nobody"));
}

TEST_CASE("every message to one actor can be traced, and what follows", "[tools][trace]") {
    ProbeConvention convention;
    ActorSystem system(join(convention.endpoint(), {.program = "the test"}));
    const Address probe = system.create("probe.Probe", {.name = "probe"}).value();

    Program& tracing = convention.start(
        ZANNI_PROGRAM, {"trace", "probe", "--for", "60s", "--limit", "1", "--join", convention.endpoint()});
    while (tracing.is_running()) REQUIRE(system.ask<probe::Here>(probe, probe::WhereAreYou{}, seconds(10)));
    const std::string shown = tracing.wait().out;
    CHECK(contains(shown, "1 span in 1 process"));
    CHECK(contains(shown, "probe.WhereAreYou  probe.Probe " + probe.to_string() + " on worker"));
}

}  // namespace zanni::tests
