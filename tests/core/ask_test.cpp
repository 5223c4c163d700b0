#include <catch2/catch.hpp>

#include <atomic>
#include <semaphore>
#include <thread>

#include "bases.hpp"
#include "household.hpp"

namespace zanni {

namespace {

using namespace test;

struct Question {
    int number = 0;
};
struct Answer {
    int number = 0;
    friend bool operator==(const Answer&, const Answer&) = default;
};
struct AnswerTwice {
    int number = 0;
};
struct AnswerLate {
    int number = 0;
};
struct Never {};

class Oracle : public Actor {
public:
    /// First what has been owed so far.
    Answer answer(const Question& question) {
        for (const auto& [whom, number] : owed_) send(whom, Answer{number});
        owed_.clear();
        return {question.number};
    }
    Answer answer_twice(const AnswerTwice& question, const Address& sender) {
        send(sender, Answer{question.number});
        return {question.number + 1};
    }
    void answer_late(const AnswerLate& question, const Address& sender) { owed_.emplace_back(sender, question.number); }
    void never(const Never&) {}
    using Behavior = zanni::Behavior<&Oracle::answer, &Oracle::answer_twice, &Oracle::answer_late, &Oracle::never>;

private:
    std::vector<std::pair<Address, int>> owed_;
};

class SlowToStart : public Child {
public:
    SlowToStart() { may_start.acquire(); }
    static inline std::counting_semaphore<> may_start{0};
};

}  // namespace

TEST_CASE("an ask returns the reply", "[B4]") {
    on_every_base([](System& system) {
        const auto oracle = system.create<Oracle>();

        CHECK(system.ask<Answer>(oracle, Question{42}, patience) == Answer{42});
    });
}

TEST_CASE("an ask that nobody answers ends with its time-out", "[B4]") {
    on_every_base([](System& system) {
        const auto oracle = system.create<Oracle>();

        const auto answer = system.ask<Answer>(oracle, Never{}, 1ms);

        REQUIRE_FALSE(answer);
        CHECK(answer.error() == Error{Error::timeout, "no answer from " + oracle->to_string()});
    });
}

TEST_CASE("a stepped system waits by moving its clock", "[B4]") {
    SteppedSystem system;
    const auto oracle = system.create<Oracle>();

    const auto before = system.clock().now();
    CHECK_FALSE(system.ask<Answer>(oracle, Never{}, 2h));

    CHECK(system.clock().now() - before == 2h);
}

TEST_CASE("the second reply to one ask comes from listen", "[B4]") {
    on_every_base([](System& system) {
        const auto oracle = system.create<Oracle>();

        const auto first = system.ask<Answer>(oracle, AnswerTwice{1}, patience);
        const auto second = system.listen<Answer>(patience);

        CHECK(first == Answer{1});
        CHECK(second == Answer{2});
        CHECK_FALSE(system.listen<Answer>(0s));
    });
}

TEST_CASE("a reply after the time-out never answers the next ask", "[B4]") {
    on_every_base([](System& system) {
        const auto oracle = system.create<Oracle>();

        const auto late = system.ask<Answer>(oracle, AnswerLate{1}, 1ms);
        const auto next = system.ask<Answer>(oracle, Question{2}, patience);

        CHECK(late.error().code == Error::timeout);
        CHECK(next == Answer{2});
        CHECK(system.listen<Answer>(patience) == Answer{1});
    });
}

TEST_CASE("a late reply to an endpoint that is gone doesn't reach the next one", "[B4]") {
    on_every_base([](System& system) {
        const auto oracle = system.create<Oracle>();
        {
            auto gone = system.private_endpoint();
            gone.tell(oracle, AnswerLate{1});
            CHECK_FALSE(gone.ask<Answer>(oracle, AnswerLate{2}, 1ms));
        }
        auto next = system.private_endpoint();

        CHECK(next.ask<Answer>(oracle, Question{3}, patience) == Answer{3});
        CHECK_FALSE(next.listen<Answer>(0s));
    });
}

TEST_CASE("an ask to the dead fails at once", "[B4]") {
    on_every_base([](System& system) {
        const auto child = system.create<Child>();
        system.tell(child, ExitRequest{});

        const auto queued_behind_the_end = system.ask<Address>(child, Knock{}, patience);
        const auto long_dead = system.ask<Address>(child, Knock{}, patience);

        CHECK(queued_behind_the_end.error().code == Error::dead_target);
        CHECK(long_dead.error() == Error{Error::dead_target, "for " + child->to_string()});
    });
}

TEST_CASE("a reply of another type than asked for is an error that names it", "[B4]") {
    on_every_base([](System& system) {
        const auto oracle = system.create<Oracle>();

        const auto answer = system.ask<int>(oracle, Question{1}, patience);
        const auto anything = system.ask<AnyMessage>(oracle, Question{1}, patience);

        REQUIRE_FALSE(answer);
        CHECK(answer.error().code == Error::unexpected_reply);
        CHECK_THAT(answer.error().context, Catch::Contains("int32") && Catch::Contains("Answer"));
        CHECK(anything.value().as<Answer>() == Answer{1});
    });
}

TEST_CASE("listening finds nothing where nothing was sent", "[B4]") {
    on_every_base([](System& system) {
        const auto nothing = system.listen<Answer>(1ms);

        REQUIRE_FALSE(nothing);
        CHECK(nothing.error() == Error{Error::timeout, "nothing arrived"});
    });
}

TEST_CASE("private endpoints don't see each other's replies", "[B4]") {
    on_every_base([](System& system) {
        const auto oracle = system.create<Oracle>();
        auto one = system.private_endpoint();
        auto other = system.private_endpoint();

        one.tell(oracle, Question{1});
        other.tell(oracle, Question{2});

        CHECK(one.address() != other.address());
        CHECK(other.listen<Answer>(patience) == Answer{2});
        CHECK(one.listen<Answer>(patience) == Answer{1});
        CHECK_FALSE(one.listen<Answer>(0s));
        CHECK_FALSE(system.listen<Answer>(0s));
    });
}

TEST_CASE("a hundred threads that ask at once get their own replies each", "[B4]") {
    on_threads([](System& system) {
        const auto oracle = system.create<Oracle>();
        std::atomic<int> right{0};

        std::vector<std::thread> threads;
        for (int thread = 0; thread < 100; ++thread)
            threads.emplace_back([&, thread] {
                for (int i = 0; i < 20; ++i)
                    right += system.ask<Answer>(oracle, Question{thread * 1'000 + i}, patience) ==
                             Answer{thread * 1'000 + i};
            });
        for (auto& thread : threads) thread.join();

        CHECK(right == 2'000);
    });
}

TEST_CASE("a creation that timed out leaves neither an actor nor a message for listen", "[A4]") {
    on_threads([](System& system) {
        const auto late = system.create<SlowToStart>({.wait_longest = 1ms});
        SlowToStart::may_start.release();

        REQUIRE_FALSE(late);
        CHECK(late.error().code == Error::timeout);
        CHECK(system.shut_down(patience));
        CHECK_FALSE(system.listen<AnyMessage>(0s));
    });
}

}  // namespace zanni
