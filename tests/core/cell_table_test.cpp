#include <catch2/catch.hpp>

#include <set>
#include <thread>
#include <vector>

#include <zanni/registry.hpp>

#include "runtime/actor_id.hpp"
#include "runtime/cell_table.hpp"
#include "runtime/runtime.hpp"
#include "scheduling/stepper.hpp"

namespace zanni::detail {

namespace {

constexpr std::uint64_t process = 7;
constexpr std::uint64_t minted = minted_bit | 5;

/// A table belongs to a runtime; here that only stands by.
struct Fixture {
    ManualClock clock;
    SeededRandom random{1};
    Registry registry;
    Stepper stepper{clock};
    Runtime runtime{{stepper, clock, random, registry, nullptr, {}, process}};
    CellTable table{runtime};
};

std::uint64_t actor_of(const Cell& cell) { return parts_of(cell.address).actor; }

}  // namespace

TEST_CASE("a cell is found by the address it was taken under") {
    Fixture fixture;

    Cell* const one = fixture.table.take(process, 0);
    Cell* const other = fixture.table.take(process, 0);

    REQUIRE(one);
    REQUIRE(other);
    CHECK(fixture.table.find(actor_of(*one)) == one);
    CHECK(fixture.table.find(actor_of(*other)) == other);
    CHECK(parts_of(one->address).process == process);
    CHECK(fixture.table.find(actor_id(99, 1))->mailbox.is_closed());  // never used
    CHECK(fixture.table.find(actor_id(99'999, 1)) == nullptr);
    CHECK(fixture.table.live() == 2);
}

TEST_CASE("a cell that is used again has a new address, and the old one never comes back") {
    Fixture fixture;
    std::set<Address> seen;

    for (int use = 0; use < 1'000; ++use) {
        Cell* const cell = fixture.table.take(process, 0);
        REQUIRE(cell);
        CHECK(cell->index == 0);
        CHECK(seen.insert(cell->address).second);
        fixture.table.release(*cell);
    }

    CHECK(fixture.table.live() == 0);
}

TEST_CASE("a cell that has given away its last address is not used again") {
    Fixture fixture;
    Cell* const worn = fixture.table.take(process, 0);
    fixture.table.release(*worn);
    worn->generation = generation_max - 1;

    Cell* const last_use = fixture.table.take(process, 0);
    REQUIRE(last_use == worn);
    fixture.table.release(*last_use);

    CHECK(fixture.table.take(process, 0) != worn);
}

TEST_CASE("an address that a creator elsewhere minted names its cell until the actor has ended") {
    Fixture fixture;

    Cell* const cell = fixture.table.take(process, minted);

    REQUIRE(cell);
    CHECK(cell->address == make_address({process, minted}));
    CHECK(fixture.table.find(minted) == cell);
    fixture.table.release(*cell);
    CHECK(fixture.table.find(minted) == nullptr);
}

TEST_CASE("a minted address that is taken is refused, and the refusal costs no cell") {
    Fixture fixture;
    Cell* const first = fixture.table.take(process, minted);
    REQUIRE(first);

    CHECK(fixture.table.take(process, minted) == nullptr);

    CHECK(fixture.table.find(minted) == first);
    CHECK(fixture.table.live() == 1);
    CHECK(fixture.table.take(process, 0)->index == 1);
}

TEST_CASE("cells stay where they are while the table grows") {
    Fixture fixture;
    std::vector<Cell*> cells;

    for (std::uint32_t i = 0; i < 3 * CellTable::block_cells; ++i) cells.push_back(fixture.table.take(process, 0));

    bool all_found = true;
    for (Cell* const cell : cells) all_found = all_found && fixture.table.find(actor_of(*cell)) == cell;
    CHECK(all_found);
    std::uint32_t visited = 0;
    fixture.table.for_each([&](Cell&) { ++visited; });
    CHECK(visited == cells.size());
}

TEST_CASE("threads that take and release cells never share one") {
    Fixture fixture;
    std::atomic<int> shared{0};
    std::vector<std::thread> threads;
    for (int thread = 0; thread < 3; ++thread)
        threads.emplace_back([&, thread] {
            for (int i = 0; i < 2'000; ++i) {
                Cell* const cell = fixture.table.take(process, i % 2 ? 0 : minted_bit | (thread * 10'000 + i));
                shared += std::exchange(cell->is_root, true);
                shared += fixture.table.find(actor_of(*cell)) != cell;
                cell->is_root = false;
                fixture.table.release(*cell);
            }
        });
    for (auto& thread : threads) thread.join();

    CHECK(shared == 0);
    CHECK(fixture.table.live() == 0);
}

TEST_CASE("the parts of an actor's number don't overlap") {
    CHECK(index_of(actor_id(5, 3)) == 5);
    CHECK(generation_of(actor_id(5, 3)) == 3);
    CHECK(generation_of(endpoint_bit | actor_id(0xffffffff, generation_max)) == generation_max);
    CHECK_FALSE(is_minted(actor_id(0xffffffff, generation_max)));
    CHECK_FALSE(is_endpoint(actor_id(0xffffffff, generation_max)));
    CHECK(is_endpoint(endpoint_bit | actor_id(1, 1)));
    CHECK_FALSE(is_endpoint(minted_bit | endpoint_bit));
}

TEST_CASE("memory of cells that are all free goes back, and their addresses don't come again") {
    Fixture fixture;
    std::vector<Cell*> cells;
    std::set<Address> seen;

    for (int round = 0; round < 3; ++round) {
        for (std::uint32_t i = 0; i < 4 * CellTable::block_cells; ++i) {
            cells.push_back(fixture.table.take(process, 0));
            REQUIRE(seen.insert(cells.back()->address).second);
        }
        CHECK(fixture.table.resident_blocks() == 4);
        for (Cell* const cell : cells) fixture.table.release(*cell);

        CHECK(fixture.table.resident_blocks() == 1);
        CHECK(fixture.table.live() == 0);
        for (Cell* const cell : cells) CHECK(cell->mailbox.is_closed());
        cells.clear();
    }
}

}  // namespace zanni::detail
