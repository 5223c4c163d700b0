#include <catch2/catch.hpp>

#include "observer/history.hpp"
#include "observer/rates.hpp"

namespace zanni::broker {

namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

constexpr std::uint64_t process = 0xa1b2c3d400000003;
const Address actor = detail::make_address({process, 7});

SurveyedProcess surveyed(std::uint64_t delivered, TimePoint at) {
    SurveyedProcess one;
    one.host = "alpha";
    one.status.process = process;
    one.at = at;
    Survey survey;
    survey.process = process;
    survey.accounts.delivered = delivered;
    survey.accounts.dead_letters = {{Error::dead_target, delivered / 10}};
    survey.machine.processor_time = milliseconds(delivered);
    survey.types.resize(1);
    survey.types[0].name = "shop.Till";
    survey.types[0].actors = 1;
    survey.types[0].taken = delivered;
    survey.types[0].handler_times.all = milliseconds(delivered / 2);
    survey.listed = {{actor, {}, 0, {}, 3, delivered}};
    survey.peers = {{process + 1, delivered, 100 * delivered}};
    one.survey = survey;
    return one;
}

}  // namespace

TEST_CASE("rates are what changed between two looks", "[observer]") {
    Rates rates;
    const TimePoint start{seconds(100)};
    rates.look({surveyed(1'000, start)}, start);
    CHECK(rates.of_process(process).rate == 0);

    rates.look({surveyed(1'200, start + seconds(2))}, start + seconds(2));

    CHECK(rates.of_process(process).rate == Approx(100));
    CHECK(rates.of_process(process).processor == Approx(0.1));
    CHECK(rates.of_process(process).dead_rate == Approx(10));
    CHECK(rates.of_actor(actor) == Approx(100));
    CHECK(rates.types().at("shop.Till").rate == Approx(100));
    CHECK(rates.types().at("shop.Till").processor == Approx(0.05));
    CHECK(rates.flows().at({process, process + 1}).frames == Approx(100));
    CHECK(rates.flows().at({process, process + 1}).bytes == Approx(10'000));
}

TEST_CASE("of a process that says nothing new the rates stay, and one that began anew has none", "[observer]") {
    Rates rates;
    const TimePoint start{seconds(100)};
    rates.look({surveyed(1'000, start)}, start);
    rates.look({surveyed(1'200, start + seconds(2))}, start + seconds(2));
    rates.look({surveyed(1'200, start + seconds(2))}, start + seconds(3));
    CHECK(rates.of_process(process).rate == Approx(100));

    rates.look({surveyed(10, start + seconds(4))}, start + seconds(4));
    CHECK(rates.of_process(process).rate == 0);
    CHECK(rates.of_actor(actor) == 0);

    rates.look({}, start + seconds(5));
    CHECK(rates.of_process(process).rate == 0);
    CHECK(rates.flows().empty());
}

TEST_CASE("how long handlers take is read from the counts", "[observer]") {
    HandlerTimes times;
    CHECK(microseconds_at(times, 50) == 0);
    times.counts[1] = 100;  // 256 ns to 1,024 ns
    CHECK(microseconds_at(times, 50) == Approx(0.64));
    times.counts[HandlerTimes::bounds] = 1'000;  // beyond the last bound
    CHECK(microseconds_at(times, 99) == Approx(17'179'869.184));
}

TEST_CASE("the history keeps ten minutes, of hosts that come and go too", "[observer]") {
    History history;
    for (int i = 0; i < 700; ++i) {
        std::map<std::string, History::Point> hosts{{"alpha", {1, 2}}};
        if (i == 50) hosts["beta"] = {5, 6};
        if (i == 600) hosts["gamma"] = {7, 8};
        history.add(i, {static_cast<double>(i), 0}, 0, hosts);
    }

    CHECK(history.at_ms().size() == History::points_max);
    CHECK(history.at_ms().front() == 100);
    CHECK(history.all().back().rate == 699);
    CHECK(history.hosts().size() == 2);  // beta has been away all that time
    const auto& gamma = history.hosts().at("gamma");
    REQUIRE(gamma.size() == History::points_max);
    CHECK(gamma[499].rate == 0);
    CHECK(gamma[500].rate == 7);
    CHECK(gamma[501].rate == 0);
}

}  // namespace zanni::broker
