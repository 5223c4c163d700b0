#include <catch2/catch.hpp>

#include <nlohmann/json.hpp>

#include "observer/snapshot.hpp"

namespace zanni::broker {

namespace {

constexpr std::uint64_t process = 0xa1b2c3d400000003;

Sight sight_of(std::size_t actors) {
    Sight sight;
    sight.at = TimePoint(std::chrono::seconds(100));
    sight.own_host = "alpha";
    transport::HostStatus host;
    host.host.id = 0xa1b2c3d4;
    host.host.name = "alpha";
    host.host.leader = true;
    host.host.capabilities = {{"GPU", true}, {"Memory GiB", std::int64_t{24}}};
    transport::ProcessStatus status;
    status.process = process;
    status.program = "actor process";
    status.actors = actors;
    host.processes = {status};
    sight.hosts = {host};
    SurveyedProcess surveyed{"alpha", status, Survey{}, sight.at};
    surveyed.survey->process = process;
    surveyed.survey->actors = actors;
    surveyed.survey->types.resize(1);
    surveyed.survey->types[0].name = "shop.\"Till\"";
    for (std::size_t i = 0; i < actors; ++i)
        surveyed.survey->listed.push_back({detail::make_address({process, i + 1}), {}, 0, {}, i, 0});
    surveyed.survey->dead_letters = {{std::chrono::seconds(2), "shop.Order", {}, {}, Error::dead_target, 3}};
    surveyed.survey->accounts.dead_letters = {{Error::dead_target, 3}};
    sight.processes = {surveyed};
    sight.log = {{7, "a line with \"quotes\""}};
    return sight;
}

nlohmann::json parsed(const Sight& sight, const SnapshotOptions& options, const History& history = {}) {
    return nlohmann::json::parse(snapshot(sight, history, options));
}

}  // namespace

TEST_CASE("a snapshot says what the page shows, and names actors only if they are asked for", "[observer]") {
    const auto all = parsed(sight_of(2), {.actors = true, .admin = true});

    CHECK(all["leader"] == "alpha");
    CHECK(all["admin"] == true);
    CHECK(all["totals"]["actors"] == 2);
    CHECK(all["hosts"][0]["id"] == "a1b2c3d4");
    CHECK(all["hosts"][0]["capabilities"]["GPU"] == true);
    CHECK(all["processes"][0]["process"] == "a1b2c3d4.3");
    CHECK(all["processes"][0]["silent"] == false);
    CHECK(all["aggregated"] == false);
    REQUIRE(all["actors"].size() == 2);
    CHECK(all["actors"][0]["type"] == "shop.\"Till\"");
    CHECK(all["dead_letters"]["reasons"]["dead_target"] == 3);
    CHECK(all["dead_letters"]["latest"][0]["ago_s"] == 2.0);
    CHECK(all["log"][0]["text"] == "a line with \"quotes\"");
    CHECK_FALSE(all.contains("history"));
    CHECK_FALSE(parsed(sight_of(2), {}).contains("actors"));
}

TEST_CASE("of very many actors those before whom most waits are named, and it is said that there are more",
          "[observer]") {
    const auto all = parsed(sight_of(named_actors_max + 500), {.actors = true});

    CHECK(all["aggregated"] == true);
    REQUIRE(all["actors"].size() == named_actors_max);
    for (const auto& actor : all["actors"]) CHECK(actor["waiting"] >= 500);
}

TEST_CASE("a process that has not answered for a while is silent", "[observer]") {
    auto sight = sight_of(1);
    sight.processes[0].at = sight.at - std::chrono::seconds(4);
    CHECK(parsed(sight, {})["processes"][0]["silent"] == true);
    sight.processes[0].survey.reset();
    CHECK(parsed(sight, {})["processes"][0]["silent"] == true);
}

TEST_CASE("the first snapshot brings the history", "[observer]") {
    History history;
    history.add(1'000, {5, 6}, 0.5, {{"alpha", {5, 6}}});
    const auto all = parsed(sight_of(1), {.history = true}, history);

    CHECK(all["history"]["at_ms"] == nlohmann::json{1'000});
    CHECK(all["history"]["rate"] == nlohmann::json{5.0});
    CHECK(all["history"]["hosts"]["alpha"]["waiting"] == nlohmann::json{6.0});
}

}  // namespace zanni::broker
