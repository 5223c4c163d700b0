#include <catch2/catch.hpp>

#include "loads.hpp"

namespace zanni::broker {

using std::chrono::seconds;

TEST_CASE("loads are told once per interval", "[D3]") {
    Loads loads(seconds(1));
    const TimePoint start{seconds(100)};

    CHECK(loads.is_due(start));
    CHECK_FALSE(loads.is_due(start + seconds(1) - Duration(1)));
    CHECK(loads.is_due(start + seconds(1)));
    CHECK_FALSE(loads.is_due(start + seconds(1)));
}

TEST_CASE("a load is news when it differs from what was told by more than an eighth", "[D3]") {
    Loads loads(seconds(1));

    CHECK_FALSE(loads.is_news(1, 0));
    CHECK(loads.is_news(1, 1));
    CHECK_FALSE(loads.is_news(1, 1));
    CHECK(loads.is_news(1, 80));
    CHECK_FALSE(loads.is_news(1, 90));
    CHECK_FALSE(loads.is_news(1, 70));
    CHECK(loads.is_news(1, 91));
    CHECK(loads.is_news(1, 0));
    CHECK(loads.is_news(2, 5));

    loads.forget(2);
    CHECK(loads.is_news(2, 5));
}

}  // namespace zanni::broker
