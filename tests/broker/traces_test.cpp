#include <catch2/catch.hpp>

#include <string>
#include <vector>

#include <nlohmann/json.hpp>

#include "observer/traces.hpp"

namespace zanni::broker {

namespace {

using namespace std::chrono_literals;
using Json = nlohmann::json;

constexpr std::uint64_t here = 0xa1b2c3d400000001;
constexpr std::uint64_t there = 0xb1b2c3d400000001;
const Duration noon = std::chrono::hours(500'000);

PlacedSpan placed(std::uint64_t id, std::uint64_t parent, std::uint64_t process, Duration began) {
    PlacedSpan placed;
    placed.span.trace_high = 0x0af7651916cd43dd;
    placed.span.trace_low = 0x8448eb211c80319c;
    placed.span.span = id;
    placed.span.parent = parent;
    placed.span.message = "shop.Order";
    placed.span.actor_type = "shop.Till";
    placed.span.actor = detail::make_address({process, id});
    placed.span.waited = 20us;
    placed.span.took = 300us;
    placed.host = process == here ? "alpha" : "beta";
    placed.process = process;
    placed.since_1970 = noon + began;
    return placed;
}

std::vector<PlacedSpan> order() {
    auto sent = placed(1, 0, here, 0us);
    sent.span.kind = Span::sent;
    sent.span.actor_type.clear();
    sent.span.took = {};
    auto failed = placed(4, 2, there, 900us);
    failed.span.message.clear();
    failed.span.outcome = Span::threw;
    failed.span.detail = "no \"luck\"";
    return {failed, placed(3, 2, there, 500us), placed(2, 1, here, 100us), sent};
}

}  // namespace

TEST_CASE("spans are put together by trace, the earliest first", "[trace]") {
    auto spans = order();
    auto other = placed(9, 0, here, -1s);
    other.span.trace_low = 7;
    spans.push_back(other);

    const auto traces = put_together(spans);
    REQUIRE(traces.size() == 2);
    CHECK(traces[0].spans.size() == 1);
    CHECK(traces[1].spans.size() == 4);
    CHECK(traces[1].spans.front().span.span == 1);
    CHECK(traces[1].took() == 1'200us);
    CHECK(put_together({}).empty());
}

TEST_CASE("a trace as text shows who caused what, when and how it went", "[trace]") {
    const std::string text = as_text(put_together(order()).at(0));
    const auto address = [](std::uint64_t process, std::uint64_t actor) {
        return detail::make_address({process, actor}).to_string();
    };
    CHECK(text ==
          "trace 0af7651916cd43dd8448eb211c80319c, 4 spans in 2 processes, 1.2 ms\n"
          "    0.0 us  shop.Order      sent to " +
              address(here, 1) +
              " from outside, on alpha\n"
              "    100 us    shop.Order    shop.Till " +
              address(here, 2) +
              " on alpha  waited 20 us, took 300 us\n"
              "    500 us      shop.Order  shop.Till " +
              address(there, 3) +
              " on beta  waited 20 us, took 300 us\n"
              "    900 us      ?           shop.Till " +
              address(there, 4) + " on beta  waited 20 us, took 300 us, threw: no \"luck\"\n");
}

TEST_CASE("a span whose cause isn't there stands at the margin", "[trace]") {
    const std::string text = as_text(put_together({placed(3, 2, there, 0us)}).at(0));
    CHECK(text.starts_with("trace 0af7651916cd43dd8448eb211c80319c, 1 span in 1 process, 300 us\n"));
    CHECK(text.find("0.0 us  shop.Order  shop.Till") != std::string::npos);
}

TEST_CASE("Perfetto gets a row for each actor, and arrows", "[trace]") {
    const auto events = Json::parse(as_chrome_json(put_together(order()))).at("traceEvents");

    std::size_t bars = 0, rows = 0, beginnings = 0, ends = 0;
    for (const auto& event : events) {
        const std::string phase = event["ph"];
        rows += phase == "M" && event["name"] == "thread_name";
        bars += phase == "X";
        beginnings += phase == "s";
        ends += phase == "f";
    }
    CHECK(bars == 4);
    CHECK(rows == 4);
    CHECK(beginnings == 3);
    CHECK(ends == 3);
    const auto bar = std::find_if(events.begin(), events.end(), [](const Json& event) {
        return event["ph"] == "X" && event["args"]["span"] == "0000000000000002";
    });
    REQUIRE(bar != events.end());
    CHECK((*bar)["ts"] == 100.0);
    CHECK((*bar)["dur"] == 300.0);
    CHECK(Json::parse(as_chrome_json({}))["traceEvents"].empty());
}

TEST_CASE("OTLP has a resource for each process, and numbers as the format wants them", "[trace]") {
    const auto resources = Json::parse(as_otlp_json(order())).at("resourceSpans");

    REQUIRE(resources.size() == 2);
    CHECK(resources[0]["resource"]["attributes"][1]["value"]["stringValue"] == "a1b2c3d4.1");
    const auto& spans = resources[1]["scopeSpans"][0]["spans"];
    REQUIRE(spans.size() == 2);
    CHECK(spans[0]["traceId"] == "0af7651916cd43dd8448eb211c80319c");
    CHECK(spans[0]["spanId"] == "0000000000000004");
    CHECK(spans[0]["parentSpanId"] == "0000000000000002");
    CHECK(spans[0]["startTimeUnixNano"] == std::to_string((noon + 900us).count()));
    CHECK(spans[0]["endTimeUnixNano"] == std::to_string((noon + 1'200us).count()));
    CHECK(spans[0]["status"]["code"] == 2);
    CHECK(spans[0]["status"]["message"] == "threw: no \"luck\"");
    CHECK_FALSE(spans[1].contains("status"));
    CHECK_FALSE(resources[0]["scopeSpans"][0]["spans"][1].contains("parentSpanId"));
    CHECK(resources[0]["scopeSpans"][0]["spans"][1]["kind"] == 4);
}

}  // namespace zanni::broker
