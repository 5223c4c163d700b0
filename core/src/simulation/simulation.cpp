#include <zanni/simulation.hpp>

#include <limits>

#include "simulation/world.hpp"
#include "system/base.hpp"

namespace zanni {

namespace {

/// Declared in the order of making.
struct Stage {
    explicit Stage(const Simulation::Options& options) : world(options) {}
    detail::World world;
};

class SimulatedBase final : public Stage, public detail::Base {
public:
    explicit SimulatedBase(const Simulation::Options& options)
        : Stage(options),
          Base(world,
               {world.clock(), world.identities(), options.registry, nullptr, options.capabilities, &world, &world}) {
        world.add(runtime());
    }
    ~SimulatedBase() override {
        world.lift_limit();
        world.set_faults({});
        runtime().end_all(Duration::zero());
    }
};

}  // namespace

detail::World& Simulation::world() const { return static_cast<SimulatedBase&>(base()).world; }

Simulation::Simulation(std::uint64_t seed)
    : Simulation([seed] {
          Options options;
          options.seed = seed;
          return options;
      }()) {}
Simulation::Simulation(Options options) : System(std::make_unique<SimulatedBase>(options)) {}

std::uint64_t Simulation::seed() const { return world().seed(); }
Duration Simulation::elapsed() const { return world().clock().now() - TimePoint{}; }

bool Simulation::step() { return world().step(); }
std::size_t Simulation::run_until_idle() { return world().run_until_idle(); }
std::size_t Simulation::run_for(Duration time) { return world().run_for(time); }

void Simulation::set_faults(Faults faults) { world().set_faults(std::move(faults)); }
void Simulation::delay(const Address& from, const Address& to, Duration time) { world().delay(from, to, time); }
void Simulation::fail_next(const Address& actor, std::string what) { world().fail_next(actor, std::move(what)); }
void Simulation::crash(const Address& actor, ExitCause cause) { world().crash(actor, cause); }

// ---- Checks

AnyMessage Simulation::expect_next(const Address* from, const Address& to, std::uint64_t message,
                                   std::string_view name) {
    const auto wanted = [&] {
        return std::string(name) + (from ? " from " + world().name_of(*from) : "") + " to " + world().name_of(to);
    };
    auto found = world().deliver(from, to, message);
    if (!found) fail("expected " + wanted() + ", but no message is on that way. Under way:\n" + world().under_way());
    if (found->type != message) fail("expected " + wanted() + ", but the next message is " + to_text(*found));
    return std::move(*found);
}

void Simulation::expect_nothing(const Address& to) {
    if (world().anything_under_way_to(to))
        fail("expected nothing for " + world().name_of(to) + ". Under way:\n" + world().under_way());
}

void Simulation::check(bool holds, std::string_view what) const {
    if (!holds) fail("doesn't hold: " + std::string(what));
}

void Simulation::fail(const std::string& why) const { throw SimulationFailed(seed(), world().report(why)); }
std::string Simulation::report() const { return world().report({}); }

std::string Simulation::trace() const { return world().trace_text(std::numeric_limits<std::size_t>::max()); }
std::uint64_t Simulation::trace_hash() const { return world().trace().hash(); }
std::uint64_t Simulation::deliveries() const { return world().trace().size(); }
std::string Simulation::name_of(const Address& address) const { return world().name_of(address); }

// ---- Many seeds

std::optional<FailedSeed> explore(std::uint64_t first, std::uint64_t count,
                                  const std::function<void(Simulation&)>& scenario, Simulation::Options options,
                                  bool twice) {
    for (std::uint64_t seed = first; seed < first + count; ++seed) {
        options.seed = seed;
        try {
            Simulation simulation(options);
            scenario(simulation);
            if (!twice) continue;
            Simulation again(options);
            scenario(again);
            again.check(again.trace_hash() == simulation.trace_hash(),
                        "the same seed gives the same run; the actors use something that the simulation doesn't know");
        } catch (const SimulationFailed& failed) {
            return FailedSeed{seed, failed.what()};
        } catch (const std::exception& error) {
            return FailedSeed{seed, "seed " + std::to_string(seed) + ": " + error.what()};
        }
    }
    return std::nullopt;
}

}  // namespace zanni
