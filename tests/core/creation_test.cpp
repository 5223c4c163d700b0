#include <catch2/catch.hpp>

#include <numeric>

#include "bases.hpp"
#include "household.hpp"

namespace zanni {

namespace {

using namespace test;

class CreatesInConstructor : public Actor {
public:
    CreatesInConstructor() : child_(create<Child>()) {
        for (int number = 1; number <= 3; ++number) send(child_, number);
    }
    Address child(const Knock&) { return child_; }
    using Behavior = zanni::Behavior<&CreatesInConstructor::child>;

private:
    Address child_;
};

class SendsToItselfInConstructor : public Actor {
public:
    SendsToItselfInConstructor() { send(address(), 7); }
    void number(const int& number) { number_ = number; }
    int answer(const Knock&) const { return number_; }
    using Behavior = zanni::Behavior<&SendsToItselfInConstructor::number, &SendsToItselfInConstructor::answer>;

private:
    int number_ = 0;
};

}  // namespace

TEST_CASE("create gives a child's address at once; what is sent before it has started arrives in order", "[A3]") {
    on_immediate_bases([](System& system) {
        const auto parent = system.create<Parent>();
        std::vector<int> expected(100);
        std::iota(expected.begin(), expected.end(), 1);

        const Address child = make_child(system, parent, "child", 100);

        CHECK(system.ask<std::vector<int>>(child, CountEnds{}, patience) == expected);
    });
}

TEST_CASE("in a stepped system a child has not started when create returns", "[A3]") {
    SteppedSystem system;
    const auto parent = system.create<Parent>();
    const Address child = make_child(system, parent, "child", 3);

    CHECK(system.counters().delivered + 3 == system.counters().sent);

    CHECK(system.run_until_idle() == 1 + 3);
    CHECK(system.ask<Address>(child, Knock{}, patience) == child);
    check_at_rest(system);
}

TEST_CASE("a child that fails to start is told to its parent once; messages to it become dead letters", "[A3]") {
    const auto [kind, detail] = GENERATE(
        table<std::string, std::string>({{"throws", "no bread in the house"},
                                         {"throws int", "no std::exception"},
                                         {"needs oven", "zanni.test.NeedsOven needs Oven = true (has no Oven)"},
                                         {"no.such.Type", "no actor type no.such.Type in this program"}}));
    on_every_base([&](System& system) {
        const auto parent = system.create<Parent>();
        auto endpoint = system.private_endpoint();
        watch(endpoint, parent);

        const Address child = make_child(system, parent, kind, 3);
        const auto end = endpoint.listen<ChildExited>(patience);
        const auto answer = system.ask<Address>(child, Knock{}, patience);
        const auto ends = system.ask<int>(parent, CountEnds{}, patience);

        REQUIRE(end);
        CHECK(end->address == child);
        CHECK(end->cause.kind == ExitCause::start_failure);
        CHECK_THAT(end->cause.detail, Catch::Contains(detail));
        REQUIRE_FALSE(answer);
        CHECK(answer.error().code == Error::dead_target);
        CHECK(ends == 1);
        REQUIRE(system.shut_down(patience));
        CHECK(system.counters().dead_letters == 3 + 1);
        CHECK_FALSE(endpoint.listen<ChildExited>(0s));
    });
}

TEST_CASE("an actor may create children and send in its constructor", "[A3]") {
    on_immediate_bases([](System& system) {
        const auto creator = system.create<CreatesInConstructor>();
        const auto child = system.ask<Address>(creator, Knock{}, patience);
        const auto to_itself = system.create<SendsToItselfInConstructor>();

        CHECK(system.ask<std::vector<int>>(child.value(), CountEnds{}, patience) == std::vector{1, 2, 3});
        CHECK(system.ask<int>(to_itself, Knock{}, patience) == 7);
    });
}

TEST_CASE("a top-level actor runs when create returns", "[A4]") {
    on_every_base([](System& system) {
        const auto child = system.create<Child>();

        CHECK(child);
        CHECK(system.actor_count() == 1);
    });
}

TEST_CASE("a top-level actor whose constructor throws is no actor, and the error says what was thrown", "[A4]") {
    on_every_base([](System& system) {
        const auto by_exception = system.create<ThrowsInConstructor>();
        const auto by_int = system.create<ThrowsIntInConstructor>();

        REQUIRE_FALSE(by_exception);
        CHECK(by_exception.error() == Error{Error::start_failed, "no bread in the house"});
        REQUIRE_FALSE(by_int);
        CHECK(by_int.error() == Error{Error::start_failed, "the constructor threw what is no std::exception"});
        CHECK_THROWS_AS(system.tell(by_exception, 1), CreationFailed);
    });
}

TEST_CASE("an unmet requirement is named in the error, whether the type or the creator asked for it", "[A4]") {
    on_every_base({.capabilities = {{"Ovens", std::int64_t{1}}}}, [](System& system) {
        const auto of_type = system.create<NeedsOven>();
        const auto of_creator = system.create<Child>({.requirements = {{"Ovens", std::int64_t{2}}, {"Flour", true}}});

        REQUIRE_FALSE(of_type);
        CHECK(of_type.error() ==
              Error{Error::unmet_requirement, "zanni.test.NeedsOven needs Oven = true (has no Oven)"});
        REQUIRE_FALSE(of_creator);
        CHECK(of_creator.error() ==
              Error{Error::unmet_requirement, "zanni.test.Child needs Ovens = 2 (has 1), Flour = true (has no Flour)"});
    });
}

TEST_CASE("an actor whose requirements are met is created", "[A4]") {
    on_every_base({.capabilities = {{"Oven", true}, {"Ovens", std::int64_t{2}}}}, [](System& system) {
        CHECK(system.create<NeedsOven>({.requirements = {{"Ovens", std::int64_t{2}}}}));
    });
}

TEST_CASE("a type in the system's own registry is created by its name", "[A4]") {
    Registry registry;
    registry.add<Child>();
    registry.add<NeedsOven>();
    on_immediate_bases({.registry = &registry}, [](System& system) {
        const auto parent = system.create<Parent>();
        const auto top_level = system.create("zanni.test.Child");
        const auto child = make_child(system, parent, "zanni.test.Child", 2);
        const auto without_oven = system.create("zanni.test.NeedsOven");
        const auto unknown = system.create("zanni.test.Parent");

        CHECK(system.ask<Address>(top_level, Knock{}, patience) == top_level.value());
        CHECK(system.ask<std::vector<int>>(child, CountEnds{}, patience) == std::vector{1, 2});
        REQUIRE_FALSE(without_oven);
        CHECK(without_oven.error().code == Error::unmet_requirement);
        REQUIRE_FALSE(unknown);
        CHECK(unknown.error() == Error{Error::unknown_type, "no actor type zanni.test.Parent in this program"});
    });
}

TEST_CASE("a registry keeps the first of two types of one name, and knows its names in order") {
    Registry registry;
    registry.add<Parent>();
    registry.add<Child>();

    CHECK_THROWS_WITH(registry.add<Child>(), "actor type zanni.test.Child is registered twice");
    CHECK(registry.names() == std::vector<std::string>{"zanni.test.Child", "zanni.test.Parent"});
    CHECK(registry.find("zanni.test.Child") == &actor_type<Child>());
    CHECK(registry.find("Child") == nullptr);
}

TEST_CASE("two systems of one process have settings of their own", "[B2]") {
    ActorSystem with(ActorSystem::Options{.workers = 1, .capabilities = {{"Oven", true}}, .registry = nullptr});
    ActorSystem without(ActorSystem::Options{.workers = 2, .capabilities = {}, .registry = nullptr});

    CHECK(with.create<NeedsOven>());
    CHECK_FALSE(without.create<NeedsOven>());
    CHECK(with.actor_count() == 1);
    CHECK(without.actor_count() == 0);
    check_at_rest(with);
    check_at_rest(without);
}

TEST_CASE("a system that has been shut down creates nothing any more", "[A4]") {
    on_every_base([](System& system) {
        REQUIRE(system.shut_down(patience));

        const auto late = system.create<Child>();

        REQUIRE_FALSE(late);
        CHECK(late.error().code == Error::shut_down);
    });
}

}  // namespace zanni
