#include <catch2/catch.hpp>

#include "limits.hpp"
#include "transcript.hpp"

namespace zanni::broker {

using namespace zanni::test;
using namespace std::chrono_literals;
using transport::UpdateCapability;

TEST_CASE("a process changes what its host offers, and everybody hears of it once", "[broker]") {
    TestBroker leader(leader_entry());
    leader.with_actor_process();
    leader.with_member(beta, "beta");
    const Peer program = leader.with_program();

    CHECK(leader.hears(program, UpdateCapability{"GPU", true}) ==
          Words{"to alpha/1: HostChanged(alpha, actors in alpha/1)",
                "to alpha/2: HostChanged(alpha, actors in alpha/1)",
                "to beta/link0: HostChanged(alpha, actors in alpha/1)"});
    CHECK(leader.hears(program, UpdateCapability{"GPU", true}).empty());
    CHECK(leader.hears(program, UpdateCapability{"GPU", std::nullopt}).size() == 3);
    CHECK(leader.hears(program, UpdateCapability{"GPU", std::nullopt}).empty());
}

TEST_CASE("a member tells its leader what it offers", "[broker]") {
    TestBroker member(host_entry(beta, "beta"));
    member.with_actor_process();
    member.ticks_after(0s);
    member.as_member();

    CHECK(member.hears(Peer(transport::process_id(beta, 1)), UpdateCapability{"GPU", true}) ==
          Words{"to beta/1: HostChanged(beta, actors in beta/1)", "to leader: HostChanged(beta, actors in beta/1)"});
}

TEST_CASE("only a process of the host changes what it offers, and within limits", "[broker]") {
    TestBroker leader(leader_entry());
    leader.with_actor_process();
    leader.with_member(beta, "beta");
    const Peer program = leader.with_program();

    CHECK(leader.hears(stranger(), UpdateCapability{"GPU", true}).empty());
    CHECK(leader.hears(link_of(beta), UpdateCapability{"GPU", true}).empty());
    CHECK(leader.hears(program, UpdateCapability{std::string(name_bytes_max + 1, 'k'), true}).empty());
    CHECK(leader.hears(program, UpdateCapability{"GPU", std::string(text_bytes_max + 1, 'x')}).empty());
    for (std::size_t i = 1; i < capabilities_max; ++i)
        REQUIRE_FALSE(leader.hears(program, UpdateCapability{std::to_string(i), true}).empty());
    CHECK(leader.hears(program, UpdateCapability{"one more", true}).empty());
}

}  // namespace zanni::broker
