#include <zanni/actor_system.hpp>

#include "scheduling/stepper.hpp"
#include "system/base.hpp"

namespace zanni {

namespace {

struct Steps {
    explicit Steps(std::uint64_t seed) : random(seed), stepper(clock) {}

    ManualClock clock;
    SeededRandom random;
    detail::Stepper stepper;
};

class SteppedBase final : public Steps, public detail::Base {
public:
    explicit SteppedBase(SteppedSystem::Options options)
        : Steps(options.seed),
          Base(stepper, {clock, random, options.registry, nullptr, std::move(options.capabilities)}) {
        stepper.start(runtime());
    }
    ~SteppedBase() override { runtime().end_all(Duration::zero()); }
};

SteppedBase& stepped(detail::Base& base) { return static_cast<SteppedBase&>(base); }

}  // namespace

SteppedSystem::SteppedSystem() : SteppedSystem(Options{}) {}
SteppedSystem::SteppedSystem(Options options) : System(std::make_unique<SteppedBase>(std::move(options))) {}

bool SteppedSystem::step() { return stepped(base()).stepper.step(); }

std::size_t SteppedSystem::run_until_idle() {
    std::size_t steps = 0;
    while (step()) ++steps;
    return steps;
}

ManualClock& SteppedSystem::clock() { return stepped(base()).clock; }

}  // namespace zanni
