#include <catch2/catch.hpp>

#include <chrono>
#include <cstdint>

#include <zanni/simulated_convention.hpp>

#include "courier.hpp"
#include "log.hpp"

namespace zanni::test {

using namespace std::chrono_literals;

TEST_CASE("an isolated actor begins, goes on and gets all though its broker is killed meanwhile",
          "[simulation][isolation]") {
    Registry registry;
    registry.add<Courier>();
    log::set_level("off");
    for (std::uint64_t seed = 1; seed <= 40; ++seed) {
        SimulatedConvention convention(
            {.seed = seed, .hosts = {{"leader", {}}, {"north", {{"North", true}}}}, .registry = &registry});
        System& application = convention.application("leader");
        const Address near = application.create("test.Courier");
        convention.later(std::chrono::microseconds(500 * seed), [&] { convention.kill_broker("north"); });
        convention.later(400ms, [&] { convention.start_broker("north"); });

        const auto far = application.create(
            "test.Courier",
            {.requirements = {{"North", true}}, .wait_longest = 20s, .isolation = zanni::Isolation::process});
        INFO("seed " << seed << (far ? std::string() : ": " + far.error().to_string()));
        REQUIRE(far.has_value());
        application.tell(near, Write{{*far}, 100, 7});
        convention.run_for(100ms);
        convention.kill_actor_process("north");  // the common one
        convention.run_for(10s);

        const auto received = application.ask<Received>(*far, Ask{"all"}, 5s);
        REQUIRE(received.has_value());
        REQUIRE(received->letters.contains(near));
        CHECK(received->letters.at(near).size() == 100);
        convention.run_for(100ms);
        convention.check_accounts();
    }
    log::set_level("info");
}

TEST_CASE("a simulated process of one actor ends with it", "[simulation][isolation]") {
    Registry registry;
    registry.add<Courier>();
    SimulatedConvention convention({.seed = 1, .hosts = {{"leader", {}}}, .registry = &registry});
    System& application = convention.application("leader");
    const auto alone = application.create("test.Courier", {.isolation = zanni::Isolation::process});
    REQUIRE(alone.has_value());

    application.tell(*alone, ExitRequest{});
    convention.run_for(1s);

    const auto answer = application.ask<Received>(*alone, Ask{"all"}, 5s);
    REQUIRE_FALSE(answer.has_value());
    CHECK(answer.error().code == Error::dead_target);
}

}  // namespace zanni::test
