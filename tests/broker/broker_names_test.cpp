#include <catch2/catch.hpp>

#include <chrono>

#include "transcript.hpp"

/// What brokers do with words about names.
namespace zanni::broker {

using namespace zanni::test;
using namespace std::chrono_literals;
using namespace transport;

namespace {

Address actor(std::uint64_t process, std::uint64_t number = 1) {
    return zanni::detail::make_address({process, number});
}
ClaimNames claim(const std::string& name, const Address& claimer) { return {{{name, claimer}}}; }
ClaimNames held(const std::string& name, const Address& claimer, Duration since) {
    return {{{name, claimer, true, since}}};
}
const std::uint64_t far = process_id(beta, 2);

}  // namespace

TEST_CASE("the leader answers its own processes, and those of members by their brokers", "[broker][C4]") {
    LeaderWithAll leader;
    const Address near = actor(leader.program.process());

    CHECK(leader.hears(leader.program, claim("registry", near)) == Words{"to alpha/2: NameGiven(registry, alpha/2)"});
    CHECK(leader.hears(link_of(beta), claim("registry", actor(far))) ==
          Words{"to beta/link0: NameGiven(registry, alpha/2)"});
    CHECK(leader.hears(link_of(beta), FindName{"registry", actor(far)}) ==
          Words{"to beta/link0: NameFound(registry, alpha/2)"});
    CHECK(leader.hears(link_of(beta), FindName{"other", actor(far)}) ==
          Words{"to beta/link0: NameFound(other, nobody)"});
    CHECK(leader.hears(stranger(), NamesRequest{}) == Words{"to stranger1: NamesReply(1, registry on alpha)"});
    CHECK(leader.hears(leader.program, ReleaseName{"registry", near}) == Words{"to alpha/2: NameReleased(registry)"});
    CHECK(leader.hears(link_of(beta), claim("registry", actor(far))) ==
          Words{"to beta/link0: NameGiven(registry, beta/2)"});
}

TEST_CASE("nobody claims or releases a name for an actor of another process", "[broker][C4]") {
    LeaderWithAll leader;
    leader.hears(link_of(beta), claim("registry", actor(far)));

    CHECK(leader.hears(leader.program, ReleaseName{"registry", actor(far)}) ==
          Words{"to alpha/2: Refused(a name for an actor of another process)"});
    CHECK(leader.hears(leader.program, claim("other", actor(far))) ==
          Words{"to alpha/2: Refused(a name for an actor of another process)"});
    CHECK(leader.hears(stranger(), claim("other", actor(far))).empty());
    CHECK(leader.hears(leader.program, claim("bell\a", actor(leader.program.process()))) ==
          Words{"to alpha/2: Refused(control characters in an actor's name)"});
    CHECK(leader.hears(stranger(), NamesRequest{}) == Words{"to stranger1: NamesReply(1, registry on beta)"});
}

TEST_CASE("the names of processes that a joining host doesn't name are free", "[broker][C4]") {
    LeaderWithAll leader;
    leader.hears(link_of(beta), claim("gone", actor(far)));
    leader.hears(link_of(beta), claim("here", actor(process_id(beta, 3))));

    leader.hears(link_of(beta), HostProcesses{{process_id(beta, 3)}});

    CHECK(leader.hears(stranger(), NamesRequest{}) == Words{"to stranger1: NamesReply(1, here on beta)"});
}

TEST_CASE("the names of a process that is gone, or of a host, are free", "[broker][C4]") {
    LeaderWithAll leader;
    leader.hears(link_of(beta), claim("a", actor(far)));
    leader.hears(link_of(beta), claim("b", actor(process_id(beta, 3))));
    leader.hears(leader.program, claim("c", actor(leader.program.process())));

    leader.hears(link_of(beta), ProcessGone{far, {}});
    CHECK(leader.hears(stranger(), NamesRequest{}) == Words{"to stranger1: NamesReply(2, b on beta, c on alpha)"});
    leader.hears(link_of(beta), LeaveConvention{});
    CHECK(leader.hears(stranger(), NamesRequest{}) == Words{"to stranger1: NamesReply(1, c on alpha)"});
    leader.hears(leader.program, Leave{});
    CHECK(leader.hears(stranger(), NamesRequest{}) == Words{"to stranger1: NamesReply(0)"});
}

TEST_CASE("of two actors of a name the younger is told that it has to end", "[broker][C4]") {
    LeaderWithAll leader;
    leader.hears(leader.program, held("registry", actor(leader.program.process()), 5s));

    CHECK(leader.hears(link_of(beta), held("registry", actor(far), 20s)) ==
          Words{"to beta/link0: NameGiven(registry, beta/2)", "to alpha/2: NameGiven(registry, beta/2)"});
    CHECK(leader.hears(leader.program, held("registry", actor(leader.program.process()), 6s)) ==
          Words{"to alpha/2: NameGiven(registry, beta/2)"});
}

TEST_CASE("a leader that was started again lets new names wait until its members may have come back", "[broker][C4]") {
    TestBroker leader(leader_entry(), false, Memory{alpha, 64, 0, {}});
    leader.begin();
    leader.with_member(beta, "beta");

    CHECK(leader.hears(link_of(beta), claim("registry", actor(far))).empty());
    CHECK(leader.hears(link_of(beta), FindName{"registry", actor(far)}).empty());
    CHECK(leader.hears(link_of(beta), held("old", actor(far), 20s)) == Words{"to beta/link0: NameGiven(old, beta/2)"});
    leader.ticks_after(4s);
    leader.hears(link_of(beta), Heartbeat{});
    leader.ticks_after(1s);
    CHECK(leader.hears(link_of(beta), claim("registry", actor(far))) ==
          Words{"to beta/link0: NameGiven(registry, beta/2)"});
}

TEST_CASE("a worker's broker passes names on while it is a member, and answers to the process that they are for",
          "[broker][C4]") {
    TestBroker worker(host_entry(beta, "beta"));
    worker.with_actor_process();
    const Peer actors(process_id(beta, 1));
    const Address mine = actor(actors.process());

    CHECK(worker.hears(actors, claim("registry", mine)).empty());
    worker.as_member();
    CHECK(worker.hears(actors, claim("registry", mine)) == Words{"to leader: ClaimNames(registry)"});
    CHECK(worker.hears_leader(NameGiven{"registry", mine, mine}) == Words{"to beta/1: NameGiven(registry, beta/1)"});
    CHECK(worker.hears(actors, FindName{"registry", mine}) == Words{"to leader: FindName(registry)"});
    CHECK(worker.hears_leader(NameFound{"registry", mine, mine}) == Words{"to beta/1: NameFound(registry, beta/1)"});
    CHECK(worker.hears(actors, ReleaseName{"registry", mine}) == Words{"to leader: ReleaseName(registry)"});
    CHECK(worker.hears_leader(NameReleased{"registry", mine}) == Words{"to beta/1: NameReleased(registry)"});
    CHECK(worker.hears_leader(NameGiven{"registry", actor(far), mine}).empty());
    CHECK(worker.hears(stranger(), NamesRequest{}) ==
          Words{"to stranger1: Refused(host beta is not the leader, who alone knows the names)"});
}

}  // namespace zanni::broker
