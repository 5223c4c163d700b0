#include <catch2/catch.hpp>

#include <chrono>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <vector>

#include <zanni/simulated_convention.hpp>

#include "courier.hpp"
#include "faulty_run.hpp"
#include "log.hpp"

namespace zanni::test {

using namespace std::chrono_literals;

namespace {

Registry with_couriers() {
    Registry registry;
    registry.add<Courier>();
    return registry;
}

std::uint64_t number_from(const char* variable, std::uint64_t otherwise) {
    const char* const text = std::getenv(variable);
    return text ? std::strtoull(text, nullptr, 10) : otherwise;
}

}  // namespace

TEST_CASE("three simulated hosts are one convention, and their actors reach each other", "[simulation]") {
    const Registry registry = with_couriers();
    SimulatedConvention convention(
        {.seed = 1,
         .hosts = {{"leader", {}}, {"north", {{"North", true}}}, {"south", {{"South", true}}}},
         .registry = &registry});
    System& application = convention.application("leader");
    const Address north = application.create("test.Courier", {.requirements = {{"North", true}}});
    const Address south = application.create("test.Courier", {.requirements = {{"South", true}}});

    application.tell(north, Write{{south}, 100, 7});
    convention.run_for(2s);

    const auto received = application.ask<Received>(south, Ask{"all"}, 1s).value();
    REQUIRE(received.letters.contains(north));
    CHECK(received.letters.at(north).size() == 100);
    convention.run_for(100ms);  // the answer is acknowledged too
    convention.check_accounts();
}

namespace {

/// Two workers that write to each other for so long that they have linked.
struct TwoWorkers {
    explicit TwoWorkers(std::uint64_t seed)
        : convention({.seed = seed,
                      .hosts = {{"leader", {}}, {"north", {{"North", true}}}, {"south", {{"South", true}}}},
                      .registry = &registry}),
          application(convention.application("north")),
          north(application.create("test.Courier", {.requirements = {{"North", true}}})),
          south(application.create("test.Courier", {.requirements = {{"South", true}}})) {
        write(100);
        convention.run_for(2s);
    }

    void write(std::uint64_t letters) { application.tell(north, Write{{south}, letters, 1}); }
    std::size_t received() { return application.ask<Received>(south, Ask{"all"}, 1s).value().letters.at(north).size(); }
    void cut_off_leader(bool is_cut) {
        for (const std::string worker : {"north", "south"}) {
            is_cut ? convention.cut(worker, "leader") : convention.heal(worker, "leader");
            is_cut ? convention.cut("leader", worker) : convention.heal("leader", worker);
        }
    }

    const Registry registry = with_couriers();
    SimulatedConvention convention;
    System& application;
    const Address north;
    const Address south;
};

}  // namespace

TEST_CASE("two workers that have linked talk on while the leader is out of reach", "[simulation][links]") {
    for (std::uint64_t seed = 1; seed <= 20; ++seed) {
        TwoWorkers workers(seed);
        workers.cut_off_leader(true);

        workers.write(100);
        workers.convention.run_for(1s);

        CHECK(workers.received() == 200);
        workers.cut_off_leader(false);
        workers.convention.run_for(5s);
        workers.convention.check_accounts();
    }
}

TEST_CASE("when the direct link of two workers is cut they talk on by way of the leader", "[simulation][links]") {
    const bool one_way = GENERATE(true, false);
    for (std::uint64_t seed = 1; seed <= 20; ++seed) {
        TwoWorkers workers(seed);
        workers.convention.cut("south", "north");
        if (!one_way) workers.convention.cut("north", "south");

        workers.write(100);
        workers.convention.run_for(6s);  // twice the suspect time, and to ask what has come

        CHECK(workers.received() == 200);
        workers.convention.run_for(1s);
        workers.convention.check_accounts();
    }
}

/// ZANNI_SEED (default 1) is the first of ZANNI_SEEDS (default 50) seeds; CTest runs 10,000.
TEST_CASE("the trace of a convention names the types of messages that came from another process", "[simulation]") {
    const Registry registry = with_couriers();
    SimulatedConvention convention(
        {.seed = 1, .hosts = {{"leader", {}}, {"north", {{"North", true}}}}, .registry = &registry});
    System& application = convention.application("leader");
    const Address north = application.create("test.Courier", {.requirements = {{"North", true}}});

    application.tell(north, Write{{north}, 1, 1});
    convention.run_for(1s);

    CHECK(convention.trace().find("test.Write") != std::string::npos);
    CHECK(convention.trace().find("  type ") == std::string::npos);
}

TEST_CASE("whatever goes wrong, no letter is lost in silence, doubled or out of order, and ends are told",
          "[simulation][faults]") {
    const std::uint64_t first = number_from("ZANNI_SEED", 1);
    const std::uint64_t count = number_from("ZANNI_SEEDS", 50);
    log::set_level("off");  // each run has dozens of warnings
    std::uint64_t frames_by_lanes = 0;
    for (std::uint64_t seed = first; seed < first + count; ++seed) {
        FaultyRun run(seed);
        CHECK_NOTHROW(run.run());
        frames_by_lanes += run.frames_by_lanes();
        CHECK(run.letters() >= 500);
        FaultyRun again(seed);
        CHECK_NOTHROW(again.run());
        CHECK(again.trace_hash() == run.trace_hash());
    }
    CHECK(frames_by_lanes > 10 * count);
    log::set_level("info");
}

}  // namespace zanni::test
