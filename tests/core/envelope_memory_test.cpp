#include <catch2/catch.hpp>

#include <cstdint>
#include <cstring>
#include <set>
#include <thread>
#include <vector>

#include <zanni/envelope_memory.hpp>

namespace zanni::detail {

namespace {

std::vector<void*> take(std::size_t count, std::size_t bytes) {
    std::vector<void*> taken;
    for (std::size_t i = 0; i < count; ++i) {
        taken.push_back(allocate_envelope(bytes));
        std::memset(taken.back(), static_cast<int>(i), bytes);
    }
    return taken;
}

void give(const std::vector<void*>& memory, std::size_t bytes) {
    for (void* const block : memory) free_envelope(block, bytes);
}

}  // namespace

TEST_CASE("memory for messages of any size lies where a mailbox can point to, and belongs to one at a time") {
    for (const std::size_t bytes : {1UL, 64UL, 65UL, 80UL, 511UL, 512UL, 513UL, 100'000UL}) {
        const auto taken = take(1'000, bytes);
        CHECK(std::set<void*>(taken.begin(), taken.end()).size() == taken.size());
        for (void* const block : taken) REQUIRE(reinterpret_cast<std::uintptr_t>(block) % 16 == 0);
        give(taken, bytes);
    }
}

TEST_CASE("memory taken by one thread may be given back by another, and by one that is ending") {
    for (int round = 0; round < 10; ++round) {
        std::vector<void*> made;
        std::thread([&] { made = take(5'000, 80); }).join();
        std::thread([&] { give(made, 80); }).join();
    }
    const auto again = take(5'000, 80);
    CHECK(std::set<void*>(again.begin(), again.end()).size() == again.size());
    give(again, 80);
}

TEST_CASE("two threads that give each other memory never hold the same") {
    std::vector<void*> here = take(2'000, 96);
    for (int round = 0; round < 50; ++round) {
        std::vector<void*> there;
        std::thread other([&] { there = take(2'000, 96); });
        give(here, 96);
        here = take(2'000, 96);
        other.join();
        std::set<void*> all(here.begin(), here.end());
        all.insert(there.begin(), there.end());
        REQUIRE(all.size() == here.size() + there.size());
        give(here, 96);
        here = there;
    }
    give(here, 96);
}

}  // namespace zanni::detail
