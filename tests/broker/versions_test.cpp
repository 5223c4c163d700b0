#include <catch2/catch.hpp>

#include "transcript.hpp"
#include "versions.hpp"

namespace zanni::broker {

using namespace zanni::test;
using namespace transport;

TEST_CASE("versions work together that differ in nothing that may break a program", "[broker]") {
    CHECK(work_together("0.1.0", "0.1.7"));
    CHECK_FALSE(work_together("0.1.0", "0.2.0"));
    CHECK_FALSE(work_together("0.1.0", "1.1.0"));
    CHECK(work_together("1.1.0", "1.2.0-rc1"));
    CHECK_FALSE(work_together("1.1.0", "2.1.0"));
    for (const auto* const text : {"", "1", "1.", ".1", "one.two", "-1.0", "99999999999.1"}) {
        CHECK_FALSE(work_together(text, text));
        CHECK_FALSE(work_together("0.1.0", text));
    }
}

TEST_CASE("a host of a version that doesn't fit is refused, and told both versions", "[broker]") {
    TestBroker leader(leader_entry());
    leader.with_actor_process();
    HostEntry newer = host_entry(beta, "beta");
    newer.version = "0.2.0";

    CHECK(leader.hears(link_of(beta), JoinConvention{newer}) ==
          Words{"to beta/link0: Refused(host beta has version 0.2.0, the convention 0.1.0: before 1.0 the first two "
                "numbers must be the same)"});
    newer.version = "1.0.0";
    CHECK(
        leader.hears(link_of(beta), JoinConvention{newer}) ==
        Words{"to beta/link0: Refused(host beta has version 1.0.0, the convention 0.1.0: the first number must be the "
              "same)"});
    newer.version = "0.1.9";
    CHECK(leader.hears(link_of(beta), JoinConvention{newer})[0] == "to beta/link0: Joined(hosts alpha beta)");
}

TEST_CASE("a program of a version that doesn't fit is refused when it says hello, and told both versions", "[broker]") {
    TestBroker leader(leader_entry());
    leader.with_actor_process();

    CHECK(leader.hears(stranger(), Hello{"0.2.0"}) ==
          Words{"to stranger1: Refused(this program has version 0.2.0, the convention 0.1.0: before 1.0 the first two "
                "numbers must be the same)"});
    CHECK(leader.hears(stranger(), Hello{""}) ==
          Words{"to stranger1: Refused(this program has no version, the convention 0.1.0: the first number must be the "
                "same)"});
    CHECK(leader.hears(stranger(), Hello{"0.1.9"}) == Words{"to stranger1: Welcome(alpha/2)"});
}

TEST_CASE("a process of a version that doesn't fit is refused when it registers, with or without a hello", "[broker]") {
    TestBroker leader(leader_entry());
    leader.begin();
    leader.broker.actor_process_started(process_id(alpha, 1), TestBroker::first_pid);
    const Peer actors(process_id(alpha, 1));
    Register registration{actors.process(), TestBroker::first_pid, "zanni", true, {}, here, "1.0.0"};

    CHECK(leader.hears(actors, registration) ==
          Words{"to alpha/1: Refused(program zanni has version 1.0.0, the convention 0.1.0: the first number must be "
                "the same)"});
    registration.version = std::string(300, '0');
    CHECK(leader.hears(actors, registration) ==
          Words{"to alpha/1: Refused(300 bytes of the version, the limit is 256)"});
    registration.version = "0.1.9";
    CHECK(leader.hears(actors, registration)[0] == "to alpha/1: Registered(alpha, hosts alpha)");
}

TEST_CASE("a process that registers without a version is let in: it has said hello with one", "[broker]") {
    TestBroker leader(leader_entry());
    leader.with_actor_process();
    leader.hears(stranger(), Hello{"0.1.0"});
    const Peer program(process_id(alpha, 2));

    CHECK(leader.hears(program, Register{program.process(), 99, "program", false, {}})[0] ==
          "to alpha/2: Registered(alpha, hosts alpha)");
}

}  // namespace zanni::broker
