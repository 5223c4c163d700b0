#include "runtime/cell_table.hpp"

#include <sys/mman.h>

#include <algorithm>
#include <functional>
#include <new>
#include <utility>

#include "runtime/actor_id.hpp"

namespace zanni::detail {

namespace {

constexpr std::size_t page_bytes_max = 4096;
constexpr std::size_t block_bytes =
    (sizeof(Cell) * CellTable::block_cells + page_bytes_max - 1) / page_bytes_max * page_bytes_max;

std::byte* map_block() {
    void* const memory =
        ::mmap(nullptr, block_bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    if (memory == MAP_FAILED) throw std::bad_alloc();
    return static_cast<std::byte*>(memory);
}

}  // namespace

CellTable::~CellTable() {
    for_each([](Cell& cell) { cell.~Cell(); });
    for (std::uint32_t block = 0; block < blocks_.size(); ++block) ::munmap(memory_[block].load(), block_bytes);
}

Cell* CellTable::at(std::uint32_t index) {
    if (index >= cells_max) return nullptr;
    std::byte* const memory = memory_[index / block_cells].load(std::memory_order_acquire);
    return memory ? std::launder(reinterpret_cast<Cell*>(memory + sizeof(Cell) * (index % block_cells))) : nullptr;
}

CellTable::Block* CellTable::block_with_room(std::uint32_t& index) {
    if (with_room_.empty()) {
        if (blocks_.size() == blocks_max) return nullptr;
        blocks_.reserve(blocks_.size() + 1);
        memory_[blocks_.size()].store(map_block(), std::memory_order_release);
        blocks_.emplace_back();
        list(static_cast<std::uint32_t>(blocks_.size() - 1));
    }
    index = with_room_.front();
    return &blocks_[index];
}

/// One vector, no nodes: those would lie scattered among a million actors, and keep their pages when these are gone.
void CellTable::list(std::uint32_t index) {
    if (std::exchange(blocks_[index].listed, true)) return;
    with_room_.push_back(index);
    std::ranges::push_heap(with_room_, std::greater<>());
}

/// Memory that was given back has become zeros without its cells' knowledge, as if each field had been assigned. So
/// those cells still live, and are not constructed again: somebody may be looking into one's mailbox just now.
Cell& CellTable::first_use(Block& block, std::uint32_t index) {
    const std::uint32_t place = block.used_once++;
    Cell* const cell = at(index * block_cells + place);
    if (place == block.made) {
        new (cell) Cell();
        ++block.made;
    }
    cell->runtime = &runtime_;
    cell->index = index * block_cells + place;
    cell->generation = block.generation_base;
    cell->questions = block.questions_base;
    return *cell;
}

Cell* CellTable::take_cell(std::uint64_t process, std::uint64_t minted_actor) {
    const std::scoped_lock lock(mutex_);
    std::uint32_t index = 0;
    Block* const block = block_with_room(index);
    if (!block) return nullptr;
    Cell* cell = block->free;
    if (cell)
        block->free = cell->next_free;
    else
        cell = &first_use(*block, index);
    ++block->live;
    if (spare_ == index) spare_ = blocks_max;
    if (!block->free && block->used_once == block_cells) {
        std::ranges::pop_heap(with_room_, std::greater<>());
        with_room_.pop_back();
        block->listed = false;
    }
    ++cell->generation;
    cell->address = make_address({process, minted_actor ? minted_actor : actor_id(cell->index, cell->generation)});
    return cell;
}

Cell* CellTable::take(std::uint64_t process, std::uint64_t minted_actor) {
    Cell* const cell = take_cell(process, minted_actor);
    if (!cell) return nullptr;
    live_.fetch_add(1, std::memory_order_acq_rel);
    if (!minted_actor) return cell;
    {
        const std::unique_lock lock(minted_mutex_);
        if (minted_.try_emplace(minted_actor, cell).second) return cell;
    }
    put_back(*cell);
    return nullptr;
}

void CellTable::release(Cell& cell) {
    const auto actor = parts_of(cell.address).actor;
    if (is_minted(actor)) {
        const std::unique_lock lock(minted_mutex_);
        minted_.erase(actor);
    }
    put_back(cell);
}

void CellTable::put_back(Cell& cell) {
    if (cell.generation < generation_max) {  // else it is retired: no address comes twice
        const std::scoped_lock lock(mutex_);
        const std::uint32_t index = cell.index / block_cells;
        Block& block = blocks_[index];
        cell.next_free = block.free;
        block.free = &cell;
        list(index);
        if (--block.live == 0) give_back(index);
    }
    live_.fetch_sub(1, std::memory_order_acq_rel);
}

/// The block's cells are all free, or not in use yet.
void CellTable::give_back(std::uint32_t index) {
    if (spare_ == blocks_max) {
        spare_ = index;
        return;
    }
    Block& block = blocks_[index];
    for (std::uint32_t place = 0; place < block.used_once; ++place) {
        const Cell& cell = *at(index * block_cells + place);
        block.generation_base = std::max(block.generation_base, cell.generation);
        block.questions_base = std::max(block.questions_base, cell.questions);
    }
    if (::madvise(memory_[index].load(std::memory_order_relaxed), block_bytes, MADV_DONTNEED) != 0) return;
    block.used_once = 0;
    block.free = nullptr;
}

std::size_t CellTable::resident_blocks() const {
    const std::scoped_lock lock(mutex_);
    return static_cast<std::size_t>(std::ranges::count_if(blocks_, [](const Block& b) { return b.used_once != 0; }));
}

Cell* CellTable::find(std::uint64_t actor) {
    if (is_minted(actor)) {
        const std::shared_lock lock(minted_mutex_);
        const auto found = minted_.find(actor);
        return found == minted_.end() ? nullptr : found->second;
    }
    return at(index_of(actor));
}

}  // namespace zanni::detail
