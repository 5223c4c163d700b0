#pragma once

#include <span>
#include <vector>

#include "bed.hpp"

/// Every promise about actors and messages, as cases that are written once and run on every base. `line` is the
/// promise's number in the semantics: A actors, B messages, C helpers, D10 an actor's status.
namespace zanni::semantics {

/// What a case can run on.
enum Bases : unsigned {
    on_steps = 1,
    on_threads = 2,
    on_bus = 4,
    on_simulation = 8,
    on_a_real_clock = on_threads | on_bus,
    on_a_manual_clock = on_steps | on_simulation,
    everywhere = 15,
};

struct Case {
    const char* line;
    const char* sentence;
    void (*run)(Bed& bed);
    Bases bases = everywhere;
};

std::span<const Case> actors_cases();
std::span<const Case> lifecycle_cases();
std::span<const Case> ties_cases();
std::span<const Case> supervision_cases();
std::span<const Case> dispatch_cases();
std::span<const Case> failure_cases();
std::span<const Case> asking_cases();
std::span<const Case> timers_cases();
std::span<const Case> delivery_cases();
std::span<const Case> helpers_cases();
std::span<const Case> status_cases();

std::vector<Case> all_cases();

}  // namespace zanni::semantics
