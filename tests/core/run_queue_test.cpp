#include <catch2/catch.hpp>

#include <atomic>
#include <deque>
#include <map>
#include <thread>
#include <vector>

#include "runtime/cell.hpp"
#include "scheduling/run_queue.hpp"

namespace zanni::detail {

TEST_CASE("the last one put next runs next, and the one before it is given back") {
    RunQueue queue;
    Cell first;
    Cell second;

    CHECK(queue.put_next(first) == nullptr);
    CHECK(queue.put_next(second) == &first);

    CHECK(queue.take_next() == &second);
    CHECK(queue.take_next() == nullptr);
}

TEST_CASE("the ring gives first what came first, and says when it is full") {
    RunQueue queue;
    std::deque<Cell> cells(RunQueue::ring_cells + 1);
    for (std::size_t i = 0; i < RunQueue::ring_cells; ++i) REQUIRE(queue.push(cells[i]));

    CHECK_FALSE(queue.push(cells.back()));
    CHECK(queue.take_first() == &cells.front());
    CHECK(queue.push(cells.back()));
    for (std::size_t i = 1; i < cells.size(); ++i) CHECK(queue.take_first() == &cells[i]);
    CHECK(queue.take_first() == nullptr);
}

TEST_CASE("half of a ring goes to another worker, rounded up, and none of what is next") {
    RunQueue victim;
    RunQueue thief;
    std::deque<Cell> cells(6);
    victim.put_next(cells[5]);
    for (std::size_t i = 0; i < 5; ++i) REQUIRE(victim.push(cells[i]));

    Cell* const taken = victim.give_half(thief);

    CHECK(taken == &cells[2]);
    CHECK(thief.take_first() == &cells[0]);
    CHECK(thief.take_first() == &cells[1]);
    CHECK(thief.take_first() == nullptr);
    CHECK(victim.size() == 2);
    CHECK(victim.take_next() == &cells[5]);
    RunQueue empty;
    CHECK(empty.give_half(thief) == nullptr);
}

TEST_CASE("while two others steal, every actor is had by exactly one") {
    constexpr int rounds = 200;
    RunQueue queue;
    std::deque<Cell> cells(RunQueue::ring_cells);
    std::map<const Cell*, std::atomic<int>> had;
    for (const Cell& cell : cells) had[&cell] = 0;
    std::atomic<bool> over{false};
    const auto steal = [&] {
        RunQueue own;
        const auto note = [&](Cell* cell) { ++had.at(cell); };
        while (!over) {
            if (Cell* const cell = queue.give_half(own)) note(cell);
            while (Cell* const cell = own.take_first()) note(cell);
            if (Cell* const cell = queue.take_next()) note(cell);
        }
    };
    std::thread one(steal);
    std::thread other(steal);

    for (int round = 1; round <= rounds; ++round) {
        for (Cell& cell : cells) {
            Cell* const displaced = queue.put_next(cell);
            if (displaced && !queue.push(*displaced)) ++had.at(displaced);
        }
        while (Cell* const cell = queue.take_first()) ++had.at(cell);
        if (Cell* const cell = queue.take_next()) ++had.at(cell);
        const auto all_had = [&] {
            for (const auto& [cell, times] : had)
                if (times < round) return false;
            return true;
        };
        while (!all_had()) std::this_thread::yield();  // by those who have taken them, and note them just now
    }
    over = true;
    one.join();
    other.join();

    for (const auto& [cell, times] : had) REQUIRE(times == rounds);
}

}  // namespace zanni::detail
