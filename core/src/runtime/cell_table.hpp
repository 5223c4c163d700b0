#pragma once

#include <array>
#include <atomic>
#include <cstdint>
#include <memory>
#include <mutex>
#include <shared_mutex>
#include <unordered_map>

#include "runtime/cell.hpp"

namespace zanni::detail {

/// All cells of a process, found by the actor half of an address. Grows by blocks that never move.
///
/// Threads: any; find() of an actor made in this process takes no lock.
/// Limits: cells_max live actors at once.
class CellTable {
public:
    static constexpr std::uint32_t block_cells = 1024;
    static constexpr std::uint32_t blocks_max = 1U << 14;
    static constexpr std::uint64_t cells_max = std::uint64_t{block_cells} * blocks_max;

    explicit CellTable(Runtime& runtime) : runtime_(runtime) {}
    ~CellTable();

    /// A free cell under an address of its own making (`minted_actor` 0), or under one that a creator elsewhere chose.
    /// Null when the chosen one is taken, or the table is full.
    Cell* take(std::uint64_t process, std::uint64_t minted_actor);
    /// The cell's address names nobody from now on.
    void release(Cell& cell);

    /// Null when there never was such a cell. The caller's message may still find another actor in it.
    Cell* find(std::uint64_t actor);

    template <class Visit>
    void for_each(Visit visit) {
        const std::uint32_t used = used_.load(std::memory_order_acquire);
        for (std::uint32_t index = 0; index < used; ++index) visit(*at(index));
    }

    std::uint64_t live() const { return live_.load(std::memory_order_acquire); }

private:
    struct Block;
    Cell* at(std::uint32_t index);
    Cell* add_cell();

    Runtime& runtime_;
    std::unique_ptr<std::atomic<Block*>[]> blocks_ = std::make_unique<std::atomic<Block*>[]>(blocks_max);
    std::atomic<std::uint32_t> used_{0};
    std::atomic<std::uint64_t> live_{0};

    std::mutex free_mutex_;  // guards free_ and growth
    Cell* free_ = nullptr;

    std::shared_mutex minted_mutex_;  // guards minted_
    std::unordered_map<std::uint64_t, Cell*> minted_;
};

}  // namespace zanni::detail
