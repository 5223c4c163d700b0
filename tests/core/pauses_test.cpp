#include <catch2/catch.hpp>

#include "runtime/pauses.hpp"

namespace zanni::detail {

TEST_CASE("those paused because of one mailbox are taken together, in the order in which they came") {
    Pauses pauses;
    Cell one, other, third, target, other_target;
    pauses.add(one, {&target});
    pauses.add(other, {&other_target});
    pauses.add(third, {&target});

    CHECK(pauses.take({&target}) == std::vector<Cell*>{&one, &third});
    CHECK(pauses.take({&target}).empty());
    CHECK(pauses.take({&other_target}) == std::vector<Cell*>{&other});
    CHECK(pauses.empty());
}

TEST_CASE("of those paused because of one mailbox the first ones are taken, and it is said whether others are left") {
    Pauses pauses;
    Cell one, other, third, target;
    for (Cell* const cell : {&one, &other, &third}) pauses.add(*cell, {&target});
    std::vector<Cell*> taken;

    CHECK(pauses.take_some({&target}, 2, taken));
    CHECK(taken == std::vector<Cell*>{&one, &other});
    CHECK_FALSE(pauses.remove(one));

    CHECK_FALSE(pauses.take_some({&target}, 2, taken));
    CHECK(taken == std::vector<Cell*>{&third});
    CHECK_FALSE(pauses.take_some({&target}, 2, taken));
    CHECK(taken.empty());
    CHECK(pauses.empty());
}

TEST_CASE("who goes on by itself is not taken again, and the others of its mailbox are") {
    Pauses pauses;
    Cell one, other, target;
    pauses.add(one, {&target});
    pauses.add(other, {&target});

    CHECK(pauses.remove(one));
    CHECK_FALSE(pauses.remove(one));
    CHECK_FALSE(pauses.remove(target));
    CHECK(pauses.take({&target}) == std::vector<Cell*>{&other});
    CHECK_FALSE(pauses.remove(other));
}

TEST_CASE("an actor may be paused and the reason of another's pause at once") {
    Pauses pauses;
    Cell one, middle, last;
    pauses.add(one, {&middle});
    pauses.add(middle, {&last});

    CHECK(pauses.remove(middle));

    CHECK(pauses.take({&last}).empty());
    CHECK(pauses.take({&middle}) == std::vector<Cell*>{&one});
}

TEST_CASE("those paused for what lies elsewhere are taken where it concerns them, in order") {
    Pauses pauses;
    Cell one, other, third, local, target;
    const Address low = make_address({7, 1});
    const Address high = make_address({7, 2});
    const Address further = make_address({8, 1});
    pauses.add(one, {nullptr, high});
    pauses.add(other, {nullptr, further});
    pauses.add(third, {nullptr, low});
    pauses.add(local, {&target});

    const auto taken = pauses.take_elsewhere([](const Address& address) { return parts_of(address).process == 7; });

    CHECK(taken == std::vector<Cell*>{&third, &one});
    CHECK_FALSE(pauses.remove(one));
    CHECK(pauses.remove(other));
    CHECK(pauses.remove(local));
    CHECK(pauses.empty());
}

}  // namespace zanni::detail
