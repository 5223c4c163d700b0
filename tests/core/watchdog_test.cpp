#include <catch2/catch.hpp>

#include <array>

#include <zanni/actor_type.hpp>

#include "scheduling/watchdog.hpp"

namespace zanni::detail {

namespace {

using namespace std::chrono_literals;

constexpr TimePoint begin{};
const ActorType some_type{"some.Actor", nullptr, {}, nullptr};
const ActorType other_type{"other.Actor", nullptr, {}, nullptr};

void run(Heartbeat& heartbeat, const ActorType& type) {
    heartbeat.running = &type;
    ++heartbeat.messages;
}

std::vector<Duration> times_found(Watchdog& watchdog, TimePoint from, TimePoint to) {
    std::vector<Duration> found;
    for (TimePoint now = from; now <= to; now += watchdog.interval())
        for (const auto& finding : watchdog.look(now)) found.push_back(finding.since);
    return found;
}

template <std::size_t N>
std::vector<const Heartbeat*> looking_at(const std::array<Heartbeat, N>& heartbeats) {
    std::vector<const Heartbeat*> all;
    for (const Heartbeat& heartbeat : heartbeats) all.push_back(&heartbeat);
    return all;
}

}  // namespace

TEST_CASE("a handler that doesn't return is found when it reaches the limit, and each time that has doubled") {
    std::array<Heartbeat, 1> heartbeats;
    Watchdog watchdog(100ms, looking_at(heartbeats));
    run(heartbeats[0], some_type);

    const auto found = times_found(watchdog, begin, begin + 1s);

    CHECK(found == std::vector<Duration>{100ms, 200ms, 400ms, 800ms});
}

TEST_CASE("a worker that goes on handling messages is never found, nor one that has nothing to do") {
    std::array<Heartbeat, 2> heartbeats;
    Watchdog watchdog(100ms, looking_at(heartbeats));
    std::size_t found = 0;

    for (TimePoint now = begin; now < begin + 2s; now += 90ms) {
        run(heartbeats[0], some_type);
        found += watchdog.look(now).size();
    }

    CHECK(found == 0);
}

TEST_CASE("a handler that returns and another that blocks are two findings, each with its type") {
    std::array<Heartbeat, 1> heartbeats;
    Watchdog watchdog(100ms, looking_at(heartbeats));
    run(heartbeats[0], some_type);
    CHECK(watchdog.look(begin).empty());
    const auto first = watchdog.look(begin + 150ms);
    run(heartbeats[0], other_type);
    CHECK(watchdog.look(begin + 160ms).empty());
    const auto second = watchdog.look(begin + 260ms);

    REQUIRE(first.size() == 1);
    CHECK(first[0].type == &some_type);
    REQUIRE(second.size() == 1);
    CHECK(second[0].type == &other_type);
    CHECK(second[0].since == 100ms);
}

TEST_CASE("each blocked worker is found for itself") {
    std::array<Heartbeat, 3> heartbeats;
    Watchdog watchdog(100ms, looking_at(heartbeats));
    run(heartbeats[0], some_type);
    run(heartbeats[2], other_type);
    CHECK(watchdog.look(begin).empty());

    const auto found = watchdog.look(begin + 100ms);

    REQUIRE(found.size() == 2);
    CHECK(found[0].type == &some_type);
    CHECK(found[1].type == &other_type);
}

TEST_CASE("a look that comes late says so once, not once for each doubling that it missed") {
    std::array<Heartbeat, 1> heartbeats;
    Watchdog watchdog(100ms, looking_at(heartbeats));
    run(heartbeats[0], some_type);
    CHECK(watchdog.look(begin).empty());

    CHECK(watchdog.look(begin + 1s).size() == 1);
    CHECK(watchdog.look(begin + 1s + 25ms).empty());
    CHECK(watchdog.look(begin + 1600ms).size() == 1);
}

}  // namespace zanni::detail
