#include <catch2/catch.hpp>

#include <algorithm>
#include <numeric>

#include <zanni/survey.hpp>

#include "puppet.hpp"
#include "runtime/handler_clock.hpp"

namespace zanni {

namespace {

using namespace test;

struct Number {
    int value = 0;
};
struct Text {
    std::string text;
};
class Takes : public Actor {
public:
    Text number(const Number& number) { return {std::to_string(number.value)}; }
    void text(const Text&) {}
    using Behavior = zanni::Behavior<&Takes::number, &Takes::text>;
};

Survey survey_of(System& system, const Address& anybody, const SurveyRequest& request) {
    const auto process = detail::make_address({detail::parts_of(anybody).process, 0});
    auto survey = system.ask<Survey>(process, request, patience);
    REQUIRE(survey);
    return std::move(*survey);
}

const Survey::Type* type_in(const Survey& survey, const std::string& name) {
    const auto found = std::ranges::find(survey.types, name, &Survey::Type::name);
    return found == survey.types.end() ? nullptr : &*found;
}

}  // namespace

TEST_CASE("a process says how it fares: its actors by type, and who they are", "[D10]") {
    play([](System& system) {
        const auto parent = make_puppet(system, "parent");
        const Address other = system.create<Takes>();
        REQUIRE(system.ask<Text>(other, Number{1}, patience));

        const Survey survey = survey_of(system, parent, {100, true});

        CHECK(survey.process == detail::parts_of(parent).process);
        CHECK(survey.actors == 2);
        const auto* const takes = type_in(survey, "zanni.{anonymous}.Takes");
        REQUIRE(takes);
        CHECK(takes->actors == 1);
        CHECK(takes->taken >= 1);
        CHECK(takes->messages ==
              std::vector<std::string>{"zanni.{anonymous}.Number [int32] -> zanni.{anonymous}.Text [string]",
                                       "zanni.{anonymous}.Text [string]"});
        REQUIRE(survey.listed.size() == 2);
        const auto listed = std::ranges::find(survey.listed, other, &Survey::Actor::address);
        REQUIRE(listed != survey.listed.end());
        CHECK(survey.types.at(listed->type).name == "zanni.{anonymous}.Takes");
        CHECK_FALSE(listed->parent);
        CHECK(survey.accounts.delivered != 0);
    });
}

TEST_CASE("an actor that has ended is in no survey, and its place is another's", "[D10]") {
    play([](System& system) {
        const Address first = system.create<Takes>();
        system.tell(first, ExitRequest{});
        REQUIRE(comes_true(system, [&] { return system.actor_count() == 0; }));
        const auto second = make_puppet(system, "second");

        const Survey survey = survey_of(system, second, {100, false});

        REQUIRE(survey.listed.size() == 1);
        CHECK(survey.listed[0].address == second);
        const auto* const takes = type_in(survey, "zanni.{anonymous}.Takes");
        CHECK((!takes || takes->actors == 0));
    });
}

TEST_CASE("of more actors than are to be named those before whom most waits are", "[D10]") {
    SteppedSystem system;
    std::vector<Address> actors;
    for (int i = 0; i < 150; ++i) actors.push_back(system.create<Takes>());
    for (std::size_t i = 0; i < actors.size(); ++i)
        for (std::size_t n = 0; n < i / 10; ++n) system.tell(actors[i], Text{});

    const auto process = detail::make_address({detail::parts_of(actors[0]).process, 0});
    auto endpoint = system.private_endpoint();
    endpoint.tell(process, SurveyRequest{120, false});  // before any of them runs
    const auto survey = endpoint.listen<Survey>(patience);

    REQUIRE(survey);
    CHECK(survey->actors == 150);
    REQUIRE(survey->listed.size() == Survey::busiest_most);
    CHECK(std::ranges::all_of(survey->listed, [](const auto& actor) { return actor.waiting >= 5; }));
    CHECK(survey->types.at(0).actors == 150);
    CHECK(survey->types.at(0).deepest == 14);
}

TEST_CASE("the latest dead letters are told, those that are like the one before once, with their number", "[B9]") {
    SteppedSystem system;
    const Address alive = system.create<Takes>();
    const Address dead = system.create<Takes>();
    system.tell(dead, ExitRequest{});
    system.run_until_idle();
    for (int i = 0; i < 3; ++i) system.tell(dead, Text{});
    system.tell(dead, Number{});
    for (std::size_t i = 0; i < Survey::dead_letters_most; ++i) {
        system.tell(dead, Text{});
        system.tell(dead, Number{});
    }
    system.run_until_idle();
    system.clock().advance(std::chrono::seconds(3));

    const Survey survey = survey_of(system, alive, {});

    REQUIRE(survey.dead_letters.size() == Survey::dead_letters_most);
    const auto& last = survey.dead_letters.front();
    CHECK(last.message == "zanni.{anonymous}.Number");
    CHECK(last.target == dead);
    CHECK(last.reason == Error::dead_target);
    CHECK(last.count == 1);
    CHECK(last.ago >= std::chrono::seconds(3));
    CHECK(survey.dead_letters[1].message == "zanni.{anonymous}.Text");
    CHECK(survey.accounts.dead_letters.at(0).count == 4 + 2 * Survey::dead_letters_most);
}

TEST_CASE("a busy worker times fewer and fewer messages, each for all of those before it, a rested one each", "[D10]") {
    detail::HandlerSamples samples;
    std::uint32_t messages = 0;
    std::uint32_t counted = 0;
    int timed = 0;
    const auto run = [&](int count) {
        for (int i = 0; i < count; ++i) {
            ++messages;
            if (!samples.next()) continue;
            ++timed;
            counted += samples.taken();
        }
    };
    run(1);
    CHECK(timed == 1);
    run(64'000);
    CHECK(timed < 1'100);
    CHECK(counted <= messages);
    CHECK(counted + detail::HandlerSamples::interval_max > messages);

    samples.rested();
    timed = 0;
    run(1);
    CHECK(timed == 1);
}

TEST_CASE("handler times are counted by type and by how long they took", "[D10]") {
    using std::chrono::nanoseconds;
    detail::HandlerClock clock;
    clock.add(actor_type<Takes>(), nanoseconds(256), 1);
    clock.add(actor_type<Takes>(), nanoseconds(257), 2);
    clock.add(actor_type<Takes>(), std::chrono::hours(1), 3);

    const auto times = clock.times().at(&actor_type<Takes>());

    CHECK(times.counts.front() == 1);
    CHECK(times.counts[1] == 2);
    CHECK(times.counts.back() == 3);
    CHECK(times.all == nanoseconds(256 + 2 * 257) + 3 * std::chrono::hours(1));
}

}  // namespace zanni
