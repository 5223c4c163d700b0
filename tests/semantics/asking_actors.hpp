#pragma once

#include <string>
#include <vector>

#include "notebook.hpp"

namespace zanni::semantics {

struct Question {
    std::int32_t number = 0;
};
struct Answer {
    std::int32_t number = 0;
};
/// To a Holder: answer all that you have been asked.
struct Release {};
/// To a Holder: one Answer now and one at once after it.
struct AnswerTwice {};

/// Answers when it is told to.
class Holder : public Notebook {
public:
    void hold(const Question& question, const Address& asker) {
        note("asked " + std::to_string(question.number));
        held_.push_back({question.number, asker});
    }
    void release(const Release&) {
        for (const auto& [number, asker] : std::exchange(held_, {})) send(asker, Answer{number});
    }
    void twice(const AnswerTwice&, const Address& asker) {
        send(asker, Answer{1});
        send(asker, Answer{2});
    }
    using Behavior = zanni::Behavior<&Holder::knock, &Holder::fail, &Holder::await_notes, &Holder::hold,
                                     &Holder::release, &Holder::twice>;

private:
    struct Held {
        std::int32_t number;
        Address asker;
    };
    std::vector<Held> held_;
};

/// Answers at once.
class Echo : public Actor {
public:
    Answer answer(const Question& question) { return {question.number}; }
    using Behavior = zanni::Behavior<&Echo::answer>;
};

/// To a Consultant: put this question there, and answer with what comes of it.
struct Consult {
    Address whom;
    std::int32_t number = 0;
    std::chrono::milliseconds longest{30'000};
};
/// The same with a question that makes the other one throw.
struct ConsultToFail {
    Address whom;
};
/// The same with one that it answers with something else.
struct ConsultOddly {
    Address whom;
};
/// To a Consultant: let that one consult the other, and answer with what comes of it.
struct ConsultThrough {
    Address via;
    Address whom;
};
/// To a Consultant: wait so long and answer.
struct Doze {
    std::chrono::milliseconds time{};
};
/// To a Consultant: ask, and throw when the answer has come, whatever it is.
struct ConsultInAnger {
    Address whom;
};
struct Advice {
    std::int32_t number = 0;
    std::string error;  ///< its code; empty when there is an answer
};

class Consultant : public Notebook {
public:
    Task<Advice> consult(const Consult& order) {
        const auto answer = co_await ask<Answer>(order.whom, Question{order.number}, order.longest);
        co_return advice(answer);
    }
    Task<Advice> consult_to_fail(const ConsultToFail& order) {
        const Fail fail;  // named: g++ 12 destroys a temporary that holds a string twice when it stands in a co_await
        const auto answer = co_await ask<Answer>(order.whom, fail, patience);
        co_return advice(answer);
    }
    Task<Advice> consult_oddly(const ConsultOddly& order) {
        const auto answer = co_await ask<Answer>(order.whom, Knock{}, patience);
        co_return advice(answer);
    }
    Task<Advice> consult_through(const ConsultThrough& order) {
        const auto advice = co_await ask<Advice>(order.via, Consult{order.whom, 1}, patience);
        co_return advice ? *advice : Advice{0, std::string(to_string(advice.error().code))};
    }
    Task<Done> doze(const Doze& order) {
        co_await sleep_for(order.time);
        note("slept " + std::to_string(order.time.count()));
        co_return Done{};
    }
    Task<Done> in_anger(const ConsultInAnger& order) {
        note("attempt");
        const auto answer = co_await ask<Answer>(order.whom, Question{1}, patience);
        throw std::runtime_error(answer ? "answered" : "not answered");
    }
    void answer(const Answer& answer) { note("late answer " + std::to_string(answer.number)); }
    using Behavior =
        zanni::Behavior<&Consultant::knock, &Consultant::await_notes, &Consultant::consult,
                        &Consultant::consult_to_fail, &Consultant::consult_oddly, &Consultant::consult_through,
                        &Consultant::doze, &Consultant::in_anger, &Consultant::answer>;

private:
    static Advice advice(const std::expected<Answer, Error>& answer) {
        if (answer) return {answer->number, {}};
        return {0, std::string(to_string(answer.error().code))};
    }
};

}  // namespace zanni::semantics
