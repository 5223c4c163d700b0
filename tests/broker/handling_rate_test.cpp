#include <cstdint>
#include <limits>

#include <catch2/catch.hpp>

#include "handling_rate.hpp"

namespace zanni::broker {

using namespace std::chrono_literals;

TEST_CASE("a rate comes from two reports and the time between them", "[D10]") {
    HandlingRate rate;
    const TimePoint start{100s};
    CHECK(rate.per_second() == 0);

    rate.report(5'000, start);
    CHECK(rate.per_second() == 0);
    rate.report(5'300, start + 2s);
    CHECK(rate.per_second() == 150);
    rate.report(5'300, start + 3s);
    CHECK(rate.per_second() == 0);
}

TEST_CASE("reports that arrive together count as one", "[D10]") {
    HandlingRate rate;
    const TimePoint start{100s};
    rate.report(0, start);
    rate.report(100, start + 1s);

    rate.report(200, start + 1s);
    rate.report(200, start + 1s + HandlingRate::period_min - 1ns);
    CHECK(rate.per_second() == 100);

    rate.report(400, start + 3s);
    CHECK(rate.per_second() == 150);
}

TEST_CASE("whatever a process reports, its rate is a number", "[D10]") {
    HandlingRate rate;
    const TimePoint start{100s};
    rate.report(0, start);
    rate.report(std::numeric_limits<std::uint64_t>::max(), start + 1s);
    CHECK(rate.per_second() == HandlingRate::max);

    rate.report(7, start + 2s);
    CHECK(rate.per_second() == 0);
}

}  // namespace zanni::broker
