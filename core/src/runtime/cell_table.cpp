#include "runtime/cell_table.hpp"

#include <new>

#include "runtime/actor_id.hpp"

namespace zanni::detail {

struct CellTable::Block {
    alignas(Cell) std::byte memory[block_cells][sizeof(Cell)];
    Cell* at(std::uint32_t index) { return std::launder(reinterpret_cast<Cell*>(memory[index])); }
};

CellTable::~CellTable() {
    for_each([](Cell& cell) { cell.~Cell(); });
    for (std::uint32_t i = 0; i < blocks_max && blocks_[i]; ++i) delete blocks_[i].load();
}

Cell* CellTable::at(std::uint32_t index) {
    Block* const block = blocks_[index / block_cells].load(std::memory_order_acquire);
    return block->at(index % block_cells);
}

Cell* CellTable::add_cell() {
    const std::uint32_t index = used_.load(std::memory_order_relaxed);
    if (index == cells_max - 1) return nullptr;
    auto& slot = blocks_[index / block_cells];
    if (!slot.load(std::memory_order_relaxed)) slot.store(new Block, std::memory_order_release);
    Cell* const cell = new (slot.load(std::memory_order_relaxed)->memory[index % block_cells]) Cell(runtime_);
    cell->index = index;
    used_.store(index + 1, std::memory_order_release);
    return cell;
}

Cell* CellTable::take(std::uint64_t process, std::uint64_t minted_actor) {
    Cell* cell = nullptr;
    {
        const std::scoped_lock lock(free_mutex_);
        cell = free_;
        if (cell)
            free_ = cell->next_free;
        else
            cell = add_cell();
    }
    if (!cell) return nullptr;
    ++cell->generation;
    cell->address = make_address({process, minted_actor ? minted_actor : actor_id(cell->index, cell->generation)});
    live_.fetch_add(1, std::memory_order_acq_rel);
    if (minted_actor) {
        const std::unique_lock lock(minted_mutex_);
        if (minted_.try_emplace(minted_actor, cell).second) return cell;
    } else {
        return cell;
    }
    cell->address = {};
    release(*cell);
    return nullptr;
}

void CellTable::release(Cell& cell) {
    const auto actor = parts_of(cell.address).actor;
    if (is_minted(actor)) {
        const std::unique_lock lock(minted_mutex_);
        minted_.erase(actor);
    }
    if (cell.generation < generation_max) {  // else it is retired: no address comes twice
        const std::scoped_lock lock(free_mutex_);
        cell.next_free = free_;
        free_ = &cell;
    }
    live_.fetch_sub(1, std::memory_order_acq_rel);
}

Cell* CellTable::find(std::uint64_t actor) {
    if (is_minted(actor)) {
        const std::shared_lock lock(minted_mutex_);
        const auto found = minted_.find(actor);
        return found == minted_.end() ? nullptr : found->second;
    }
    const std::uint32_t index = index_of(actor);
    return index < used_.load(std::memory_order_acquire) ? at(index) : nullptr;
}

}  // namespace zanni::detail
