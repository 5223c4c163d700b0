#include <catch2/catch.hpp>

#include "security/connections.hpp"

namespace zanni::broker {

namespace {

TimePoint at(Duration since_start) { return TimePoint{} + since_start; }

}  // namespace

TEST_CASE("as many connections as the limit says may come in from one address, and from each other", "[limits]") {
    Connections connections({.per_address_max = 2, .max = 100});
    connections.opened(10, "10.0.0.1");
    connections.opened(11, "10.0.0.1");
    connections.opened(12, "10.0.0.2");

    CHECK(connections.may_come_in("10.0.0.1"));
    connections.opened(13, "10.0.0.1");

    const auto refused = connections.may_come_in("10.0.0.1");
    REQUIRE_FALSE(refused);
    CHECK(refused.error().context == "more than 2 connections of one address");
    CHECK(connections.may_come_in("10.0.0.2"));
    CHECK(connections.may_come_in("not by tcp"));

    connections.closed(10);
    CHECK(connections.may_come_in("10.0.0.1"));
}

TEST_CASE("beyond the connections that open files allow nobody comes in by tcp", "[limits]") {
    Connections connections({.per_address_max = 100, .max = 2});
    connections.opened(10, "10.0.0.1");
    connections.opened(11, "10.0.0.2");
    CHECK(connections.may_come_in("10.0.0.2"));

    connections.opened(12, "10.0.0.3");

    const auto refused = connections.may_come_in("10.0.0.3");
    REQUIRE_FALSE(refused);
    CHECK(refused.error().context == "more than 2 connections, with the open files that are allowed");
    CHECK(connections.may_come_in("not by tcp"));
}

TEST_CASE("a connection with the number of one that was not seen to close takes its place", "[limits]") {
    Connections connections({.per_address_max = 1, .max = 100});
    connections.opened(10, "10.0.0.1");

    connections.opened(10, "10.0.0.1");
    CHECK(connections.may_come_in("10.0.0.1"));
    connections.opened(10, "10.0.0.2");

    CHECK(connections.size() == 1);
    connections.opened(11, "10.0.0.1");
    CHECK(connections.may_come_in("10.0.0.1"));

    connections.closed(10);
    connections.closed(10);
    connections.closed(99);
    CHECK(connections.size() == 1);
}

TEST_CASE("refusals of one address are worth one line a minute, and a hundred in all", "[limits]") {
    using namespace std::chrono_literals;
    Connections connections({});
    CHECK(connections.worth_a_line("10.0.0.1", at(1h)));
    CHECK_FALSE(connections.worth_a_line("10.0.0.1", at(1h + 59s)));
    std::size_t lines = 1;
    for (int i = 0; i < 1'000; ++i) lines += connections.worth_a_line("10.1.0." + std::to_string(i), at(1h + 59s));
    CHECK(lines == 100);

    CHECK(connections.worth_a_line("10.0.0.1", at(1h + 60s)));
}

TEST_CASE("connections by tcp leave open files for what else a broker does", "[limits]") {
    CHECK(connections_max(1'024) == 512);
    CHECK(connections_max(2 * files_reserved) == files_reserved);
    CHECK(connections_max(2 * files_reserved + 1) == files_reserved + 1);
    CHECK(connections_max(1'048'576) == 1'048'576 - files_reserved);
}

}  // namespace zanni::broker
