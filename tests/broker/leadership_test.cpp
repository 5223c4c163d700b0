#include <catch2/catch.hpp>

#include <vector>

#include "leadership.hpp"
#include "transcript.hpp"

namespace zanni::broker {

using namespace zanni::test;
using namespace std::chrono_literals;
using Join = Leadership::Join;

TEST_CASE("a host that joins is a member at its connection", "[leadership]") {
    Leadership leadership;

    CHECK(leadership.join({host_entry(beta, "beta")}, link_of(beta), TimePoint{}) == Join::joined);

    CHECK(leadership.host_at(link_of(beta)) == beta);
    CHECK(leadership.host_at(link_of(gamma_host)) == 0);
    CHECK(leadership.members().at(beta).name == "beta");
}

TEST_CASE("a question that was answered is none any more; one of another series, or by another connection, is",
          "[leadership]") {
    Leadership leadership;
    const HostEntry host = host_entry(beta, "beta");
    REQUIRE(leadership.join({host, 7}, link_of(beta), TimePoint{}) == Join::joined);
    leadership.news(beta).sent = 3;

    CHECK(leadership.join({host, 7}, link_of(beta), TimePoint{}) == Join::member_since);
    CHECK(leadership.news(beta).sent == 3);
    CHECK(leadership.join({host, 8}, link_of(beta), TimePoint{}) == Join::joined);
    CHECK(leadership.news(beta).sent == 0);
    CHECK(leadership.join({host, 8}, link_of(beta, 1), TimePoint{}) == Join::joined);
    CHECK(leadership.join({host}, link_of(beta, 1), TimePoint{}) == Join::joined);
}

TEST_CASE("an id that a host of another name has is taken", "[leadership]") {
    Leadership leadership;
    REQUIRE(leadership.join({host_entry(beta, "beta")}, link_of(beta), TimePoint{}) == Join::joined);

    CHECK(leadership.join({host_entry(beta, "impostor")}, link_of(beta, 1), TimePoint{}) == Join::id_taken);

    CHECK(leadership.host_at(link_of(beta)) == beta);
}

TEST_CASE("a member joins again by a newer connection, never by an older one", "[leadership]") {
    Leadership leadership;
    REQUIRE(leadership.join({host_entry(beta, "beta")}, link_of(beta, 1), TimePoint{}) == Join::joined);

    CHECK(leadership.join({host_entry(beta, "beta")}, link_of(beta, 2), TimePoint{}) == Join::joined);
    CHECK(leadership.host_at(link_of(beta, 2)) == beta);
    CHECK(leadership.host_at(link_of(beta, 1)) == 0);

    CHECK(leadership.join({host_entry(beta, "beta")}, link_of(beta, 1), TimePoint{}) == Join::id_taken);
    CHECK(leadership.host_at(link_of(beta, 2)) == beta);
}

TEST_CASE("a member is silent exactly when the down time is over", "[leadership]") {
    Leadership leadership;
    const TimePoint start{};
    REQUIRE(leadership.join({host_entry(beta, "beta")}, link_of(beta), start) == Join::joined);
    REQUIRE(leadership.heard(beta, link_of(beta), std::nullopt, start + 1s));

    CHECK(leadership.take_silent(start + 1s + Times{}.down_after - 1ns).empty());
    CHECK(leadership.take_silent(start + 1s + Times{}.down_after) == std::vector<std::uint32_t>{beta});
    CHECK(leadership.take_silent(start + 1s + Times{}.down_after).empty());
    CHECK(leadership.members().empty());
}

TEST_CASE("a member is suspect once it has been silent for a while, until anything comes from it", "[leadership]") {
    Leadership leadership;
    const TimePoint start{};
    REQUIRE(leadership.join({host_entry(beta, "beta")}, link_of(beta, 1), start) == Join::joined);

    CHECK(leadership.suspect(start + Times{}.suspect_after - 1ns).empty());
    CHECK(leadership.suspect(start + Times{}.suspect_after) == std::vector<std::uint32_t>{beta});
    CHECK(leadership.suspect(start + Times{}.suspect_after).empty());
    CHECK(leadership.members().at(beta).suspect);

    leadership.heard(link_of(beta, 0), start + 3s);
    CHECK(leadership.members().at(beta).suspect);
    leadership.heard(link_of(beta, 1), start + 3s);
    CHECK_FALSE(leadership.members().at(beta).suspect);
    CHECK(leadership.take_silent(start + 3s + Times{}.down_after - 1ns).empty());
}

TEST_CASE("while nobody listened, nobody was silent", "[leadership]") {
    Leadership leadership;
    const TimePoint start{};
    REQUIRE(leadership.join({host_entry(beta, "beta")}, link_of(beta), start) == Join::joined);
    REQUIRE(leadership.join({host_entry(gamma_host, "gamma")}, link_of(gamma_host), start + 9s) == Join::joined);

    leadership.excuse(8s, start + 10s);

    CHECK(leadership.take_silent(start + 8s + Times{}.down_after - 1ns).empty());
    CHECK(leadership.take_silent(start + 8s + Times{}.down_after) == std::vector<std::uint32_t>{beta});
    CHECK(leadership.take_silent(start + 10s + Times{}.down_after) == std::vector<std::uint32_t>{gamma_host});
}

TEST_CASE("who isn't a member at that connection isn't heard", "[leadership]") {
    Leadership leadership;
    REQUIRE(leadership.join({host_entry(beta, "beta")}, link_of(beta, 1), TimePoint{}) == Join::joined);

    CHECK_FALSE(leadership.heard(gamma_host, link_of(gamma_host), std::nullopt, TimePoint{}));
    CHECK_FALSE(leadership.heard(beta, link_of(beta, 0), std::nullopt, TimePoint{}));
}

TEST_CASE("the last status of a member is kept", "[leadership]") {
    Leadership leadership;
    REQUIRE(leadership.join({host_entry(beta, "beta")}, link_of(beta), TimePoint{}) == Join::joined);

    leadership.heard(beta, link_of(beta), transport::HostStatus{host_entry(beta, "beta"), {}, 7, 0, 0, 0}, TimePoint{});
    leadership.heard(beta, link_of(beta), std::nullopt, TimePoint{});

    CHECK(leadership.members().at(beta).status->frames_routed == 7);
}

TEST_CASE("a host that leaves is no member and may come back", "[leadership]") {
    Leadership leadership;
    REQUIRE(leadership.join({host_entry(beta, "beta")}, link_of(beta, 1), TimePoint{}) == Join::joined);

    CHECK(leadership.leave(beta));
    CHECK_FALSE(leadership.leave(beta));
    CHECK(leadership.join({host_entry(beta, "beta")}, link_of(beta, 0), TimePoint{}) == Join::joined);
}

}  // namespace zanni::broker
