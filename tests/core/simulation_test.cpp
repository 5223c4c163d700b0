#include <catch2/catch.hpp>

#include <set>

#include <zanni/simulation.hpp>

#include "bases.hpp"
#include "household.hpp"

namespace zanni {

namespace {

using namespace test;

struct Note {
    int number = 0;
};
struct GetNotes {};
struct Relay {
    Address to;
    int number = 0;
};
struct WakeMe {
    int milliseconds = 0;
};

class Notebook : public Actor {
public:
    void note(const Note& note) { notes_.push_back(note.number); }
    std::vector<int> notes(const GetNotes&) { return notes_; }
    void wake_me(const WakeMe& order) {
        wakeup_after(std::chrono::milliseconds(order.milliseconds), order.milliseconds);
    }
    void woken(const Wakeup& wakeup) { notes_.push_back(wakeup.payload.as<int>().value()); }
    using Behavior = zanni::Behavior<&Notebook::note, &Notebook::notes, &Notebook::wake_me, &Notebook::woken>;

private:
    std::vector<int> notes_;
};

class Writer_ : public Actor {
public:
    void relay(const Relay& relay) { send(relay.to, Note{relay.number}); }
    using Behavior = zanni::Behavior<&Writer_::relay>;
};

struct Rally {
    Address to;
};
class Echoer : public Actor {
public:
    void rally(const Rally& rally) { send(rally.to, Rally{address()}); }
    using Behavior = zanni::Behavior<&Echoer::rally>;
};

/// Three writers, two notes each, one notebook.
std::vector<int> three_writers(Simulation& simulation) {
    const Address notebook = simulation.create<Notebook>();
    for (int writer = 0; writer < 3; ++writer) {
        const Address address = simulation.create<Writer_>();
        for (int i = 1; i <= 2; ++i) simulation.tell(address, Relay{notebook, 10 * writer + i});
    }
    simulation.run_until_idle();
    return simulation.ask<std::vector<int>>(notebook, GetNotes{}, 1s).value();
}

}  // namespace

TEST_CASE("seeds are different runs, in which the order of one sender is kept", "[simulation]") {
    std::set<std::vector<int>> orders;
    for (std::uint64_t seed = 1; seed <= 300; ++seed) {
        Simulation simulation(seed);
        const auto order = three_writers(simulation);
        REQUIRE(order.size() == 6);
        for (int writer = 0; writer < 3; ++writer)
            REQUIRE(std::ranges::find(order, 10 * writer + 1) < std::ranges::find(order, 10 * writer + 2));
        orders.insert(order);
    }
    CHECK(orders.size() > 45);  // of the 90 there are
}

TEST_CASE("the same seed is the same run, to the byte", "[simulation]") {
    const auto trace = [](std::uint64_t seed) {
        Simulation::Options options;
        options.seed = seed;
        options.keep_trace = true;
        options.faults.delay_max = 5ms;
        options.faults.fail_chance = 0.1;
        options.faults.crash_chance = 0.02;
        Simulation simulation(options);
        const auto parent = simulation.create<Parent>();
        for (int i = 0; i < 20; ++i) simulation.tell(parent, Make{i % 3 == 0 ? "parent" : "child", 3});
        simulation.run_for(1s);
        return std::pair(simulation.trace(), simulation.trace_hash());
    };
    std::set<std::uint64_t> hashes;
    for (std::uint64_t seed = 1; seed <= 50; ++seed) {
        const auto first = trace(seed);
        REQUIRE(first == trace(seed));
        hashes.insert(first.second);
    }
    CHECK(hashes.size() == 50);
}

TEST_CASE("timers fire in virtual time, when it is run", "[simulation]") {
    Simulation simulation;
    const auto notebook = simulation.create<Notebook>();
    const auto notes = [&] { return simulation.ask<std::vector<int>>(notebook, GetNotes{}, 1ms).value(); };
    for (const int milliseconds : {30, 10, 20}) simulation.tell(notebook, WakeMe{milliseconds});

    simulation.run_until_idle();
    CHECK(notes().empty());
    simulation.run_for(19ms);
    CHECK(notes() == std::vector{10});
    simulation.run_for(1h);
    CHECK(notes() == std::vector{10, 20, 30});
    CHECK(simulation.elapsed() == 1h + 19ms);
}

TEST_CASE("a message takes the time that faults and delays say", "[simulation]") {
    Simulation simulation;
    const auto notebook = simulation.create<Notebook>();
    const auto writer = simulation.create<Writer_>();
    simulation.delay(writer, notebook, 10ms);
    simulation.tell(writer, Relay{notebook, 1});
    simulation.tell(notebook, Note{2});

    simulation.run_until_idle();

    CHECK(simulation.elapsed() == 10ms);
    CHECK(simulation.ask<std::vector<int>>(notebook, GetNotes{}, 1s).value() == std::vector{2, 1});
}

TEST_CASE("a test reads like a transcript", "[simulation]") {
    Simulation simulation(7);
    const auto notebook = simulation.create<Notebook>();
    const auto writer = simulation.create<Writer_>();
    const auto other = simulation.create<Writer_>();
    simulation.tell(writer, Relay{notebook, 1});
    simulation.tell(other, Relay{notebook, 2});

    simulation.expect<Relay>(other).with(Address(notebook), 2);
    simulation.expect<Relay>(writer).where([](const Relay& relay) { return relay.number == 1; }, "it is the first");
    simulation.expect<Note>(other, notebook).with(2);
    simulation.expect<Note>(writer, notebook).with(1);
    simulation.expect_nothing(notebook);

    CHECK(simulation.ask<std::vector<int>>(notebook, GetNotes{}, 1s).value() == std::vector{2, 1});
}

TEST_CASE("what is not as expected is told with the seed and what happened before", "[simulation]") {
    Simulation simulation(7);
    const auto notebook = simulation.create<Notebook>();
    simulation.tell(notebook, Note{1});
    simulation.tell(notebook, Note{2});
    const auto failure = [](const auto& run) -> std::string {
        try {
            run();
        } catch (const SimulationFailed& failed) {
            CHECK(failed.seed == 7);
            return failed.what();
        }
        return "nothing failed";
    };
    using Catch::Contains;

    CHECK_THAT(failure([&] { simulation.expect<Relay>(notebook); }),
               Contains("expected zanni.{anonymous}.Relay to ") && Contains("the next message is") && Contains("[1]"));
    CHECK_THAT(failure([&] { simulation.expect_nothing(notebook); }), Contains("expected nothing") && Contains("[2]"));
    CHECK_THAT(failure([&] { simulation.expect<Note>(notebook).with(5); }),
               Contains("Note [5], got") && Contains("seed 7; the last deliveries:\n#1") && Contains("nobody ->"));
    simulation.run_until_idle();
    CHECK_THAT(failure([&] { simulation.expect<Note>(notebook); }), Contains("no message is on that way"));
    CHECK_THAT(failure([&] { simulation.check(false, "pigs fly"); }), Contains("doesn't hold: pigs fly\nseed 7"));
}

TEST_CASE("a crash ends an actor and its children, and is told as one", "[simulation]") {
    Simulation simulation;
    const auto parent = simulation.create<Parent>();
    auto endpoint = simulation.private_endpoint();
    watch(endpoint, parent);
    const Address child = make_child(simulation, parent, "parent");
    make_child(simulation, child, "child");

    simulation.crash(child);

    const auto end = endpoint.listen<ChildExited>(1s);
    CHECK(end.value().address == child);
    CHECK(end.value().cause == ExitCause{ExitCause::signal, 9, {}});
    CHECK(simulation.actor_count() == 1);
    check_at_rest(simulation);
}

TEST_CASE("a handler can be made to fail, once", "[simulation]") {
    Simulation simulation;
    const auto child = simulation.create<Child>();
    simulation.fail_next(child, "no bread");

    CHECK(simulation.ask<Address>(child, Knock{}, 1s).error() == Error{Error::poison, "no bread"});
    CHECK(simulation.ask<Address>(child, Knock{}, 1s).value() == *child);
}

TEST_CASE("random crashes stay within their number and their types", "[simulation]") {
    for (std::uint64_t seed = 1; seed <= 50; ++seed) {
        Simulation simulation(seed);
        const auto parent = simulation.create<Parent>();
        Simulation::Faults faults;
        faults.crash_chance = 0.5;
        faults.crashes_max = 2;
        faults.only = {std::string(actor_type<Child>().name)};
        simulation.set_faults(faults);

        for (int i = 0; i < 10; ++i) simulation.tell(parent, Make{"child", 5});
        simulation.run_until_idle();

        CHECK(simulation.ask<int>(parent, CountEnds{}, 1s).value() == 2);
        CHECK(simulation.actor_count() == 9);
        check_at_rest(simulation);
    }
}

TEST_CASE("a run without end has failed", "[simulation]") {
    Simulation::Options options;
    options.steps_max = 1'000;
    Simulation simulation(options);
    const Address one = simulation.create<Echoer>();
    const Address other = simulation.create<Echoer>();
    simulation.tell(one, Rally{other});

    CHECK_THROWS_WITH(simulation.run_until_idle(), Catch::Contains("after 1000 steps there is still something to do"));
}

TEST_CASE("exploring stops at the first seed that fails, and finds a run that doesn't repeat itself", "[simulation]") {
    const auto failed = explore(1, 1'000, [](Simulation& simulation) {
        simulation.check(three_writers(simulation).front() != 21, "the third writer is not first");
    });
    int runs = 0;
    const auto repeats = explore(
        1, 10,
        [&](Simulation& simulation) {
            const auto notebook = simulation.create<Notebook>();
            simulation.tell(notebook, Note{++runs});
            simulation.run_until_idle();
        },
        {}, true);

    REQUIRE(failed);
    CHECK_THAT(failed->what, Catch::Contains("the third writer is not first\nseed " + std::to_string(failed->seed)));
    REQUIRE(repeats);
    CHECK_THAT(repeats->what, Catch::Contains("the same seed gives the same run"));
    CHECK_FALSE(explore(
        1, 100, [](Simulation& simulation) { three_writers(simulation); }, {}, true));
}

TEST_CASE("messages read as people would write them", "[simulation]") {
    const auto text = [](const auto& message) { return to_text(make_envelope({}, {}, message)->any()); };

    CHECK(text(std::vector<int>{1, -2}) == "vector<int32> [1, -2]");
    CHECK(text(std::string("a \"b\"\n")) == R"(string "a \"b\"?")");
    CHECK(text(2.5) == "double 2.5");
    CHECK(text(std::map<std::string, bool>{{"on", true}}) == R"(map<string,bool> {"on": true})");
    CHECK(text(std::optional<int>{}) == "optional<int32> nil");
    CHECK(to_text({1, {}, {std::byte{0xc1}}}) == "type 0000000000000001 (no MessagePack)");
}

}  // namespace zanni
