#include <catch2/catch.hpp>

#include <atomic>
#include <mutex>
#include <semaphore>
#include <set>

#include "puppet.hpp"

namespace zanni {

namespace {

using namespace test;

struct Work {
    int number = 0;
    std::string how;
};
struct Worked {
    int number = 0;
};

std::atomic<int> members{0};
std::atomic<int> members_most{0};

class Member : public Actor {
public:
    static constexpr zanni::Troupe troupe{.members_max = 3, .idle_max = 1};
    Member() {
        const int now = ++members;
        int most = members_most;
        while (most < now && !members_most.compare_exchange_weak(most, now)) {
        }
    }
    ~Member() override { --members; }
    Worked work(const Work& work) {
        if (work.how == "exit") exit();
        if (work.how == "fail") throw std::runtime_error("too hard");
        return {work.number};
    }
    using Behavior = zanni::Behavior<&Member::work>;
};

class TaskMember : public Actor {
public:
    static constexpr zanni::Troupe troupe{.members_max = 2, .idle_max = 1};
    Task<Worked> work(const Work& work) {
        const int now = ++members;
        if (now > members_most) members_most = now;
        co_await sleep_for(1ms);
        --members;
        co_return Worked{work.number};
    }
    using Behavior = zanni::Behavior<&TaskMember::work>;
};

class Unborn : public Actor {
public:
    static constexpr zanni::Troupe troupe{.members_max = 10};
    Unborn() { throw std::runtime_error("no"); }
    Worked work(const Work& work) { return {work.number}; }
    using Behavior = zanni::Behavior<&Unborn::work>;
};

/// Busy until the test says so.
std::counting_semaphore<> may_end{0};
std::atomic<int> busy{0};
class Slow : public Actor {
public:
    static constexpr zanni::Troupe troupe{.members_max = 1, .waiting_max = 5};
    Worked work(const Work& work) {
        ++busy;
        static_cast<void>(may_end.try_acquire_for(patience));
        --busy;
        return {work.number};
    }
    using Behavior = zanni::Behavior<&Slow::work>;
};

std::set<int> answers_to(PrivateEndpoint& endpoint, int count) {
    std::set<int> numbers;
    for (int i = 0; i < count; ++i) {
        const auto worked = endpoint.listen<Worked>(patience);
        if (!worked) break;
        numbers.insert(worked->number);
    }
    return numbers;
}

}  // namespace

TEST_CASE("a troupe has no more members than it may, and each message is answered once", "[C1]") {
    play([](System& system) {
        members_most = 0;
        const auto troupe = system.create<Member>();
        auto endpoint = system.private_endpoint();

        for (int number = 0; number < 200; ++number) endpoint.tell(troupe, Work{number, {}});

        CHECK(answers_to(endpoint, 200).size() == 200);
        CHECK(members_most <= 3);
        CHECK(comes_true(system, [] { return members <= 1; }));  // idle ones end
    });
    CHECK(members == 0);
}

TEST_CASE("members of a troupe that leave or fail lose nothing of what waits", "[C1]") {
    play([](System& system) {
        CreateOptions options;
        options.supervision.on_failure = SupervisionPolicy::OnFailure::stop;
        const auto troupe = system.create<Member>(options);
        auto endpoint = system.private_endpoint();
        std::set<int> expected;

        for (int number = 0; number < 90; ++number) {
            const bool fails = number % 5 == 1;
            endpoint.tell(troupe, Work{number, fails ? "fail" : number % 5 == 3 ? "exit" : ""});
            if (!fails) expected.insert(number);
        }

        std::set<int> answered;
        int poisoned = 0;
        for (int i = 0; i < 90; ++i) {
            const auto any = endpoint.listen<AnyMessage>(patience);
            REQUIRE(any);
            if (const auto worked = any->as<Worked>()) answered.insert(worked->number);
            if (any->is<PoisonMessage>()) ++poisoned;
        }
        CHECK(answered == expected);
        CHECK(poisoned == 18);
    });
    CHECK(members == 0);
}

TEST_CASE("a member that waits in a task gets no other work meanwhile", "[C1][B5]") {
    play([](System& system) {
        members = members_most = 0;
        const auto troupe = system.create<TaskMember>();
        auto endpoint = system.private_endpoint();

        for (int number = 0; number < 20; ++number) endpoint.tell(troupe, Work{number, {}});

        CHECK(answers_to(endpoint, 20).size() == 20);
        CHECK(members_most == 2);
    });
}

TEST_CASE("what is sent to a troupe whose members can't start becomes dead letters", "[C1][B9]") {
    play([](System& system) {
        const auto troupe = system.create<Unborn>();

        const auto worked = system.ask<Worked>(troupe, Work{}, patience);
        for (int number = 0; number < 20; ++number) system.tell(troupe, Work{number, {}});

        REQUIRE_FALSE(worked);
        CHECK(worked.error().code == Error::start_failed);
        CHECK(comes_true(system, [&] { return system.counters().dead_letters == 21; }));
    });
}

TEST_CASE("a troupe that ends takes its members with it, and what waited becomes dead letters", "[C1][A5]") {
    ActorSystem system(ActorSystem::Options{.workers = 3, .capabilities = {}, .registry = nullptr});
    const auto troupe = system.create<Slow>();
    for (int number = 0; number < 3; ++number) system.tell(troupe, Work{number, {}});
    REQUIRE(comes_true(system, [] { return busy == 1; }));

    system.tell(troupe, ExitRequest{});
    REQUIRE(comes_true(system, [&] { return system.counters().dead_letters == 2; }));
    may_end.release();

    CHECK(comes_true(system, [&] { return system.actor_count() == 0; }));
    check_at_rest(system);
}

TEST_CASE("what a troupe has no room for becomes a dead letter at once", "[C1][B10]") {
    ActorSystem system(ActorSystem::Options{.workers = 3, .capabilities = {}, .registry = nullptr});
    const auto troupe = system.create<Slow>();
    system.tell(troupe, Work{});
    REQUIRE(comes_true(system, [] { return busy == 1; }));
    for (int number = 0; number < 5; ++number) system.tell(troupe, Work{number, {}});

    const auto refused = system.ask<Worked>(troupe, Work{}, patience);

    REQUIRE_FALSE(refused);
    CHECK(refused.error().code == Error::overloaded);
    may_end.release(6);
    CHECK(comes_true(system, [&] { return system.counters().dead_letters == 1 && busy == 0; }));
    check_at_rest(system);
    while (may_end.try_acquire()) {
    }
}

}  // namespace zanni
