#pragma once

#include <condition_variable>
#include <functional>
#include <mutex>

#include <zanni/clock.hpp>

namespace zanni::detail {

class Cell;

/// What runs the actors: the threads of a process, or a test step by step.
class Engine {
public:
    virtual ~Engine() = default;

    /// The cell has work: run it soon. Threads: any.
    virtual void schedule(Cell& cell) = 0;

    /// Blocks a caller from outside until `done` holds, at most for `longest`; returns what `done` says at the end.
    /// `lock` guards what `done` looks at, and is held when it is called. Threads: any that runs no actor.
    virtual bool await(std::unique_lock<std::mutex>& lock, std::condition_variable& changed,
                       const std::function<bool()>& done, Duration longest) = 0;
};

}  // namespace zanni::detail
