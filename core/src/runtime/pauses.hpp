#pragma once

#include <condition_variable>
#include <mutex>
#include <unordered_map>
#include <utility>
#include <vector>

#include "runtime/cell.hpp"

namespace zanni::detail {

/// Who is paused because of whose mailbox. Threads: any, under `mutex`.
struct Pauses {
    std::mutex mutex;
    std::condition_variable drained;  ///< for callers from outside
    std::unordered_map<const Cell*, std::vector<Cell*>> by_target;

    void add(Cell& paused, const Cell& target) {
        by_target[&target].push_back(&paused);
        paused.waits_for = &target;
    }
    /// False when it isn't paused.
    bool remove(Cell& paused) {
        const Cell* const target = std::exchange(paused.waits_for, nullptr);
        if (!target) return false;
        const auto waiting = by_target.find(target);
        std::erase(waiting->second, &paused);
        if (waiting->second.empty()) by_target.erase(waiting);
        return true;
    }
    std::vector<Cell*> take(const Cell& target) {
        const auto found = by_target.find(&target);
        if (found == by_target.end()) return {};
        std::vector<Cell*> paused = std::move(found->second);
        by_target.erase(found);
        for (Cell* const cell : paused) cell->waits_for = nullptr;
        return paused;
    }
};

}  // namespace zanni::detail
