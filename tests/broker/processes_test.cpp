#include <catch2/catch.hpp>

#include <set>

#include "processes.hpp"
#include "transcript.hpp"

namespace zanni::broker {

using namespace zanni::test;
using namespace std::chrono_literals;

TEST_CASE("no two processes get one id", "[processes]") {
    Processes processes(alpha);
    std::set<std::uint64_t> ids;

    for (int i = 0; i < 10'000; ++i) ids.insert(processes.new_id().value());

    CHECK(ids.size() == 10'000);
    CHECK(*ids.begin() == process_id(alpha, 1));
    CHECK(*ids.rbegin() == process_id(alpha, 10'000));
}

TEST_CASE("an id was issued or it wasn't", "[processes]") {
    Processes processes(alpha);
    const auto id = processes.new_id().value();

    CHECK(processes.issued(id));
    CHECK_FALSE(processes.issued(id + 1));
    CHECK_FALSE(processes.issued(process_id(alpha, transport::broker_number)));
    CHECK_FALSE(processes.issued(process_id(beta, 1)));
}

TEST_CASE("a child that ends is known by its pid, once", "[processes]") {
    Processes processes(alpha);
    const auto id = processes.new_id().value();
    processes.started(id, 4711);
    CHECK(processes.is_child(id));

    CHECK_FALSE(processes.child_ended(4712));
    const auto child = processes.child_ended(4711);

    REQUIRE(child);
    CHECK(child->process == id);
    CHECK_FALSE(child->was_registered);
    CHECK_FALSE(processes.child_ended(4711));
    CHECK_FALSE(processes.is_child(id));
}

TEST_CASE("a child that had registered is known to, even when it has left since", "[processes]") {
    Processes processes(alpha);
    const auto id = processes.new_id().value();
    processes.started(id, 4711);
    processes.registered({id, 4711, "actor process", true, {}}, Processes::EndShows::as_child, TimePoint{});

    REQUIRE(processes.left(id));
    CHECK_FALSE(processes.left(id));

    CHECK(processes.child_ended(4711)->was_registered);
}

TEST_CASE("reports count for registered processes alone", "[processes]") {
    Processes processes(alpha);
    const auto id = processes.new_id().value();
    processes.registered({id, 1, "program", false, {}}, Processes::EndShows::by_silence, TimePoint{});

    processes.reported(id, {3, {}, 2}, TimePoint{});
    processes.reported(id + 1, {5, {}, 0}, TimePoint{});

    CHECK(processes.known().at(id).report.actors == 3);
    CHECK(processes.known().at(id).report.in_flight == 2);
    CHECK(processes.known().size() == 1);
}

TEST_CASE("of many processes that fell silent together, so many are gone at once and the others after them",
          "[processes]") {
    Processes processes(alpha);
    for (std::size_t i = 0; i < Processes::silent_max + 3; ++i)
        processes.registered({processes.new_id().value(), 7, "program", false, {}, {}}, Processes::EndShows::by_silence,
                             TimePoint{});

    const auto first = processes.silent(5s, TimePoint{5s});
    CHECK(first.size() == Processes::silent_max);
    for (const std::uint64_t process : first) processes.left(process);
    CHECK(processes.silent(5s, TimePoint{5s}).size() == 3);
}

TEST_CASE("five restarts within a minute are enough", "[processes]") {
    Processes processes(alpha);
    for (int i = 0; i < 5; ++i) REQUIRE(processes.may_restart(TimePoint{i * 10s}));

    CHECK_FALSE(processes.may_restart(TimePoint{50s}));
    CHECK_FALSE(processes.may_restart(TimePoint{60s}));
    CHECK(processes.may_restart(TimePoint{60s + 1ns}));
    CHECK_FALSE(processes.may_restart(TimePoint{60s + 2ns}));
}

}  // namespace zanni::broker
