#include <catch2/catch.hpp>

#include <algorithm>
#include <chrono>
#include <set>
#include <vector>

#include <zanni/simulated_convention.hpp>
#include <zanni/trace.hpp>

#include "courier.hpp"

namespace zanni::test {

using namespace std::chrono_literals;

TEST_CASE("a trace goes from host to host, and no message of it is told twice when frames come again",
          "[simulation][trace]") {
    Registry registry;
    registry.add<Courier>();
    SimulatedConvention convention(
        {.seed = 4,
         .hosts = {{"leader", {}}, {"north", {{"North", true}}}, {"south", {{"South", true}}}},
         .registry = &registry});
    System& application = convention.application("leader");
    const Address north = application.create("test.Courier", {.requirements = {{"North", true}}});
    const Address south = application.create("test.Courier", {.requirements = {{"South", true}}});
    application.set_trace_ratio(1);

    convention.later(1ms, [&] { convention.reset_link("north"); });
    convention.later(2ms, [&] { convention.reset_link("south"); });
    application.tell(north, Write{{south}, 50, 50});
    convention.run_for(5s);
    application.set_trace_ratio(0);

    const auto spans_of = [&](const Address& actor) {
        const auto process = detail::make_address({detail::parts_of(actor).process, 0});
        return application.ask<Spans>(process, SpansRequest{}, 1s).value().spans;
    };
    const auto own = application.spans().spans;
    REQUIRE(own.size() == 1);
    const auto at_north = spans_of(north);
    REQUIRE(at_north.size() == 1);
    CHECK(at_north[0].parent == own[0].span);
    CHECK(at_north[0].actor == north);
    const auto at_south = spans_of(south);
    CHECK(at_south.size() == 50);
    std::set<std::uint64_t> ids;
    for (const Span& span : at_south) {
        CHECK(span.parent == at_north[0].span);
        CHECK(span.trace_low == own[0].trace_low);
        CHECK(span.sender == north);
        ids.insert(span.span);
    }
    CHECK(ids.size() == 50);
}

}  // namespace zanni::test
