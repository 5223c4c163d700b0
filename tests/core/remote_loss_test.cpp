#include <catch2/catch.hpp>

#include "household.hpp"
#include "process.hpp"

namespace zanni {

namespace {

using namespace test;
using namespace std::chrono_literals;
using detail::CreateActor;
using detail::Orphaned;
using detail::Undeliverable;

const Address far_actor = detail::make_address({far_process, 7});
const Address witness = detail::make_address({0x0000000300000001, 7});
const Address chosen = detail::make_address({own_process, detail::minted_bit | 5});
const Address itself = detail::make_address({own_process, detail::process_itself});
const ExitCause killed{ExitCause::signal, 9, {}};

/// A parent here, whose children's ends are posted to the witness, with children over there.
Address parent_of_far(Process& process, int children) {
    const Address parent = process.create<Parent>();
    process.send(parent, Watch{witness});
    for (int i = 0; i < children; ++i) process.send(parent, Make{"far.Child"});
    return parent;
}

/// A child here, of a parent over there.
void child_of_far(Process& process) {
    process.registry.add<Child>();
    process.deliver(itself, CreateActor{chosen, far_actor, {}, "zanni.test.Child", {}}, far_actor);
    REQUIRE(process->actor_count() == 1);
}

class Clerk : public Actor {
public:
    Clerk() { handle_dead_letters(); }
    void take(const DeadLetter&) {}
    using Behavior = zanni::Behavior<&Clerk::take>;
};

}  // namespace

TEST_CASE("those who handle dead letters in another process of the host get this one's", "[B9]") {
    Process process;
    const Address nobody = detail::make_address({own_process, 12345});
    process->dead_letter_handlers({far_actor});
    const Address clerk = process.create<Clerk>();

    process.send(nobody, 1, witness);
    process.send(clerk, ExitRequest{});

    const auto letters = process.posted<DeadLetter>();
    REQUIRE(letters.size() == 1);
    CHECK(letters[0].target == nobody);
    CHECK(letters[0].sender == witness);
    CHECK(letters[0].reason == Error::dead_target);
    CHECK(process.gateway.announced.empty());  // it was the clerk's address until the end
    CHECK(process.all_accounted_for());
}

TEST_CASE("parents hear once of the children that a lost process took along, with the cause", "[A6]") {
    Process process;
    parent_of_far(process, 2);

    process->process_gone(far_process, killed);
    process->process_gone(far_process, killed);
    process->host_gone(far_host, "silent");
    process.run();

    const auto ends = process.posted<ChildExited>();
    REQUIRE(ends.size() == 2);
    CHECK(ends[0].cause == killed);
    CHECK(ends[1].cause == killed);
    CHECK(ends[0].address != ends[1].address);
    CHECK(process.all_accounted_for());
}

TEST_CASE("parents hear that a host is lost with their children", "[A6]") {
    Process process;
    parent_of_far(process, 1);
    process.gateway.placement = far_process + 1;
    parent_of_far(process, 1);

    process->host_gone(far_host, "silent for 5 s");
    process->host_gone(far_host, "silent for 5 s");
    process.run();

    const auto ends = process.posted<ChildExited>();
    REQUIRE(ends.size() == 2);
    for (const auto& end : ends) CHECK(end.cause == ExitCause{ExitCause::host_lost, 0, "silent for 5 s"});
}

TEST_CASE("a host that is back after all hears of the bonds that it has lost, once", "[A6]") {
    const auto back = [](Process& process) {
        process.gateway.posted.clear();  // what was said to the lost
        for (int i = 0; i < 2; ++i) process->host_present(far_host, "far", {});
        process.run();
    };

    SECTION("a parent there, of its child here") {
        Process process;
        child_of_far(process);
        process->host_gone(far_host, "silent");
        process.run();

        back(process);

        const auto ends = process.posted<ChildExited>();
        REQUIRE(ends.size() == 1);
        CHECK(ends[0].address == chosen);
        CHECK(ends[0].cause == ExitCause{ExitCause::host_lost, 0, "silent"});
        CHECK(process.all_accounted_for());
    }
    SECTION("a child there is to end, as its parent here was told that it has") {
        Process process;
        parent_of_far(process, 1);
        process->host_gone(far_host, "silent");
        process.run();

        back(process);

        CHECK(process.posted<ExitRequest>().size() == 1);
        CHECK(process.posted<ChildExited>().empty());
        CHECK(process.all_accounted_for());
    }
    SECTION("a watcher there, of the one here whom it watches no more") {
        Process process;
        const Address watched = process.create<Parent>();
        process.deliver(watched, detail::Watch{}, far_actor);
        process->host_gone(far_host, "silent");
        process.run();

        back(process);

        const auto ends = process.posted<Down>();
        REQUIRE(ends.size() == 1);
        CHECK(ends[0].address == watched);
        CHECK(process->actor_count() == 1);
        CHECK(process.all_accounted_for());
    }
    SECTION("nobody, of what another host has lost, or a process that has ended") {
        Process process;
        parent_of_far(process, 1);
        process->process_gone(far_process, killed);
        process->host_gone(far_host + 1, "silent");
        process.run();

        back(process);

        CHECK(process.gateway.posted.empty());
    }
}

TEST_CASE("the words for lost hosts are limited: those for the first are forgotten", "[A6]") {
    detail::BrokenBonds bonds;
    const auto word = [] { return make_envelope(far_actor, Address{}, ExitRequest{}); };
    bonds.keep(1, word());
    bonds.keep(2, word());
    for (std::size_t i = 2; i < detail::BrokenBonds::words_max; ++i) bonds.keep(3, word());

    bonds.keep(3, word());

    CHECK(bonds.take(1).empty());
    CHECK(bonds.take(2).size() == 1);
    CHECK(bonds.take(3).size() == detail::BrokenBonds::words_max - 1);
    CHECK(bonds.take(3).empty());
}

TEST_CASE("the loss of another process or host concerns nobody", "[A6]") {
    Process process;
    parent_of_far(process, 1);

    process->process_gone(far_process + 1, killed);
    process->host_gone(far_host + 1, "silent");
    process.run();

    CHECK(process.posted<ChildExited>().empty());
    CHECK(process->actor_count() == 1);
}

TEST_CASE("the children here of a parent that was lost end", "[A5]") {
    const bool whole_host = GENERATE(false, true);
    Process process;
    child_of_far(process);

    if (whole_host)
        process->host_gone(far_host, "silent");
    else
        process->process_gone(far_process, killed);
    process.run();

    CHECK(process->actor_count() == 0);
    CHECK(process.all_accounted_for());
}

TEST_CASE("an actor that waits for the end of children elsewhere ends when their process is lost", "[A6]") {
    Process process;
    const Address parent = parent_of_far(process, 2);
    process.send(parent, ExitRequest{});
    REQUIRE(process->actor_count() == 1);
    CHECK(process.posted<ExitRequest>().size() == 2);

    process->process_gone(far_process, killed);
    process.run();

    CHECK(process->actor_count() == 0);
    CHECK(process.all_accounted_for());
}

TEST_CASE("a child elsewhere that outlives its parent is told so, and its end is nobody's business here", "[A5]") {
    Process process;
    const Address parent = parent_of_far(process, 1);

    process.send(parent, ExitRequest{.recursive = false});
    process->process_gone(far_process, killed);
    process.run();

    CHECK(process.posted<ExitRequest>().empty());
    CHECK(process.posted<Orphaned>().size() == 1);
    CHECK(process.posted<ChildExited>().empty());
    CHECK(process->actor_count() == 0);
}

TEST_CASE("an orphan here outlives the process of the parent it had, too", "[A5]") {
    Process process;
    child_of_far(process);

    process.deliver(chosen, Orphaned{}, witness);  // not its parent: no effect
    process.deliver(chosen, Orphaned{}, far_actor);
    process->process_gone(far_process, killed);
    process.run();

    CHECK(process->actor_count() == 1);
    CHECK(process->end_all(Duration::zero()));
    CHECK(process.posted<ChildExited>().empty());
    CHECK(process.all_accounted_for());
}

TEST_CASE("a question to somebody in a lost process or host fails at once", "[B4]") {
    const bool whole_host = GENERATE(false, true);
    Process process;
    const auto endpoint = process->make_endpoint();
    const Address asker = endpoint->begin_ask(far_actor);
    process->send(make_envelope(far_actor, asker, Knock{}));

    if (whole_host)
        process->host_gone(far_host, "silent");
    else
        process->process_gone(far_process, killed);
    const auto answer = endpoint->await_answer(process.stepper, 10s);

    REQUIRE_FALSE(answer);
    CHECK(answer.error().code == Error::dead_target);
    CHECK_THAT(answer.error().context, Catch::Contains(whole_host ? "silent" : "signal 9"));
    CHECK(process.clock.now() == TimePoint{});
}

TEST_CASE("a question that comes back fails at once, for the reason it came back", "[B4]") {
    Process process;
    const auto endpoint = process->make_endpoint();
    const Address asker = endpoint->begin_ask(far_actor);
    process->send(make_envelope(far_actor, asker, Knock{}));

    process->undeliverable(std::move(process.gateway.posted.at(0)), Error::overloaded);
    const auto answer = endpoint->await_answer(process.stepper, 10s);

    CHECK(answer.error() == Error{Error::overloaded, "for " + far_actor.to_string()});
    CHECK(process->counters().dead_letters() == 1);
    CHECK(process->counters().of(detail::Counters::posted) == 0);
    CHECK(process.all_accounted_for());
}

TEST_CASE("five questions behind an exit request come back in order", "[A5]") {
    Process process;
    const Address child = process.create<Child>();
    std::vector<Address> askers;
    for (std::uint32_t question = 1; question <= 5; ++question)
        askers.push_back(detail::make_address({far_process, detail::endpoint_bit | detail::actor_id(1, question)}));

    process->deliver(make_envelope(child, far_actor, ExitRequest{}));
    for (const Address& asker : askers) process->deliver(make_envelope(child, asker, Knock{}));
    process.run();

    std::vector<Address> told;
    for (const auto& envelope : process.gateway.posted) {
        REQUIRE(envelope->get<Undeliverable>());
        CHECK(envelope->get<Undeliverable>()->target == child);
        told.push_back(envelope->target);
    }
    CHECK(told == askers);
    CHECK(process->counters().dead_letters() == 5);
    CHECK(process.all_accounted_for());
}

TEST_CASE("a message for nobody in this process is a dead letter, wherever it came from", "[B9]") {
    Process process;

    process.deliver(detail::make_address({own_process, 12345}), 1, far_actor);
    process.deliver(detail::make_address({own_process, detail::minted_bit | 9}), 1, far_actor);
    process.deliver(detail::make_address({own_process, detail::endpoint_bit | 9}), 1, far_actor);

    CHECK(process->counters().dead_letters() == 3);
    CHECK(process->counters().of(detail::Counters::received) == 3);
    CHECK(process.all_accounted_for());
}

TEST_CASE("a host's wish that the process ends is passed on") {
    Process process;
    CHECK_FALSE(process->await_shut_down(1s));

    process->shut_down();

    CHECK(process->await_shut_down(1s));
}

}  // namespace zanni
