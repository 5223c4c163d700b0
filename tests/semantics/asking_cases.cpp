#include <algorithm>
#include <atomic>
#include <thread>

#include "asking_actors.hpp"
#include "cases.hpp"

namespace zanni::semantics {

namespace {

// ---- B4

void tell_has_no_sender(Bed& bed) {
    const Address puppet = bed.create<Puppet>();
    bed.tell(puppet, Say{"hello"});
    CHECK_FALSE(bed.whole_notes(puppet, 1)[0].who);
}

void an_ask_times_out(Bed& bed) {
    const Address holder = bed.create<Holder>();
    const auto none = bed.system().ask<Answer>(holder, Question{1}, 5ms);
    REQUIRE_FALSE(none.has_value());
    CHECK(none.error().code == Error::timeout);
    CHECK(bed.system().listen<Answer>(1ms).error().code == Error::timeout);
}

void a_late_answer_answers_no_other_question(Bed& bed) {
    auto caller = bed.endpoint();
    const Address holder = bed.create<Holder>(), echo = bed.create<Echo>();
    CHECK(caller.ask<Answer>(holder, Question{1}, 5ms).error().code == Error::timeout);

    caller.tell(holder, Release{});
    CHECK(caller.ask<Address>(holder, Knock{}, patience).value() == holder);  // the late answer has come by now
    CHECK(caller.ask<Answer>(echo, Question{2}, patience).value().number == 2);

    CHECK(caller.listen<Answer>(patience).value().number == 1);
}

void the_second_answer_is_listened_to(Bed& bed) {
    auto caller = bed.endpoint();
    const Address holder = bed.create<Holder>();
    CHECK(caller.ask<Answer>(holder, AnswerTwice{}, patience).value().number == 1);
    CHECK(caller.listen<Answer>(patience).value().number == 2);
}

void the_answer_may_come_from_another(Bed& bed) {
    auto caller = bed.endpoint();
    const Address holder = bed.create<Holder>(), echo = bed.create_near<Echo>();
    caller.tell(echo, Question{5});  // a tell's answer is no ask's
    CHECK(caller.ask<Answer>(holder, AnswerTwice{}, patience).value().number == 1);
    std::vector<std::int32_t> heard;
    for (int i = 0; i < 2; ++i) heard.push_back(caller.listen<Answer>(patience).value().number);
    std::ranges::sort(heard);
    CHECK(heard == std::vector<std::int32_t>{2, 5});
}

void an_answer_of_another_type(Bed& bed) {
    const Address echo = bed.create<Echo>();
    CHECK(bed.ask_in_vain<Notes>(echo, Question{1}) == Error::unexpected_reply);
}

void asking_the_dead(Bed& bed) {
    const Address holder = bed.create<Holder>();
    bed.tell(holder, ExitRequest{});
    CHECK(bed.ask_in_vain<Answer>(holder, Question{1}) == Error::dead_target);
    CHECK(bed.ask_in_vain<Answer>(Address{}, Question{1}) == Error::no_address);
}

void endpoints_are_apart(Bed& bed) {
    auto one = bed.endpoint(), other = bed.endpoint();
    const Address echo = bed.create<Echo>();

    one.tell(echo, Question{1});
    other.tell(echo, Question{2});

    CHECK(other.listen<Answer>(patience).value().number == 2);
    CHECK(one.listen<Answer>(patience).value().number == 1);
}

void a_hundred_threads(Bed& bed) {
    constexpr std::int32_t callers = 100, asks = 20;
    const Address echo = bed.create<Echo>();
    std::atomic<std::int32_t> own_answers{0};

    std::vector<std::thread> threads;
    for (std::int32_t caller = 0; caller < callers; ++caller)
        threads.emplace_back([&, caller] {
            for (std::int32_t i = 0; i < asks; ++i) {
                const std::int32_t number = caller * asks + i;
                const auto answer = bed.system().ask<Answer>(echo, Question{number}, patience);
                if (answer && answer->number == number) ++own_answers;
            }
        });
    for (auto& thread : threads) thread.join();

    CHECK(own_answers == callers * asks);
}

// ---- B5

void a_handler_asks(Bed& bed) {
    const Address consultant = bed.create_near<Consultant>(), echo = bed.create<Echo>();
    CHECK(bed.ask<Advice>(consultant, Consult{echo, 12}).number == 12);
}

void others_are_handled_meanwhile(Bed& bed) {
    auto caller = bed.endpoint();
    const Address consultant = bed.create_near<Consultant>(), holder = bed.create<Holder>();

    caller.tell(consultant, Consult{holder, 1});
    caller.tell(consultant, Consult{holder, 2});
    CHECK(bed.notes(holder, 2) == Bed::Texts{"asked 1", "asked 2"});
    CHECK(bed.ask<Address>(consultant, Knock{}) == consultant);
    bed.tell(holder, Release{});

    CHECK(caller.listen<Advice>(patience).value().number == 1);
    CHECK(caller.listen<Advice>(patience).value().number == 2);
}

void a_handlers_ask_times_out(Bed& bed) {
    const Address consultant = bed.create_near<Consultant>(), holder = bed.create<Holder>();
    CHECK(bed.ask<Advice>(consultant, Consult{holder, 1, 5ms}).error == "timeout");

    bed.tell(holder, Release{});

    CHECK(bed.notes(consultant, 1) == Bed::Texts{"late answer 1"});
}

void a_handler_asks_the_dead(Bed& bed) {
    const Address consultant = bed.create_near<Consultant>(), holder = bed.create<Holder>();
    bed.tell(holder, ExitRequest{});
    CHECK(bed.ask_in_vain<Answer>(holder, Question{1}) == Error::dead_target);
    CHECK(bed.ask<Advice>(consultant, Consult{holder, 1}).error == "dead_target");
    CHECK(bed.ask<Advice>(consultant, Consult{Address{}, 1}).error == "no_address");
}

void a_handlers_ask_is_poisoned(Bed& bed) {
    const Address consultant = bed.create_near<Consultant>(), holder = bed.create<Holder>();
    CHECK(bed.ask<Advice>(consultant, ConsultToFail{holder}).error == "poison");
    CHECK(bed.ask<Advice>(consultant, ConsultOddly{holder}).error == "unexpected_reply");
}

void sleepers_wake_in_order(Bed& bed) {
    const Address consultant = bed.create<Consultant>();
    for (const auto time : {30ms, 10ms, 20ms}) bed.tell(consultant, Doze{time});
    CHECK(bed.notes(consultant, 3) == Bed::Texts{"slept 10", "slept 20", "slept 30"});
}

void one_ends_while_it_waits(Bed& bed) {
    const Address consultant = bed.create<Consultant>(), holder = bed.create<Holder>();
    const Address watcher = bed.create_near<Puppet>();
    bed.watch(watcher, consultant);

    bed.tell(consultant, Consult{holder, 1});
    CHECK(bed.notes(holder, 1) == Bed::Texts{"asked 1"});
    bed.tell(consultant, ExitRequest{});

    CHECK(bed.notes(watcher, 1) == Bed::Texts{"down: requested"});
    bed.tell(holder, Release{});  // an answer to nobody
    CHECK(bed.ask<Address>(holder, Knock{}) == holder);
}

void an_asker_of_one_that_ended_while_it_waited(Bed& bed) {
    auto caller = bed.endpoint();
    const Address outer = bed.create_near<Consultant>(), inner = bed.create<Consultant>();
    const Address holder = bed.create<Holder>();
    caller.tell(outer, ConsultThrough{inner, holder});
    CHECK(bed.notes(holder, 1) == Bed::Texts{"asked 1"});

    bed.tell(inner, ExitRequest{});

    CHECK(caller.listen<Advice>(patience).value().error == "dead_target");
}

void a_task_that_throws(Bed& bed) {
    const Address consultant = bed.create<Consultant>(), echo = bed.create_near<Echo>();
    const auto answer = bed.system().ask<Done>(consultant, ConsultInAnger{echo}, patience);
    REQUIRE_FALSE(answer.has_value());
    CHECK(answer.error() == Error{Error::poison, "answered"});
    CHECK(bed.notes(consultant, 2) == Bed::Texts{"attempt", "attempt"});
}

void the_process_of_the_one_asked_ends(Bed& bed) {
    auto caller = bed.endpoint();
    const Address consultant = bed.create_near<Consultant>(), holder = bed.create<Holder>();
    const Address victim = bed.create<Puppet>();
    caller.tell(consultant, Consult{holder, 1});
    CHECK(bed.notes(holder, 1) == Bed::Texts{"asked 1"});

    bed.tell(victim, KillProcess{9});

    CHECK(caller.listen<Advice>(patience).value().error == "dead_target");
    bed.await_far();
}

constexpr Case cases[] = {
    {"B4", "a tell from outside has no sender", tell_has_no_sender},
    {"B4", "an ask without an answer times out", an_ask_times_out},
    {"B4", "an answer that comes after its ask's time-out never answers another ask",
     a_late_answer_answers_no_other_question},
    {"B4", "the second of two answers comes to listen", the_second_answer_is_listened_to},
    {"B4", "what answers no question doesn't answer an ask", the_answer_may_come_from_another},
    {"B4", "an answer of another type is an error", an_answer_of_another_type},
    {"B4", "an ask of the dead ends at once", asking_the_dead},
    {"B4", "each endpoint gets its own answers", endpoints_are_apart},
    {"B4", "one hundred threads ask, and each gets its own answers", a_hundred_threads, on_a_real_clock},
    {"B5", "a handler waits for the answer of another actor", a_handler_asks},
    {"B5", "other messages are handled while a handler waits", others_are_handled_meanwhile},
    {"B5", "a handler's ask times out, and the late answer is a message like any other", a_handlers_ask_times_out},
    {"B5", "a handler's ask of the dead ends at once", a_handler_asks_the_dead},
    {"B5", "a handler's ask ends with poison, or with an answer of another type", a_handlers_ask_is_poisoned},
    {"B5", "handlers that sleep wake in the order of their times", sleepers_wake_in_order},
    {"B5", "an actor may end while its handler waits", one_ends_while_it_waits},
    {"B5", "who asked an actor that ended while its handler waited hears of it at once",
     an_asker_of_one_that_ended_while_it_waited},
    {"B5", "a handler that throws after it has waited gets its message once more", a_task_that_throws},
    {"B5", "a handler's ask ends with the process of the one asked", the_process_of_the_one_asked_ends, on_bus},
};

}  // namespace

std::span<const Case> asking_cases() { return cases; }

}  // namespace zanni::semantics
