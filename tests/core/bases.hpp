#pragma once

#include <catch2/catch.hpp>

#include <zanni/actor_system.hpp>
#include <zanni/simulation.hpp>

/// One case, the same actors, on every base that needs no broker.
namespace zanni::test {

using namespace std::chrono_literals;

/// Longer than anything here takes, under a sanitizer and on a busy machine too. Only what fails waits for it.
inline constexpr Duration patience = 30s;

struct Settings {
    Capabilities capabilities{};
    const Registry* registry = nullptr;
};

/// Ends the system; then every message must have come to some end.
inline void check_at_rest(System& system) {
    REQUIRE(system.shut_down(patience));
    if (auto* const simulation = dynamic_cast<Simulation*>(&system)) simulation->run_until_idle();
    CHECK(system.actor_count() == 0);
    const auto counters = system.counters();
    CAPTURE(counters.sent, counters.received, counters.delivered, counters.unhandled, counters.dead_letters);
    CHECK(system.accounts().difference() == 0);
}

/// Runs the case on threads only: for callers on several threads, and for waits that steps can't make.
template <class Case>
void on_threads(const Settings& settings, Case run) {
    for (const unsigned workers : {1U, 2U}) {
        INFO("on " << workers << " worker threads");
        ActorSystem system(ActorSystem::Options{workers, settings.capabilities, settings.registry});
        run(static_cast<System&>(system));
        check_at_rest(system);
    }
}

/// Where a message is in its mailbox when send() returns: for cases in which one sender relies on what another has sent
/// before, which nobody promises.
template <class Case>
void on_immediate_bases(const Settings& settings, Case run) {
    {
        INFO("on the stepped base");
        SteppedSystem system(SteppedSystem::Options{1, settings.capabilities, settings.registry});
        run(static_cast<System&>(system));
        check_at_rest(system);
    }
    on_threads(settings, run);
}

template <class Case>
void on_every_base(const Settings& settings, Case run) {
    for (std::uint64_t seed = 1; seed <= 5; ++seed) {
        INFO("in the simulation with seed " << seed);
        Simulation::Options options;
        options.seed = seed;
        options.capabilities = settings.capabilities;
        options.registry = settings.registry;
        Simulation system(options);
        run(static_cast<System&>(system));
        check_at_rest(system);
    }
    on_immediate_bases(settings, run);
}

template <class Case>
void on_threads(Case run) {
    on_threads(Settings{}, run);
}
template <class Case>
void on_immediate_bases(Case run) {
    on_immediate_bases(Settings{}, run);
}
template <class Case>
void on_every_base(Case run) {
    on_every_base(Settings{}, run);
}

}  // namespace zanni::test
