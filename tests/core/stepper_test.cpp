#include <catch2/catch.hpp>

#include <sstream>

#include <zanni/random.hpp>

#include "bases.hpp"

namespace zanni {

namespace {

using namespace test;

struct Throw {
    int rest = 0;
};
struct Caught {
    Address by;
    int rest = 0;
};
struct Join {
    Address scorer;
};

/// Throws a ball to a child of its own, which throws it to a child of its own.
class Player : public Actor {
public:
    void join(const Join& join) { scorer_ = join.scorer; }
    void take(const Throw& ball) {
        send(scorer_, Caught{address(), ball.rest});
        if (ball.rest == 0) return;
        const Address next = create<Player>();
        send(next, Join{scorer_});
        send(next, Throw{ball.rest - 1});
    }
    using Behavior = zanni::Behavior<&Player::join, &Player::take>;

private:
    Address scorer_;
};

/// Everything that happens in a game, addresses included.
std::string play(std::uint64_t seed) {
    SteppedSystem system(SteppedSystem::Options{.seed = seed, .capabilities = {}, .registry = nullptr});
    auto endpoint = system.private_endpoint();
    for (int i = 0; i < 3; ++i) {
        const auto player = system.create<Player>();
        system.tell(player, Join{endpoint.address()});
        system.tell(player, Throw{5});
    }
    std::ostringstream trace;
    for (bool more = true; more;) {
        more = system.step();
        while (const auto caught = endpoint.listen<Caught>(0s)) trace << caught->by << ' ' << caught->rest << '\n';
    }
    return trace.str();
}

}  // namespace

TEST_CASE("the same seed gives the same run, another seed other addresses") {
    const std::string run = play(1);

    CHECK(std::ranges::count(run, '\n') == 3 * 6);
    CHECK(play(1) == run);
    CHECK(play(2) != run);
}

TEST_CASE("a step starts one actor or has one message handled, the longest waiting first") {
    SteppedSystem system;
    auto endpoint = system.private_endpoint();
    const auto one = system.create<Player>();
    const auto other = system.create<Player>();
    for (const Address& player : {Address(one), Address(other)}) system.tell(player, Join{endpoint.address()});
    for (const Address& player : {Address(one), Address(other)}) system.tell(player, Throw{0});

    std::vector<Address> caught;
    std::size_t steps = 0;
    for (; system.step(); ++steps) {
    }
    while (const auto ball = endpoint.listen<Caught>(0s)) caught.push_back(ball->by);

    CHECK(steps == 4);
    CHECK(caught == std::vector<Address>{one, other});
    CHECK_FALSE(system.step());
    CHECK(system.run_until_idle() == 0);
}

TEST_CASE("nothing runs in a stepped system between calls") {
    SteppedSystem system;
    auto endpoint = system.private_endpoint();
    const auto player = system.create<Player>();

    system.tell(player, Join{endpoint.address()});
    system.tell(player, Throw{0});

    CHECK(system.counters().delivered + 2 == system.counters().sent);
    CHECK(system.run_until_idle() == 2);
    CHECK(system.counters().delivered == system.counters().sent);
    check_at_rest(system);
}

TEST_CASE("a manual clock stands still until it is moved") {
    ManualClock clock;

    CHECK(clock.now() == TimePoint{});
    clock.advance(3s);
    clock.advance(2ms);

    CHECK(clock.now() - TimePoint{} == 3002ms);
}

TEST_CASE("the system's clock never goes back") {
    const SystemClock clock;

    const TimePoint first = clock.now();

    CHECK(clock.now() >= first);
}

TEST_CASE("seeded random numbers are the same on every machine") {
    // The first outputs of SplitMix64 for the seed 1234567, as its authors' reference code prints them.
    SeededRandom random(1234567);

    CHECK(random.next() == 6457827717110365317ULL);
    CHECK(random.next() == 3203168211198807973ULL);
    CHECK(random.next() == 9817491932198370423ULL);
    CHECK(random.next() == 4593380528125082431ULL);
    CHECK(random.next() == 16408922859458223821ULL);
}

TEST_CASE("the system's random numbers differ from each other") {
    SystemRandom random;

    CHECK(random.next() != random.next());
}

}  // namespace zanni
