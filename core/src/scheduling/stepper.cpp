#include "scheduling/stepper.hpp"

#include "runtime/runtime.hpp"

namespace zanni::detail {

bool Stepper::step() {
    if (runnable_.empty()) return false;
    Cell* const cell = runnable_.front();
    runnable_.pop_front();
    if (runtime_->run(*cell, 1)) runnable_.push_back(cell);
    return true;
}

bool Stepper::await(std::unique_lock<std::mutex>& lock, std::condition_variable&, const std::function<bool()>& done,
                    Duration longest) {
    while (!done()) {
        lock.unlock();
        const bool stepped = step();
        lock.lock();
        if (stepped) continue;
        clock_.advance(longest);
        return done();
    }
    return true;
}

}  // namespace zanni::detail
