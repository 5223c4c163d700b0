#include <catch2/catch.hpp>

#include "transcript.hpp"
#include "versions.hpp"

namespace zanni::broker {

using namespace zanni::test;
using transport::JoinConvention;

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

}  // namespace zanni::broker
