#include <algorithm>
#include <iterator>

#include <catch2/catch.hpp>

#include "loads.hpp"
#include "transcript.hpp"

namespace zanni::broker {

using std::chrono::seconds;

TEST_CASE("loads are told once per interval", "[D3]") {
    Loads loads(seconds(1));
    const TimePoint start{seconds(100)};

    CHECK(loads.is_due(start));
    CHECK_FALSE(loads.is_due(start + seconds(1) - Duration(1)));
    CHECK(loads.is_due(start + seconds(1)));
    CHECK_FALSE(loads.is_due(start + seconds(1)));
}

TEST_CASE("a load is news when it differs from what was told by more than an eighth", "[D3]") {
    Loads loads(seconds(1));

    CHECK_FALSE(loads.is_news(1, 0));
    CHECK(loads.is_news(1, 1));
    CHECK_FALSE(loads.is_news(1, 1));
    CHECK(loads.is_news(1, 80));
    CHECK_FALSE(loads.is_news(1, 90));
    CHECK_FALSE(loads.is_news(1, 70));
    CHECK(loads.is_news(1, 91));
    CHECK(loads.is_news(1, 0));
    CHECK(loads.is_news(2, 5));

    loads.forget(2);
    CHECK(loads.is_news(2, 5));
}

TEST_CASE("a leader passes on what its members say of their loads, and each broker to its processes", "[D3]") {
    using namespace test;
    using namespace transport;
    const auto runs = [](std::uint64_t actors) {
        return Heartbeat{HostStatus{host_entry(beta, "beta"), {{process_id(beta, 1), 1, "actors", actors}}}};
    };
    const auto loads_of = [](const Words& words) {
        Words loads;
        std::ranges::copy_if(words, std::back_inserter(loads),
                             [](const std::string& word) { return word.find("HostLoads") != std::string::npos; });
        return loads;
    };
    LeaderWithAll leader;
    leader.ticks_after(seconds(1));

    leader.hears(link_of(beta), runs(12));
    CHECK(loads_of(leader.ticks_after(seconds(1))) == Words{"to alpha/1: HostLoads(beta 12)",
                                                            "to alpha/2: HostLoads(beta 12)",
                                                            "to beta/link0: HostLoads(beta 12)"});
    leader.hears(link_of(beta), runs(13));
    CHECK(loads_of(leader.ticks_after(seconds(1))).empty());

    TestBroker member(host_entry(beta, "beta"));
    member.with_actor_process();
    member.as_member();
    CHECK(member.hears_leader(HostLoads{{{beta, 12}}}) == Words{"to beta/1: HostLoads(beta 12)"});
}

}  // namespace zanni::broker
