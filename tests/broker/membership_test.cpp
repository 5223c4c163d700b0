#include <catch2/catch.hpp>

#include <vector>

#include "membership.hpp"

namespace zanni::broker {

using namespace std::chrono_literals;
using Step = Membership::Step;

TEST_CASE("a host asks to join at once, then every half second", "[membership]") {
    Membership membership(TimePoint{});

    CHECK(membership.due(TimePoint{}) == Step::ask_to_join);
    CHECK(membership.due(TimePoint{499ms}) == Step::nothing);
    CHECK(membership.due(TimePoint{500ms}) == Step::ask_to_join);
    CHECK(membership.due(TimePoint{999ms}) == Step::nothing);
    CHECK(membership.due(TimePoint{1000ms}) == Step::ask_to_join);
    CHECK_FALSE(membership.is_member());
}

TEST_CASE("a member says that it lives at once, then every second", "[membership]") {
    Membership membership(TimePoint{});
    membership.joined(TimePoint{100ms});

    CHECK(membership.is_member());
    CHECK(membership.due(TimePoint{100ms}) == Step::beat);
    CHECK(membership.due(TimePoint{1099ms}) == Step::nothing);
    CHECK(membership.due(TimePoint{1100ms}) == Step::beat);
}

TEST_CASE("a host that hears nothing for three seconds connects anew and asks again", "[membership]") {
    Membership membership(TimePoint{});
    membership.joined(TimePoint{});
    membership.heard(TimePoint{1s});

    CHECK(membership.due(TimePoint{4s - 1ns}) == Step::beat);
    CHECK(membership.due(TimePoint{4s}) == Step::reconnect);
    CHECK_FALSE(membership.is_member());
    CHECK(membership.due(TimePoint{4s}) == Step::ask_to_join);
    CHECK(membership.due(TimePoint{7s - 1ns}) == Step::ask_to_join);
    CHECK(membership.due(TimePoint{7s}) == Step::reconnect);
}

TEST_CASE("a host that stood still itself doesn't take its leader for silent", "[membership]") {
    Membership membership(TimePoint{});
    membership.joined(TimePoint{});

    membership.excuse(10s, TimePoint{11s});

    CHECK(membership.due(TimePoint{13s - 1ns}) == Step::beat);
    CHECK(membership.due(TimePoint{13s}) == Step::reconnect);
}

TEST_CASE("a host that its leader doesn't hear connects anew at once", "[membership]") {
    Membership membership(TimePoint{});
    membership.joined(TimePoint{1s});
    CHECK(membership.due(TimePoint{2s}) == Step::beat);

    membership.unheard(TimePoint{2s});

    CHECK(membership.due(TimePoint{2s}) == Step::reconnect);
    CHECK_FALSE(membership.is_member());
    CHECK(membership.due(TimePoint{2s}) == Step::ask_to_join);
}

TEST_CASE("a host that has just connected, or stood still itself, connects no more often for not being heard",
          "[membership]") {
    Membership membership(TimePoint{});
    membership.joined(TimePoint{1s});
    membership.unheard(TimePoint{2s - 1ns});
    CHECK(membership.due(TimePoint{2s}) == Step::beat);

    membership.heard(TimePoint{12s});
    membership.excuse(10s, TimePoint{12s});
    membership.unheard(TimePoint{14s - 1ns});
    CHECK(membership.due(TimePoint{14s}) == Step::beat);

    membership.unheard(TimePoint{14s});
    membership.joined(TimePoint{14s});
    CHECK(membership.due(TimePoint{14s}) == Step::beat);
}

TEST_CASE("a host says that it waits for its leader after 2 s, 10 s, and then each minute", "[membership]") {
    Membership membership(TimePoint{});
    auto lines_until = [&, at = 0](int end) mutable {
        std::vector<int> lines;
        for (; at < end; ++at)
            if (membership.waits_worth_a_line(TimePoint{std::chrono::seconds(at)})) lines.push_back(at);
        return lines;
    };

    CHECK(lines_until(140) == std::vector{2, 10, 70, 130});
    membership.joined(TimePoint{140s});
    CHECK(lines_until(150).empty());
    membership.lost(TimePoint{150s});
    CHECK(lines_until(155) == std::vector{152});
}

TEST_CASE("the times of a membership are its host's", "[membership]") {
    Membership membership(TimePoint{}, {50ms, 150ms, 300ms});

    CHECK(membership.due(TimePoint{}) == Step::ask_to_join);
    CHECK(membership.due(TimePoint{25ms}) == Step::ask_to_join);
    membership.joined(TimePoint{100ms});
    CHECK(membership.due(TimePoint{100ms}) == Step::beat);
    CHECK(membership.due(TimePoint{150ms}) == Step::beat);
    CHECK(membership.due(TimePoint{280ms}) == Step::reconnect);
}

TEST_CASE("a host that its leader doesn't know asks at once", "[membership]") {
    Membership membership(TimePoint{});
    membership.joined(TimePoint{});
    REQUIRE(membership.due(TimePoint{}) == Step::beat);

    membership.lost(TimePoint{10ms});

    CHECK_FALSE(membership.is_member());
    CHECK(membership.due(TimePoint{10ms}) == Step::ask_to_join);
}

}  // namespace zanni::broker
