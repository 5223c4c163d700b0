#include <catch2/catch.hpp>

#include "times.hpp"

namespace zanni::broker {

using namespace std::chrono_literals;

TEST_CASE("the defaults and tight times are accepted", "[times]") {
    CHECK(check(Times{}));
    CHECK(check(Times{50ms, 150ms, 300ms}));
    CHECK(check(Times{1s, 5s, 5s}));
}

TEST_CASE("times that can't work are refused", "[times]") {
    CHECK_FALSE(check(Times{2s, 2s, 5s}));
    CHECK_FALSE(check(Times{1s, 6s, 5s}));
    CHECK_FALSE(check(Times{9ms, 2s, 5s}));
    CHECK_FALSE(check(Times{0s, 2s, 5s}));
    CHECK_FALSE(check(Times{1s, 2s, 61min}));
}

TEST_CASE("what is derived follows the setting", "[times]") {
    CHECK(Times{}.tick_interval() == 100ms);
    CHECK(Times{}.reconnect_after() == 3s);
    CHECK(Times{}.ask_interval() == 500ms);
    CHECK(Times{50ms, 150ms, 300ms}.tick_interval() == 10ms);
}

}  // namespace zanni::broker
