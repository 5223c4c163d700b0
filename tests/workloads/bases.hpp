#pragma once

#include "../core/bases.hpp"

/// The classic actor workloads, as in the Savina suite, run for their answers rather than their speed.
/// They rely on one order besides: what a child sends its parent comes before the notice of the child's end.
/// Source: S. Imam, V. Sarkar, "Savina - An Actor Benchmark Suite", AGERE! 2014.
namespace zanni::test {

/// How much of a workload: `full` on threads, `small` again and again in the simulation, once per seed.
enum class Size { small, full };

inline constexpr std::uint64_t seeds = 200;

/// A workload has its answer only once it has handled every message: none may have missed its actor.
inline void check_nothing_lost(const System& system) {
    const auto counters = system.counters();
    CHECK(counters.unhandled == 0);
    CHECK(counters.dead_letters == 0);
}

/// `run` takes the system and the size, and checks the answer. The actors end by themselves.
template <class Case>
void on_workload_bases(Case run) {
    for (const unsigned workers : {2U, 4U}) {
        INFO("on " << workers << " worker threads");
        ActorSystem system(ActorSystem::Options{.workers = workers});
        run(static_cast<System&>(system), Size::full);
        check_nothing_lost(system);
        check_at_rest(system);
    }
    const auto simulate = [&](std::uint64_t seed) {
        Simulation system(seed);
        run(static_cast<System&>(system), Size::small);
        system.run_until_idle();
        CHECK(system.actor_count() == 0);
        check_nothing_lost(system);
        check_at_rest(system);
        return system.trace_hash();
    };
    for (std::uint64_t seed = 1; seed <= seeds; ++seed) {
        INFO("with seed " << seed);
        const std::uint64_t trace = simulate(seed);
        CHECK(simulate(seed) == trace);  // or it can't be replayed
    }
}

}  // namespace zanni::test
