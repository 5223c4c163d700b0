#include <catch2/catch.hpp>

#include <map>
#include <utility>
#include <vector>

#include <zanni/random.hpp>

#include "runtime/timers.hpp"

namespace zanni::detail {

namespace {

using namespace std::chrono_literals;

constexpr TimePoint begin{};

Timer wakeup(std::uint64_t number) { return {Timer::Kind::wakeup, Address{}, number}; }

/// The numbers of all timers that are due, in the order in which they are taken.
std::vector<std::uint64_t> take_all(Timers& timers, TimePoint now) {
    std::vector<std::uint64_t> numbers;
    while (const auto due = timers.take(now)) numbers.push_back(due->timer.number);
    return numbers;
}

}  // namespace

TEST_CASE("timers come in the order of their times, and at one time in the order of their starts") {
    Timers timers;

    timers.start(begin + 3s, wakeup(3));
    timers.start(begin + 1s, wakeup(10));
    timers.start(begin + 2s, wakeup(2));
    timers.start(begin + 1s, wakeup(11));
    timers.start(begin + 1s, wakeup(12));

    CHECK(timers.next() == begin + 1s);
    CHECK(take_all(timers, begin + 3s) == std::vector<std::uint64_t>{10, 11, 12, 2, 3});
    CHECK(timers.next() == TimePoint::max());
}

TEST_CASE("only timers whose time has come are taken, up to that very moment") {
    Timers timers;
    timers.start(begin + 1s, wakeup(1));
    timers.start(begin + 2s, wakeup(2));

    CHECK(take_all(timers, begin + 1s - 1ns).empty());
    CHECK(take_all(timers, begin + 1s) == std::vector<std::uint64_t>{1});
    CHECK(timers.size() == 1);
    CHECK(take_all(timers, TimePoint::max()) == std::vector<std::uint64_t>{2});
    CHECK(take_all(timers, TimePoint::max()).empty());
}

TEST_CASE("a timer can be cancelled from the middle of many, once") {
    Timers timers;
    std::vector<TimerId> ids;
    for (std::uint64_t number = 0; number < 20; ++number)
        ids.push_back(timers.start(begin + 1s * static_cast<int>(number % 7), wakeup(number)));

    const auto cancelled = timers.cancel(ids[10]);

    REQUIRE(cancelled);
    CHECK(cancelled->number == 10);
    CHECK_FALSE(timers.cancel(ids[10]));
    CHECK(timers.size() == 19);
    CHECK(std::ranges::count(take_all(timers, TimePoint::max()), 10U) == 0);
}

TEST_CASE("the id of a timer that is gone never names a later one in its place") {
    Timers timers;
    const TimerId cancelled = timers.start(begin, wakeup(1));
    REQUIRE(timers.cancel(cancelled));
    const TimerId taken = timers.start(begin, wakeup(2));
    REQUIRE(timers.take(begin));

    const TimerId pending = timers.start(begin, wakeup(3));

    CHECK_FALSE(timers.cancel(cancelled));
    CHECK_FALSE(timers.cancel(taken));
    CHECK_FALSE(timers.cancel(TimerId{}));
    CHECK_FALSE(timers.cancel(TimerId(12345)));
    CHECK(timers.cancel(pending)->number == 3);
}

TEST_CASE("what is taken says its id and its time") {
    Timers timers;
    const TimerId id = timers.start(begin + 5s, wakeup(7));

    const auto due = timers.take(begin + 9s);

    REQUIRE(due);
    CHECK(due->id == id);
    CHECK(due->at == begin + 5s);
}

TEST_CASE("a hundred thousand random starts, cancels and takes agree with a sorted map") {
    const std::uint64_t seed = GENERATE(1U, 2U, 3U);
    CAPTURE(seed);
    SeededRandom random(seed);
    Timers timers;
    std::multimap<TimePoint, std::pair<TimerId, std::uint64_t>> expected;  // equal times stay in order of insertion
    std::vector<TimerId> all;
    TimePoint now = begin;
    bool agrees = true;

    for (std::uint64_t number = 1; number <= 100'000; ++number) {
        switch (random.next() % 4) {
            case 0:
            case 1: {
                const TimePoint at = now + 1ms * static_cast<int>(random.next() % 500);
                all.push_back(timers.start(at, wakeup(number)));
                expected.emplace(at, std::pair{all.back(), number});
                break;
            }
            case 2: {
                if (all.empty()) break;
                const TimerId id = all[random.next() % all.size()];
                const auto found =
                    std::ranges::find_if(expected, [&](const auto& entry) { return entry.second.first == id; });
                const auto cancelled = timers.cancel(id);
                agrees = agrees && cancelled.has_value() == (found != expected.end());
                if (found == expected.end()) break;
                agrees = agrees && cancelled && cancelled->number == found->second.second;
                expected.erase(found);
                break;
            }
            default: {
                now += 1ms * static_cast<int>(random.next() % 20);
                while (const auto due = timers.take(now)) {
                    agrees = agrees && !expected.empty() && expected.begin()->first == due->at &&
                             expected.begin()->second == std::pair{due->id, due->timer.number};
                    if (!expected.empty()) expected.erase(expected.begin());
                }
                agrees = agrees && (expected.empty() || expected.begin()->first > now);
                break;
            }
        }
        agrees = agrees && timers.size() == expected.size();
        REQUIRE(agrees);
    }
    CHECK(timers.next() == (expected.empty() ? TimePoint::max() : expected.begin()->first));
}

}  // namespace zanni::detail
