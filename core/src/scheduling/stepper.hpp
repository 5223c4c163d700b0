#pragma once

#include <cstddef>
#include <deque>

#include <zanni/clock.hpp>

#include "runtime/engine.hpp"

namespace zanni::detail {

class Runtime;

/// Runs actors one message at a time, when told to, in the order in which they became runnable.
///
/// Threads: one.
class Stepper final : public Engine {
public:
    explicit Stepper(ManualClock& clock) : clock_(clock) {}

    void start(Runtime& runtime) { runtime_ = &runtime; }
    bool step();

    void schedule(Cell& cell) override { runnable_.push_back(&cell); }
    /// Runs steps until `done`, or until none is left: then nothing can change before the time-out, so the time-out
    /// comes.
    bool await(std::unique_lock<std::mutex>& lock, std::condition_variable& changed, const std::function<bool()>& done,
               Duration longest) override;

private:
    ManualClock& clock_;
    Runtime* runtime_ = nullptr;
    std::deque<Cell*> runnable_;
};

}  // namespace zanni::detail
