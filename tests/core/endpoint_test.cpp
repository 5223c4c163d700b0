#include <catch2/catch.hpp>

#include <zanni/clock.hpp>

#include "runtime/control.hpp"
#include "runtime/endpoint.hpp"
#include "runtime/runtime.hpp"
#include "scheduling/stepper.hpp"

namespace zanni::detail {

namespace {

using namespace std::chrono_literals;

constexpr std::uint64_t process = 7;
const Address target = make_address({0x0000000100000002, 3});

struct Fixture {
    ManualClock clock;
    SeededRandom random{1};
    Registry registry;
    Stepper stepper{clock};
    Runtime runtime{{stepper, clock, random, registry, nullptr, {}, process}};
    Endpoint endpoint{process, 1};

    Fixture() { stepper.start(runtime); }

    std::expected<EnvelopePtr, Error> answer() { return endpoint.await_answer(stepper, 1s); }
    std::expected<EnvelopePtr, Error> any() { return endpoint.await_any(stepper, 1s); }
    bool waited() const { return clock.now() != TimePoint{}; }
};

EnvelopePtr message(const Address& to, int number) { return make_envelope(to, target, number); }

int number_in(const std::expected<EnvelopePtr, Error>& received) { return *(*received)->get<int>(); }

}  // namespace

TEST_CASE("what comes under a question's address answers it; all else waits to be listened for", "[B4]") {
    Fixture fixture;
    const Address asker = fixture.endpoint.begin_ask(target);

    CHECK_FALSE(fixture.endpoint.push(message(fixture.endpoint.address(), 1)));
    CHECK_FALSE(fixture.endpoint.push(message(asker, 2)));
    CHECK_FALSE(fixture.endpoint.push(message(asker, 3)));

    CHECK(number_in(fixture.answer()) == 2);
    CHECK(number_in(fixture.any()) == 1);
    CHECK(number_in(fixture.any()) == 3);
    CHECK_FALSE(fixture.waited());
}

TEST_CASE("every question has an address of its own", "[B4]") {
    Fixture fixture;
    const Address first = fixture.endpoint.begin_ask(target);
    REQUIRE_FALSE(fixture.answer());
    const Address second = fixture.endpoint.begin_ask(target);

    fixture.endpoint.push(message(first, 1));
    fixture.endpoint.push(message(second, 2));

    CHECK(first != second);
    CHECK(number_in(fixture.answer()) == 2);
    CHECK(number_in(fixture.any()) == 1);
}

TEST_CASE("a question fails when its target is found dead, but not by news of an older question", "[B4]") {
    Fixture fixture;
    const Address old = fixture.endpoint.begin_ask(target);
    REQUIRE(fixture.answer().error().code == Error::timeout);
    const Address asker = fixture.endpoint.begin_ask(target);
    const TimePoint before = fixture.clock.now();

    fixture.endpoint.fail(old, {Error::overloaded, {}});
    fixture.endpoint.fail(asker, {Error::dead_target, "for it"});

    CHECK(fixture.answer().error() == Error{Error::dead_target, "for it"});
    CHECK(fixture.clock.now() == before);
}

TEST_CASE("a question fails with the process or the host of its target, and only with that", "[B4]") {
    Fixture fixture;
    const Error lost{Error::dead_target, "lost"};

    fixture.endpoint.begin_ask(target);
    fixture.endpoint.fail_process(0x0000000100000003, lost);
    fixture.endpoint.fail_host(2, lost);
    CHECK(fixture.answer().error().code == Error::timeout);

    fixture.endpoint.begin_ask(target);
    fixture.endpoint.fail_process(0x0000000100000002, lost);
    CHECK(fixture.answer().error() == lost);

    fixture.endpoint.begin_ask({});
    fixture.endpoint.set_target(target);
    fixture.endpoint.fail_host(1, lost);
    CHECK(fixture.answer().error() == lost);
}

TEST_CASE("an answer that is there already is not undone by a failure", "[B4]") {
    Fixture fixture;
    const Address asker = fixture.endpoint.begin_ask(target);

    fixture.endpoint.push(message(asker, 1));
    fixture.endpoint.fail(asker, {Error::dead_target, {}});

    CHECK(number_in(fixture.answer()) == 1);
}

TEST_CASE("an endpoint that nobody reads refuses the newest message at its limit", "[B4]") {
    Fixture fixture;
    for (std::size_t i = 0; i < Endpoint::unread_max; ++i)
        REQUIRE_FALSE(fixture.endpoint.push(message(fixture.endpoint.address(), static_cast<int>(i))));

    const auto refused = fixture.endpoint.push(message(fixture.endpoint.address(), -1));

    REQUIRE(refused);
    CHECK(*refused->get<int>() == -1);
    CHECK(number_in(fixture.any()) == 0);
    CHECK_FALSE(fixture.endpoint.push(message(fixture.endpoint.address(), -1)));
}

TEST_CASE("the reply to a creation that timed out is no message of the user's", "[A4]") {
    Fixture fixture;
    const Address asker = fixture.endpoint.begin_ask(target);
    REQUIRE_FALSE(fixture.answer());

    CHECK_FALSE(fixture.endpoint.push(make_envelope(asker, target, CreateReply{})));

    CHECK(fixture.any().error().code == Error::timeout);
}

}  // namespace zanni::detail
