#include <catch2/catch.hpp>

#include "routing_table.hpp"
#include "transcript.hpp"

namespace zanni::broker {

using namespace zanni::test;
using transport::FrameHeader, transport::FrameKind;

namespace {

constexpr std::uint64_t first = process_id(alpha, 1);
constexpr std::uint64_t second = process_id(alpha, 2);
constexpr std::uint64_t elsewhere = process_id(beta, 1);

FrameHeader from(std::uint64_t source, FrameKind kind = FrameKind::data) {
    FrameHeader header;
    header.source = source;
    header.kind = kind;
    return header;
}

RoutingTable leaders_table() {
    RoutingTable table(alpha, true);
    table.add_process(first);
    table.put_member(beta, link_of(beta));
    return table;
}

}  // namespace

TEST_CASE("a frame for a process of this host goes to it", "[routing]") {
    const auto table = leaders_table();

    CHECK(table.route(first) == Hop{Hop::To::process, Peer(first)});
    CHECK(table.route(second) == Hop{});
    CHECK(table.route(process_id(alpha, transport::broker_number)) == Hop{});
}

TEST_CASE("a leader sends a frame for another host to that host's broker", "[routing]") {
    auto table = leaders_table();

    CHECK(table.route(elsewhere) == Hop{Hop::To::member, link_of(beta)});
    CHECK(table.route(process_id(gamma_host, 1)) == Hop{});

    table.put_member(beta, link_of(beta, 1));
    CHECK(table.route(elsewhere) == Hop{Hop::To::member, link_of(beta, 1)});

    table.remove_member(beta);
    CHECK(table.route(elsewhere) == Hop{});
}

TEST_CASE("a member sends every frame for another host to its leader", "[routing]") {
    const RoutingTable table(beta, false);

    CHECK(table.route(first) == Hop{Hop::To::leader, {}});
    CHECK(table.route(elsewhere) == Hop{});
}

TEST_CASE("a process that has gone is routed nowhere", "[routing]") {
    auto table = leaders_table();

    table.remove_process(first);

    CHECK(table.route(first) == Hop{});
    CHECK_FALSE(table.may_send(Peer(first), from(first)));
}

TEST_CASE("a process speaks for itself alone", "[routing]") {
    auto table = leaders_table();
    table.add_process(second);

    CHECK(table.may_send(Peer(first), from(first)));
    CHECK_FALSE(table.may_send(Peer(first), from(second)));
    CHECK_FALSE(table.may_send(Peer(first), from(elsewhere)));
    CHECK_FALSE(table.may_send(Peer(first), from(0)));
    CHECK_FALSE(table.may_send(stranger(), from(first)));
    CHECK_FALSE(table.may_send(Peer{}, from(0)));
}

TEST_CASE("a member speaks for the processes of its host alone, and by its newest connection", "[routing]") {
    auto table = leaders_table();
    table.put_member(gamma_host, link_of(gamma_host, 3));

    CHECK(table.may_send(link_of(beta), from(elsewhere)));
    CHECK_FALSE(table.may_send(link_of(beta), from(first)));
    CHECK_FALSE(table.may_send(link_of(beta), from(process_id(gamma_host, 1))));
    CHECK_FALSE(table.may_send(link_of(gamma_host, 2), from(process_id(gamma_host, 1))));
    CHECK_FALSE(table.may_send(Peer(elsewhere), from(elsewhere)));
}

TEST_CASE("only brokers turn frames back", "[routing]") {
    const auto table = leaders_table();

    CHECK(table.may_send(link_of(beta), from(elsewhere, FrameKind::returned)));
    CHECK_FALSE(table.may_send(Peer(first), from(first, FrameKind::returned)));
}

TEST_CASE("known peers are the registered processes and the members", "[routing]") {
    const auto table = leaders_table();

    CHECK(table.knows(Peer(first)));
    CHECK(table.knows(link_of(beta)));
    CHECK_FALSE(table.knows(Peer(second)));
    CHECK_FALSE(table.knows(link_of(beta, 1)));
    CHECK_FALSE(table.knows(stranger()));
    CHECK_FALSE(table.knows(Peer{}));
}

}  // namespace zanni::broker
