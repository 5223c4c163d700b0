#include <catch2/catch.hpp>

#include <memory>
#include <utility>
#include <vector>

#include "runtime/envelope_list.hpp"

namespace zanni::detail {

namespace {

EnvelopePtr numbered(int number) { return make_envelope(Address{}, Address{}, number); }

std::vector<int> all_of(EnvelopeList& list) {
    std::vector<int> numbers;
    while (const auto envelope = list.pop()) numbers.push_back(*envelope->get<int>());
    return numbers;
}

}  // namespace

TEST_CASE("an envelope list gives what it got, in order, and counts it") {
    EnvelopeList list;
    CHECK(list.empty());
    CHECK_FALSE(list.pop());

    for (int number = 1; number <= 3; ++number) list.push(numbered(number));

    CHECK(list.size() == 3);
    CHECK_FALSE(list.empty());
    CHECK(all_of(list) == std::vector{1, 2, 3});
    CHECK(list.size() == 0);
}

TEST_CASE("an envelope list that was emptied is filled again") {
    EnvelopeList list;
    list.push(numbered(1));
    REQUIRE(list.pop());

    list.push(numbered(2));
    list.push(numbered(3));

    CHECK(all_of(list) == std::vector{2, 3});
}

TEST_CASE("an envelope list gives all of itself away, linked from the oldest on") {
    EnvelopeList list;
    for (int number = 1; number <= 3; ++number) list.push(numbered(number));
    std::vector<int> given;

    list.give_to([&](Envelope* first, Envelope* last, std::uint32_t count) {
        CHECK(count == 3);
        CHECK(last->next == nullptr);
        while (first) {
            const EnvelopePtr envelope(std::exchange(first, first->next));
            given.push_back(*envelope->get<int>());
        }
    });

    CHECK(given == std::vector{1, 2, 3});
    CHECK(list.empty());
    CHECK(list.size() == 0);
    list.give_to([](Envelope*, Envelope*, std::uint32_t) { FAIL("there is nothing to give"); });
}

TEST_CASE("an envelope list that is moved leaves an empty one behind") {
    EnvelopeList from;
    from.push(numbered(1));

    EnvelopeList list(std::move(from));
    from.push(numbered(2));  // NOLINT(bugprone-use-after-move): what it is then is the point

    CHECK(all_of(list) == std::vector{1});
    CHECK(all_of(from) == std::vector{2});
}

}  // namespace zanni::detail
