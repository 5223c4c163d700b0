#include "cases.hpp"
#include "dispatch_actors.hpp"

namespace zanni::semantics {

namespace {

Circle circle(const std::string& name) { return {{name}, 1.5}; }

// ---- B2

void by_type_then_base_then_any(Bed& bed) {
    const Address taker = bed.create<Taker>();

    CHECK(bed.ask<std::string>(taker, Shape{"a"}) == "shape a");
    CHECK(bed.ask<std::string>(taker, circle("b")) == "circle b");
    CHECK(bed.ask<std::string>(taker, Ring{{{"c"}, 2}, 1}) == "circle c");
    CHECK(bed.ask<std::string>(taker, Square{{"d"}, 2}) == "shape d");
    CHECK(bed.ask<std::string>(taker, Say{"e"}) == "any e");
}

void declined(Bed& bed) {
    const Address taker = bed.create<PickyTaker>();

    CHECK(bed.ask<std::string>(taker, circle("circle, shape, any")) == "circle circle, shape, any");
    CHECK(bed.ask<std::string>(taker, circle("shape, any")) == "shape shape, any");
    CHECK(bed.ask<std::string>(taker, circle("any")) == "any any");
}

/// The counters are those of the test's own process.
void unhandled(Bed& bed) {
    const Address taker = bed.create_near<PickyTaker>();
    const auto before = bed.system().counters().unhandled;

    bed.tell(taker, circle("nothing"));
    bed.tell(taker, Say{"what?"});

    CHECK(bed.ask<Address>(taker, Knock{}) == taker);
    CHECK(bed.system().counters().unhandled == before + 2);
}

void notices_are_nobodys_business(Bed& bed) {
    const Address taker = bed.create_near<Taker>();
    const auto before = bed.system().counters();

    bed.tell(taker, ChildExited{});
    bed.tell(taker, ExitRequest{});

    CHECK(bed.ask_in_vain<std::string>(taker, Shape{"a"}) == Error::dead_target);
    CHECK(bed.system().counters().unhandled == before.unhandled);
}

// ---- B11

void stashed_and_taken_up(Bed& bed) {
    const Address door = bed.create<Door>();

    for (const auto* text : {"one", "two", "open", "three"}) bed.tell(door, Say{text});

    CHECK(bed.notes(door, 3) == Bed::Texts{"one", "two", "three"});
}

void become_and_unbecome(Bed& bed) {
    const Address door = bed.create<Door>();

    for (const auto* text : {"open", "one", "close", "two", "open", "three"}) bed.tell(door, Say{text});

    CHECK(bed.notes(door, 3) == Bed::Texts{"one", "two", "three"});
}

void stash_outlives_a_restart(Bed& bed) {
    const Address door = bed.create<Door>({.supervision = {.on_failure = SupervisionPolicy::OnFailure::restart}});

    bed.tell(door, Say{"one"});
    bed.tell(door, Fail{});
    bed.tell(door, Say{"two"});
    bed.tell(door, Say{"open"});

    CHECK(bed.notes(door, 2) == Bed::Texts{"one", "two"});
}

void restart_closes_the_door(Bed& bed) {
    const Address door = bed.create<Door>({.supervision = {.on_failure = SupervisionPolicy::OnFailure::restart}});

    bed.tell(door, Say{"open"});
    bed.tell(door, Fail{});
    for (const auto* text : {"one", "open"}) bed.tell(door, Say{text});

    CHECK(bed.notes(door, 1) == Bed::Texts{"one"});  // an open door would note "open" too
}

constexpr Case cases[] = {
    {"B2", "a message goes to the handler of its type, else of its nearest base, else of any",
     by_type_then_base_then_any},
    {"B2", "a handler may decline, and the next candidate gets the message", declined},
    {"B2", "what nobody takes is counted as unhandled", unhandled},
    {"B2", "the system's notices are neither unhandled nor for a handler of any message", notices_are_nobodys_business},
    {"B11", "what was put aside is handled before what came later", stashed_and_taken_up},
    {"B11", "become changes the handlers, unbecome changes them back", become_and_unbecome},
    {"B11", "what was put aside outlives a restart", stash_outlives_a_restart},
    {"B11", "what an actor had become ends with a restart", restart_closes_the_door},
};

}  // namespace

std::span<const Case> dispatch_cases() { return cases; }

}  // namespace zanni::semantics
