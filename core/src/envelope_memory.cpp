#include <zanni/envelope_memory.hpp>

#include <array>
#include <atomic>
#include <cstdint>
#include <mutex>
#include <new>
#include <utility>

/// A list of free blocks per size and thread. A thread with too many gives a batch to the depot, one with none takes a
/// batch there. Source: ADR 0017; J. Bonwick, J. Adams, "Magazines and Vmem", USENIX 2001.
namespace zanni::detail {

namespace {

constexpr std::size_t step_bytes = 16;
constexpr std::size_t kept_bytes_max = 512;  // larger ones are the heap's business
constexpr std::size_t sizes = kept_bytes_max / step_bytes;
constexpr std::uint32_t batch_blocks = 64;
constexpr std::uint32_t kept_blocks_max = 2 * batch_blocks;
// Of each size. What lies in the depot was freed in any order, and a single block holds its whole page: so much only as
// long as there is work.
constexpr std::size_t depot_bytes_max = 2 * 1024 * 1024;
constexpr std::size_t depot_bytes_at_rest = 256 * 1024;
constexpr int batches_per_trim = 64;

#if defined(__SANITIZE_ADDRESS__)
constexpr bool pooled = false;  // it is to see each use after the end
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
constexpr bool pooled = false;
#else
constexpr bool pooled = true;
#endif
#else
constexpr bool pooled = true;
#endif

struct Block {
    Block* next;
    Block* next_batch;  // of the first one of a batch in the depot
};
static_assert(sizeof(Block) <= step_bytes);

struct List {
    Block* first = nullptr;
    std::uint32_t count = 0;
    std::uint32_t count_max = 0;  // 0 before the thread's first use, and while it ends
};

void free_all(Block* block) noexcept {
    while (block) ::operator delete(std::exchange(block, block->next));
}

/// Batches that no thread holds.
class Depot {
public:
    Block* take() {
        const std::scoped_lock lock(mutex_);
        if (!first_) return nullptr;
        return take_first();
    }
    /// As take(), if there is more than at rest.
    Block* take_surplus() {
        const std::scoped_lock lock(mutex_);
        return batches_ > at_rest_ ? take_first() : nullptr;
    }
    /// False: it is full.
    bool put(Block* batch, std::size_t bytes) noexcept {
        const std::scoped_lock lock(mutex_);
        if ((batches_ + 1) * batch_blocks * bytes > depot_bytes_max) return false;
        at_rest_ = depot_bytes_at_rest / (batch_blocks * bytes);
        if (++batches_ > at_rest_) surplus.fetch_add(1, std::memory_order_relaxed);
        batch->next_batch = std::exchange(first_, batch);
        return true;
    }

    /// Batches, of all depots.
    static inline std::atomic<std::size_t> surplus{0};

private:
    Block* take_first() {
        if (batches_-- > at_rest_) surplus.fetch_sub(1, std::memory_order_relaxed);
        return std::exchange(first_, first_->next_batch);
    }

    std::mutex mutex_;  // guards what follows
    Block* first_ = nullptr;
    std::size_t batches_ = 0;
    std::size_t at_rest_ = 0;
};

/// Never destroyed: threads may end after the program's static objects.
std::array<Depot, sizes>& depots() {
    static auto* const all = new std::array<Depot, sizes>();
    return *all;
}

[[gnu::tls_model("initial-exec")]] constinit thread_local std::array<List, sizes> lists{};

/// Gives back what the thread kept. What it frees later goes to the heap.
struct AtThreadEnd {
    ~AtThreadEnd() {
        for (List& list : lists) {
            list.count_max = 0;
            list.count = 0;
            free_all(std::exchange(list.first, nullptr));
        }
        ended = true;
    }
    bool ended = false;
};
bool may_keep(List& list) {
    static thread_local AtThreadEnd at_end;
    if (at_end.ended) return false;
    list.count_max = kept_blocks_max;
    return true;
}

std::size_t index_of(std::size_t bytes) { return (bytes + step_bytes - 1) / step_bytes - 1; }
std::size_t bytes_of(std::size_t index) { return (index + 1) * step_bytes; }

[[gnu::noinline]] void* allocate_with_batch(std::size_t index) {
    List& list = lists[index];
    if (list.count_max != 0 || may_keep(list)) {
        if (Block* const batch = depots()[index].take()) {
            list.first = batch->next;
            list.count = batch_blocks - 1;
            return batch;
        }
    }
    return ::operator new(bytes_of(index));
}

[[gnu::noinline]] void give_batch(std::size_t index) noexcept {
    List& list = lists[index];
    Block* const batch = list.first;
    Block* last = batch;
    for (std::uint32_t i = 1; i < batch_blocks; ++i) last = last->next;
    list.first = std::exchange(last->next, nullptr);
    list.count -= batch_blocks;
    if (!depots()[index].put(batch, bytes_of(index))) free_all(batch);
}

}  // namespace

bool has_surplus_envelope_memory() noexcept { return Depot::surplus.load(std::memory_order_relaxed) != 0; }

void trim_envelope_memory() noexcept {
    int left = batches_per_trim;
    for (Depot& depot : depots())
        while (Block* const batch = left > 0 ? depot.take_surplus() : nullptr) {
            free_all(batch);
            --left;
        }
}

void* allocate_envelope(std::size_t bytes) {
    if (!pooled || bytes > kept_bytes_max) return ::operator new(bytes);
    const std::size_t index = index_of(bytes);
    List& list = lists[index];
    if (!list.first) return allocate_with_batch(index);
    --list.count;
    return std::exchange(list.first, list.first->next);
}

void free_envelope(void* memory, std::size_t bytes) noexcept {
    if (!pooled || bytes > kept_bytes_max) return ::operator delete(memory);
    const std::size_t index = index_of(bytes);
    List& list = lists[index];
    if (list.count >= list.count_max) {
        if (list.count_max == 0 && !may_keep(list)) return ::operator delete(memory);
        if (list.count >= list.count_max) give_batch(index);
    }
    list.first = new (memory) Block{list.first, nullptr};
    ++list.count;
}

}  // namespace zanni::detail
