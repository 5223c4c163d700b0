#include <catch2/catch.hpp>

#include <atomic>
#include <map>

#include "puppet.hpp"

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
/// To an Oracle: answer all that you have been asked, the last first.
struct AnswerAll {};
struct Fail {};

/// Keeps questions until it is told to answer.
class Oracle : public Actor {
public:
    void asked(const Question& question, const Address& sender) { questions_.emplace_back(sender, question.number); }
    Done answer(const AnswerAll&) {
        for (; !questions_.empty(); questions_.pop_back())
            send(questions_.back().first, Answer{questions_.back().second});
        return {};
    }
    void fail(const Fail&) { throw std::runtime_error("no oracle today"); }
    using Behavior = zanni::Behavior<&Oracle::asked, &Oracle::answer, &Oracle::fail>;

private:
    std::vector<std::pair<Address, int>> questions_;
};

std::atomic<int> frames{0};
struct InFrame {
    InFrame() { ++frames; }
    ~InFrame() { --frames; }
    InFrame(const InFrame&) = delete;
    InFrame& operator=(const InFrame&) = delete;
};

struct AskAt {
    Address oracle;
    int number = 0;
    Duration longest = patience;
};
struct AskFail {
    Address oracle;
};
struct AskYourself {};
struct FailAfter {
    Duration sleep{};
    bool first_only = false;
    bool with_int = false;
};
struct AskAndExit {
    Address oracle;
};
struct Nested {
    int depth = 0;
};
struct Outcome {
    std::string text;
    friend bool operator==(const Outcome&, const Outcome&) = default;
};
struct AreYouThere {};

std::string text_of(const std::expected<Answer, Error>& answer) {
    return answer ? std::to_string(answer->number) : std::string(to_string(answer.error().code));
}

class Waiter : public Actor {
public:
    Task<Outcome> ask_at(const AskAt& order) {
        const InFrame frame;
        const auto answer = co_await ask<Answer>(order.oracle, Question{order.number}, order.longest);
        co_return Outcome{text_of(answer)};
    }
    Task<Outcome> ask_fail(const AskFail& order) {
        const auto answer = co_await ask<Answer>(order.oracle, Fail{}, patience);
        co_return Outcome{text_of(answer) + (answer ? "" : " " + answer.error().context)};
    }
    Task<Outcome> ask_yourself(const AskYourself&) {
        const auto answer = co_await ask<Answer>(address(), Question{5}, patience);
        co_return Outcome{text_of(answer)};
    }
    Answer answer(const Question& question) { return {question.number + 1}; }
    Task<Outcome> fail_after(const FailAfter& order) {
        const InFrame frame;
        const int attempt = ++attempts_;
        co_await sleep_for(order.sleep);
        if (order.with_int) throw 1;
        if (attempt == 1 || !order.first_only) throw std::runtime_error("in attempt " + std::to_string(attempt));
        co_return Outcome{"attempt " + std::to_string(attempt)};
    }
    Task<> ask_and_exit(const AskAndExit& order) {
        const InFrame frame;
        exit();
        co_await ask<Answer>(order.oracle, Question{}, patience);
        note("never");
    }
    Task<int> count(int depth) {
        const InFrame frame;
        if (depth == 0) co_return 0;
        co_await sleep_for(1ms);
        co_return 1 + co_await count(depth - 1);
    }
    Task<int> nested(const Nested& order) { co_return co_await count(order.depth); }
    void late(const Answer& answer) { note("late " + std::to_string(answer.number)); }
    Done there(const AreYouThere&) { return {}; }
    void fail(const Fail&) { throw std::runtime_error("told to fail"); }
    void leave(const ExitRequest&) { note("frames " + std::to_string(frames)); }
    using Behavior = zanni::Behavior<&Waiter::ask_at, &Waiter::ask_fail, &Waiter::ask_yourself, &Waiter::answer,
                                     &Waiter::fail_after, &Waiter::ask_and_exit, &Waiter::nested, &Waiter::late,
                                     &Waiter::there, &Waiter::fail, &Waiter::leave>;

private:
    int attempts_ = 0;
};

}  // namespace

TEST_CASE("a question that is poison or goes to the dead ends at once, with the cause", "[B5]") {
    play([](System& system) {
        const auto oracle = system.create<Oracle>();
        const auto waiter = system.create<Waiter>();

        const auto poisoned = system.ask<Outcome>(waiter, AskFail{oracle}, patience);
        system.tell(oracle, ExitRequest{});
        REQUIRE(comes_true(system, [&] { return system.actor_count() == 1; }));
        const auto dead = system.ask<Outcome>(waiter, AskAt{oracle}, patience);
        const auto nobody = system.ask<Outcome>(waiter, AskAt{Address{}}, patience);

        CHECK(poisoned == Outcome{"poison no oracle today"});
        CHECK(dead == Outcome{"dead_target"});
        CHECK(nobody == Outcome{"no_address"});
    });
}

TEST_CASE("a question whose time is out ends so, and an answer after it is a message like any other", "[B5]") {
    play([](System& system) {
        const auto oracle = system.create<Oracle>();
        const auto waiter = system.create<Waiter>();

        CHECK(system.ask<Outcome>(waiter, AskAt{oracle, 7, 1ms}, patience) == Outcome{"timeout"});
        REQUIRE(system.ask<Done>(oracle, AnswerAll{}, patience));

        CHECK(comes(system, "late 7"));
        CHECK(frames == 0);
    });
}

TEST_CASE("a question may wait for ever", "[B5]") {
    play([](System& system) {
        const auto oracle = system.create<Oracle>();
        const auto waiter = system.create<Waiter>();
        auto endpoint = system.private_endpoint();

        endpoint.tell(waiter, AskAt{oracle, 7, Duration::max()});
        REQUIRE(comes_true(system, [] { return frames == 1; }));
        REQUIRE(system.ask<Done>(waiter, AreYouThere{}, patience));
        REQUIRE(comes_true(system, [&] { return system.ask<Done>(oracle, AnswerAll{}, patience) && frames == 0; }));

        CHECK(endpoint.listen<Outcome>(patience) == Outcome{"7"});
    });
}

TEST_CASE("an actor that waits handles other messages, its own question among them", "[B5]") {
    play([](System& system) {
        const auto waiter = system.create<Waiter>();

        CHECK(system.ask<Outcome>(waiter, AskYourself{}, patience) == Outcome{"6"});
    });
}

TEST_CASE("an actor that ends while handlers wait destroys their frames, and who asked them is told", "[B5]") {
    play([](System& system) {
        const auto oracle = system.create<Oracle>();
        const auto waiter = system.create<Waiter>();
        for (int number = 0; number < 10; ++number) system.tell(waiter, AskAt{oracle, number});
        REQUIRE(comes_true(system, [] { return frames == 10; }));

        system.tell(waiter, ExitRequest{});

        CHECK(comes(system, "frames 10"));
        CHECK(comes_true(system, [] { return frames == 0; }));
        REQUIRE(system.ask<Done>(oracle, AnswerAll{}, patience));
    });
}

TEST_CASE("a restart destroys the frames of handlers that wait; the answers that still come find none of them",
          "[B5][A8]") {
    play([](System& system) {
        CreateOptions options;
        options.supervision.on_failure = SupervisionPolicy::OnFailure::restart;
        const auto oracle = system.create<Oracle>();
        const auto waiter = system.create<Waiter>(options);
        auto endpoint = system.private_endpoint();
        endpoint.tell(waiter, AskAt{oracle, 7});
        endpoint.tell(waiter, FailAfter{1h});
        REQUIRE(comes_true(system, [] { return frames == 2; }));
        REQUIRE(system.ask<Done>(waiter, AreYouThere{}, patience));

        REQUIRE(system.ask<Done>(waiter, Fail{}, patience).error().code == Error::poison);
        CHECK(comes_true(system, [] { return frames == 0; }));
        CHECK(
            comes_true(system, [&] { return system.ask<Done>(oracle, AnswerAll{}, patience) && notes().size() == 1; }));

        CHECK(notes() == Notes{"late 7"});  // a message like any other to the new instance
        CHECK_FALSE(endpoint.listen<Outcome>(0s));
        CHECK(system.counters().dead_letters == 2);  // what the handlers were given
    });
}

TEST_CASE("a handler that calls exit() and then waits is not gone on with", "[B5]") {
    play([](System& system) {
        const auto oracle = system.create<Oracle>();
        const auto waiter = system.create<Waiter>();

        const auto left = system.ask<Done>(waiter, AskAndExit{oracle}, patience);

        REQUIRE_FALSE(left);
        CHECK(left.error().code == Error::dead_target);
        CHECK(frames == 0);
        REQUIRE(system.ask<Done>(oracle, AnswerAll{}, patience));
        CHECK(notes().empty());
    });
}

TEST_CASE("an exception after a wait leads to a second attempt, and a second one to poison", "[B3][B5]") {
    play([](System& system) {
        const auto lucky = system.create<Waiter>();
        const auto unlucky = system.create<Waiter>();
        const auto thrower = system.create<Waiter>();

        const auto second = system.ask<Outcome>(lucky, FailAfter{1ms, true}, patience);
        const auto poison = system.ask<Outcome>(unlucky, FailAfter{1ms}, patience);
        const auto of_int = system.ask<Outcome>(thrower, FailAfter{1ms, false, true}, patience);

        CHECK(second == Outcome{"attempt 2"});
        REQUIRE_FALSE(poison);
        CHECK(poison.error() == Error{Error::poison, "in attempt 2"});
        REQUIRE_FALSE(of_int);
        CHECK(of_int.error() == Error{Error::poison, "an exception that is no std::exception"});
        CHECK(frames == 0);
        CHECK(system.ask<Done>(unlucky, AreYouThere{}, patience));
    });
}

TEST_CASE("tasks await tasks, and all their frames end with the outermost", "[B5]") {
    play([](System& system) {
        const auto waiter = system.create<Waiter>();
        CHECK(system.ask<int>(waiter, Nested{20}, patience) == 20);
        CHECK(frames == 0);

        system.tell(waiter, Nested{1'000});
        REQUIRE(comes_true(system, [] { return frames > 10; }));
        system.tell(waiter, ExitRequest{});

        CHECK(comes_true(system, [] { return frames == 0; }));
    });
}

TEST_CASE("a thousand questions of one actor wait at once, and each gets its own answer", "[B5]") {
    play_in_order([](System& system) {
        constexpr int questions = 1'000;
        const auto oracle = system.create<Oracle>();
        const auto waiter = system.create<Waiter>();
        auto endpoint = system.private_endpoint();
        for (int number = 0; number < questions; ++number) endpoint.tell(waiter, AskAt{oracle, number});
        REQUIRE(comes_true(system, [] { return frames == questions; }));
        REQUIRE(system.ask<Done>(waiter, AreYouThere{}, patience));

        REQUIRE(system.ask<Done>(oracle, AnswerAll{}, patience));

        std::map<std::string, int> answers;
        for (int i = 0; i < questions; ++i) ++answers[endpoint.listen<Outcome>(patience).value().text];
        CHECK(answers.size() == questions);
        CHECK(frames == 0);
    });
}

TEST_CASE("a message that would start one more handler than may wait becomes a dead letter", "[B5]") {
    SteppedSystem system;
    const auto oracle = system.create<Oracle>();
    const auto waiter = system.create<Waiter>();
    for (int number = 0; number < 10'001; ++number) {
        system.tell(waiter, AskAt{oracle, number});
        system.run_until_idle();
    }

    CHECK(frames == 10'000);
    CHECK(system.counters().dead_letters == 1);
    check_at_rest(system);
    CHECK(frames == 0);
}

}  // namespace zanni
