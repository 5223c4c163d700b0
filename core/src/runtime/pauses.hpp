#pragma once

#include <algorithm>
#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <mutex>
#include <unordered_map>
#include <utility>
#include <vector>

#include "runtime/cell.hpp"

namespace zanni::detail {

/// Who is paused, and for what. Threads: any, under `mutex`.
struct Pauses {
    std::mutex mutex;
    std::condition_variable drained;  ///< for callers from outside

    void add(Cell& paused, const PauseReason& reason) {
        const auto waiting = by_reason_.try_emplace(reason).first;
        waiting->second.push_back(&paused);
        paused.waits_for = &waiting->first;
    }
    /// False when it isn't paused.
    bool remove(Cell& paused) {
        const PauseReason* const reason = std::exchange(paused.waits_for, nullptr);
        if (!reason) return false;
        const auto waiting = by_reason_.find(*reason);
        std::erase(waiting->second, &paused);
        if (waiting->second.empty()) by_reason_.erase(waiting);
        paused.paused.store(false, std::memory_order_relaxed);
        return true;
    }
    std::vector<Cell*> take(const PauseReason& reason) {
        const auto found = by_reason_.find(reason);
        if (found == by_reason_.end()) return {};
        std::vector<Cell*> waiting = std::move(found->second);
        by_reason_.erase(found);
        for (Cell* const cell : waiting) go_on(*cell);
        return waiting;
    }
    /// The first ones, so many at most. True when others are left.
    bool take_some(const PauseReason& reason, std::size_t most, std::vector<Cell*>& taken) {
        const auto found = by_reason_.find(reason);
        if (found == by_reason_.end() || found->second.size() <= most) {
            taken = take(reason);
            return false;
        }
        const auto end = found->second.begin() + static_cast<std::ptrdiff_t>(most);
        taken.assign(found->second.begin(), end);
        found->second.erase(found->second.begin(), end);
        for (Cell* const cell : taken) go_on(*cell);
        return true;
    }
    /// All whose reason lies elsewhere, where `concerns(elsewhere)` says so. In order, so that a simulation repeats
    /// itself.
    template <class Concerns>
    std::vector<Cell*> take_elsewhere(Concerns concerns) {
        std::vector<Address> reasons;
        for (const auto& [reason, waiting] : by_reason_)
            if (reason.elsewhere && concerns(reason.elsewhere)) reasons.push_back(reason.elsewhere);
        std::ranges::sort(reasons);
        std::vector<Cell*> taken;
        for (const Address& elsewhere : reasons) {
            const std::vector<Cell*> waiting = take({nullptr, elsewhere});
            taken.insert(taken.end(), waiting.begin(), waiting.end());
        }
        return taken;
    }
    bool empty() const { return by_reason_.empty(); }

private:
    static void go_on(Cell& cell) {
        cell.waits_for = nullptr;
        cell.paused.store(false, std::memory_order_relaxed);
    }

    struct Hash {
        std::size_t operator()(const PauseReason& reason) const {
            return std::hash<const Cell*>{}(reason.mailbox) * 31 + std::hash<Address>{}(reason.elsewhere);
        }
    };
    std::unordered_map<PauseReason, std::vector<Cell*>, Hash> by_reason_;
};

}  // namespace zanni::detail
