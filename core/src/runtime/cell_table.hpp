#pragma once

#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <mutex>
#include <shared_mutex>
#include <unordered_map>
#include <vector>

#include "runtime/cell.hpp"

namespace zanni::detail {

/// All cells of a process, found by the actor half of an address. Grows by blocks that never move; the memory of a
/// block whose cells are all free goes back to the system, all but one. It then reads as zeros, which a cell takes for
/// free and closed: so a pointer to a cell may be used however old it is.
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
    /// Null when the chosen one is taken, or the table is full. Errors: throws std::bad_alloc.
    Cell* take(std::uint64_t process, std::uint64_t minted_actor);
    /// The cell's address names nobody from now on.
    void release(Cell& cell);

    /// Null when there never was such a cell. The caller's message may still find another actor in it.
    Cell* find(std::uint64_t actor);
    /// The same by the place alone, for addresses that name it otherwise.
    Cell* at(std::uint32_t index);

    /// While nobody takes or releases.
    template <class Visit>
    void for_each(Visit visit) {
        for (std::uint32_t block = 0; block < blocks_.size(); ++block)
            for (std::uint32_t i = 0; i < blocks_[block].made; ++i) visit(*at(block * block_cells + i));
    }

    /// `visit(cell, its address)` of each that has an actor at the moment, block by block under the lock: so with no
    /// call of this table. Of the cell only what others than its worker may read.
    template <class Visit>
    void for_each_live(Visit visit) {
        for (std::uint32_t block = 0; block < blocks_max; ++block) {
            const std::scoped_lock lock(mutex_);
            if (block >= blocks_.size()) return;
            for (std::uint32_t i = 0; blocks_[block].live != 0 && i < blocks_[block].used_once; ++i)
                if (const Cell& cell = *at(block * block_cells + i); cell.messages_max.load(std::memory_order_acquire))
                    visit(cell, cell.address);
        }
    }

    std::uint64_t live() const { return live_.load(std::memory_order_acquire); }
    /// Blocks whose memory is in use.
    std::size_t resident_blocks() const;

private:
    struct Block {
        std::uint32_t used_once = 0;        ///< cells beyond have not been used since the memory was last given back
        std::uint32_t made = 0;             ///< cells that have been constructed
        std::uint32_t live = 0;             ///< not free
        std::uint32_t generation_base = 0;  ///< of cells whose memory was given back
        std::uint32_t questions_base = 0;   ///< likewise
        bool listed = false;                ///< in with_room_
        Cell* free = nullptr;
    };

    Cell* take_cell(std::uint64_t process, std::uint64_t minted_actor);
    void put_back(Cell& cell);
    Block* block_with_room(std::uint32_t& index);
    void list(std::uint32_t index);
    void give_back(std::uint32_t index);
    Cell& first_use(Block& block, std::uint32_t index);

    Runtime& runtime_;
    std::unique_ptr<std::atomic<std::byte*>[]> memory_ = std::make_unique<std::atomic<std::byte*>[]>(blocks_max);
    std::atomic<std::uint64_t> live_{0};

    mutable std::mutex mutex_;  // guards what follows
    std::vector<Block> blocks_;
    std::vector<std::uint32_t> with_room_;  // a heap: low ones are filled first, so that high ones become free
    std::uint32_t spare_ = blocks_max;      // the one block that keeps its memory though all of it is free

    std::shared_mutex minted_mutex_;  // guards minted_
    std::unordered_map<std::uint64_t, Cell*> minted_;
};

}  // namespace zanni::detail
