#include <catch2/catch.hpp>

#include "runtime/pauses.hpp"

namespace zanni::detail {

TEST_CASE("those paused because of one mailbox are taken together, in the order in which they came") {
    Pauses pauses;
    Cell one, other, third, target, other_target;
    pauses.add(one, target);
    pauses.add(other, other_target);
    pauses.add(third, target);

    CHECK(pauses.take(target) == std::vector<Cell*>{&one, &third});
    CHECK(pauses.take(target).empty());
    CHECK(pauses.take(other_target) == std::vector<Cell*>{&other});
    CHECK(pauses.by_target.empty());
}

TEST_CASE("who goes on by itself is not taken again, and the others of its mailbox are") {
    Pauses pauses;
    Cell one, other, target;
    pauses.add(one, target);
    pauses.add(other, target);

    CHECK(pauses.remove(one));
    CHECK_FALSE(pauses.remove(one));
    CHECK_FALSE(pauses.remove(target));
    CHECK(pauses.take(target) == std::vector<Cell*>{&other});
    CHECK_FALSE(pauses.remove(other));
}

TEST_CASE("an actor may be paused and the reason of another's pause at once") {
    Pauses pauses;
    Cell one, middle, last;
    pauses.add(one, middle);
    pauses.add(middle, last);

    CHECK(pauses.remove(middle));

    CHECK(pauses.take(last).empty());
    CHECK(pauses.take(middle) == std::vector<Cell*>{&one});
}

}  // namespace zanni::detail
