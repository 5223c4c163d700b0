#include <catch2/catch.hpp>

#include <array>

#include "scheduling/active_workers.hpp"

namespace zanni::detail {

namespace {

using namespace std::chrono_literals;

/// Workers that are always busy, and get done what `rate` says of so many.
struct Busy {
    template <class Rate>
    void run(Duration length, Rate rate) {
        for (const TimePoint end = now + length; now < end; now += step) {
            messages +=
                static_cast<std::uint64_t>(rate(active.allowed()) * std::chrono::duration<double>(step).count());
            active.look(now, messages, idled);
            ran[active.allowed() - 1] += step;
        }
    }
    Duration ran_with(unsigned workers) const { return ran[workers - 1]; }

    static constexpr Duration step = 1ms;
    ActiveWorkers active{2};
    TimePoint now{1h};
    std::uint64_t messages = 0;
    std::uint64_t idled = 0;
    std::array<Duration, 4> ran{};
};

double faster_alone(unsigned workers) { return workers == 1 ? 20e6 : 12e6; }
double faster_together(unsigned workers) { return workers == 1 ? 10e6 : 19e6; }

}  // namespace

TEST_CASE("where one worker gets more done than two, one runs nearly all the time") {
    Busy busy;
    busy.run(10s, faster_alone);
    CHECK(busy.ran_with(1) > 9s);
}

TEST_CASE("where two get more done, both run nearly all the time") {
    Busy busy;
    busy.run(10s, faster_together);
    CHECK(busy.ran_with(2) > 9s);
}

TEST_CASE("what is better is found again when the work changes") {
    Busy busy;
    busy.run(10s, faster_alone);
    const Duration before = busy.ran_with(2);
    busy.run(10s, faster_together);
    CHECK(busy.ran_with(2) - before > 7s);
}

TEST_CASE("workers whose handlers take long all run, and no trial holds one back") {
    Busy busy;
    busy.run(10s, [](unsigned workers) { return 0.9e6 * workers; });
    CHECK(busy.ran_with(1) == 0s);
}

TEST_CASE("one that was held back may run as soon as handlers take long") {
    Busy busy;
    busy.run(1s, faster_alone);
    REQUIRE(busy.active.allowed() == 1);
    busy.run(20ms, [](unsigned) { return 1e5; });
    CHECK(busy.active.allowed() == 2);
}

TEST_CASE("all may run as soon as one has nothing to do") {
    Busy busy;
    busy.run(1s, faster_alone);
    REQUIRE(busy.active.allowed() == 1);
    CHECK(busy.active.rest() == 2);
    CHECK(busy.active.allowed() == 2);
}

TEST_CASE("a time in which somebody was idle is no measure") {
    Busy busy;
    for (int i = 0; i < 100; ++i) {
        ++busy.idled;
        busy.run(9ms, faster_alone);
    }
    CHECK(busy.ran_with(1) == 0s);
}

TEST_CASE("a lone worker runs") {
    ActiveWorkers alone(1);
    alone.look(TimePoint{1h}, 0, 0);
    alone.look(TimePoint{2h}, 1'000'000'000'000, 0);
    CHECK(alone.allowed() == 1);
}

}  // namespace zanni::detail
