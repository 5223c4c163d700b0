#include <iostream>
#include <memory>
#include <optional>

#include <zanni/join.hpp>
#include <zanni/simulation.hpp>

#include "../core/bases.hpp"
#include "../processes/convention.hpp"
#include "cases.hpp"
#include "types.hpp"

/// Every case on every base. `-c "A7 unwatch undoes watch"` runs one.
namespace zanni::semantics {

namespace {

const Registry& registry() {
    static const Registry types = [] {
        Registry registry;
        register_types(registry);
        return registry;
    }();
    return types;
}

/// A section for each case that the base can run.
template <class Run>
void for_each_case(Bases base, Run run) {
    for (const Case& tested : all_cases())
        if (tested.bases & base) {
            DYNAMIC_SECTION(tested.line << " " << tested.sentence) { run(tested); }
        }
}

std::size_t count_cases(Bases base) {
    return static_cast<std::size_t>(
        std::ranges::count_if(all_cases(), [base](const Case& tested) { return (tested.bases & base) != 0; }));
}

/// In a system of its own, in which nothing may be lost.
void run_alone(System& system, const Case& tested) {
    {
        Bed bed(system, false);
        tested.run(bed);
        CHECK(bed.end());
    }
    test::check_at_rest(system);
}

/// A leader, to which this program belongs, and a worker, the far host.
struct Bus {
    Bus() {
        convention.start_leader();
        convention.start_worker("far", {"--load", ZANNI_SEMANTICS_MODULE, "--capability", "Far=true"});
        system.emplace(join(convention.endpoint()));
    }

    tests::Convention convention;
    std::optional<ActorSystem> system;
};

Simulation::Options simulation_options(std::uint64_t seed) {
    Simulation::Options options;  // not by designated initialisers: g++ 12 falsely warns of its std::set then
    options.seed = seed;
    options.capabilities = {{"Far", true}};
    options.registry = &registry();
    return options;
}

}  // namespace

TEST_CASE("every line of the semantics has a case") {
    std::vector<std::string> lines;
    for (int number = 1; number <= 8; ++number) lines.push_back("A" + std::to_string(number));
    for (int number = 1; number <= 11; ++number) lines.push_back("B" + std::to_string(number));
    for (int number = 1; number <= 4; ++number) lines.push_back("C" + std::to_string(number));
    lines.emplace_back("D10");

    for (const std::string& line : lines) {
        INFO(line);
        CHECK(std::ranges::any_of(all_cases(), [&](const Case& tested) { return tested.line == line; }));
    }
    for (const Case& tested : all_cases()) {
        INFO(tested.line << " " << tested.sentence);
        CHECK(std::ranges::find(lines, tested.line) != lines.end());
    }
    std::cout << "cases: " << count_cases(on_steps) << " on the stepped base, " << count_cases(on_threads)
              << " on threads, " << count_cases(on_simulation) << " in a simulation, " << count_cases(on_bus)
              << " on the bus\n";
}

TEST_CASE("every case of the semantics on the stepped base") {
    for_each_case(on_steps, [](const Case& tested) {
        SteppedSystem system(SteppedSystem::Options{1, {{"Far", true}}, &registry()});
        run_alone(system, tested);
    });
}

TEST_CASE("every case of the semantics on one worker thread") {
    for_each_case(on_threads, [](const Case& tested) {
        ActorSystem system(ActorSystem::Options{1, {{"Far", true}}, &registry()});
        run_alone(system, tested);
    });
}

TEST_CASE("every case of the semantics on two worker threads") {
    for_each_case(on_threads, [](const Case& tested) {
        ActorSystem system(ActorSystem::Options{2, {{"Far", true}}, &registry()});
        run_alone(system, tested);
    });
}

TEST_CASE("every case of the semantics in a simulation, with seeds 1 to 20") {
    for_each_case(on_simulation, [](const Case& tested) {
        for (std::uint64_t seed = 1; seed <= 20; ++seed) {
            INFO("with seed " << seed);
            Simulation system(simulation_options(seed));
            run_alone(system, tested);
        }
    });
}

TEST_CASE("every case of the semantics on the bus") {
    static std::unique_ptr<Bus> bus;  // Catch runs this again for each section; the convention is one for all
    if (!bus) bus = std::make_unique<Bus>();

    for_each_case(on_bus, [](const Case& tested) {
        Bed bed(*bus->system, true);
        tested.run(bed);
        CHECK(bed.end());
        tests::eventually("every message has come to an end", [] { return bus->system->accounts().difference() == 0; });
    });
    SECTION("at the end") {
        test::check_at_rest(*bus->system);
        bus->system.reset();
        bus->convention.shut_down();
        bus.reset();
    }
}

}  // namespace zanni::semantics
