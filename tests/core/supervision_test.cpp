#include <catch2/catch.hpp>

#include "puppet.hpp"

namespace zanni {

namespace {

using namespace test;
using OnFailure = SupervisionPolicy::OnFailure;
using Scope = SupervisionPolicy::Scope;

SupervisionPolicy policy(OnFailure on_failure, Scope scope = Scope::one_for_one) {
    SupervisionPolicy policy;
    policy.on_failure = on_failure;
    policy.scope = scope;
    return policy;
}
CreateOptions supervised(OnFailure on_failure, Scope scope = Scope::one_for_one) {
    CreateOptions options;
    options.supervision = policy(on_failure, scope);
    return options;
}

void note_births() {
    Stage::current().set_at_birth([](Puppet& puppet) { puppet.says("born"); });
}

struct Recipe {
    int number = 0;
};
struct Peers {
    int number = 0;
};
struct GetState {};

/// Needs its settings before anything else, and forgets them with its instance.
class Configured : public Actor {
public:
    using Initializing = zanni::Initializing<Recipe, Peers>;
    void settings(const Recipe& settings) { state_ += "s" + std::to_string(settings.number); }
    void peers(const Peers& peers) { state_ += "p" + std::to_string(peers.number); }
    std::string state(const GetState&) { return state_; }
    void fail(const Done&) { throw std::runtime_error("told to fail"); }
    using Behavior = zanni::Behavior<&Configured::settings, &Configured::peers, &Configured::state, &Configured::fail>;

private:
    std::string state_;
};

}  // namespace

TEST_CASE("a restart keeps what waits, and puts what was stashed before it", "[A8]") {
    play_in_order([](System& system) {
        const auto puppet = make_puppet(system, "p", supervised(OnFailure::restart));
        have(system, puppet, [](Puppet& me) {
            me.send(me.address(), Stage::current().act([](Puppet& it) {
                it.says("put aside");  // by the new instance again
                it.stash();
            }));
            me.send(me.address(), failing());
            for (int number = 1; number <= 3; ++number) me.send(me.address(), number);
        });

        REQUIRE(comes(system, "p: 3"));
        REQUIRE(comes(system, "p: poison told to fail"));
        CHECK(notes() == Notes{"p: put aside", "p: put aside", "p: 1", "p: 2", "p: 3", "p: poison told to fail"});
    });
}

TEST_CASE("one restart more than the policy allows in its period escalates, at its end it doesn't", "[A8]") {
    for (const bool at_the_end : {false, true}) {
        SteppedSystem system;
        Stage::current().clear();
        const auto parent = make_puppet(system, "parent");
        const auto child = make_child_of(system, parent, "child", supervised(OnFailure::restart));
        const TimePoint first = system.clock().now();
        for (int failure = 0; failure < 3; ++failure) have_fail(system, child);
        CHECK(system.actor_count() == 2);

        const TimePoint period_ends = first + SupervisionPolicy{}.period;
        system.clock().advance(period_ends - system.clock().now() - (at_the_end ? 0ns : 1ns));
        have_fail(system, child);
        system.run_until_idle();

        CHECK(system.actor_count() == (at_the_end ? 2 : 1));
        CHECK(Stage::current().count("parent: lost child") == (at_the_end ? 0 : 1));
        check_at_rest(system);
    }
}

TEST_CASE("all_for_one restarts the failed child and the siblings that say so, and no other", "[A8]") {
    play([](System& system) {
        const auto parent = make_puppet(system, "parent");
        const auto all = supervised(OnFailure::restart, Scope::all_for_one);
        const auto a = make_child_of(system, parent, "a", all);
        make_child_of(system, parent, "b", all);
        const auto c = make_child_of(system, parent, "c", supervised(OnFailure::restart));

        note_births();

        have_fail(system, a);

        REQUIRE(comes(system, "b: born"));
        have(system, c, [](Puppet&) {});
        CHECK(Stage::current().count("a: born") == 1);
        CHECK(Stage::current().count("b: born") == 1);
        CHECK(Stage::current().count("c: born") == 0);
    });
}

TEST_CASE("a sibling that would itself go on after a failure restarts with the others if it says all_for_one", "[A8]") {
    play([](System& system) {
        const auto parent = make_puppet(system, "parent");
        const auto a = make_child_of(system, parent, "a", supervised(OnFailure::restart, Scope::all_for_one));
        const auto b = make_child_of(system, parent, "b", supervised(OnFailure::resume, Scope::all_for_one));
        note_births();

        have_fail(system, b);
        have_fail(system, a);

        CHECK(comes(system, "b: born"));
        CHECK(Stage::current().count("a: born") == 1);
    });
}

TEST_CASE("all_for_one with stop ends exactly those that say so", "[A8]") {
    play([](System& system) {
        const auto parent = make_puppet(system, "parent");
        const auto all = supervised(OnFailure::stop, Scope::all_for_one);
        make_child_of(system, parent, "a", all);
        const auto b = make_child_of(system, parent, "b", all);
        const auto c = make_child_of(system, parent, "c");

        have_fail(system, b);

        REQUIRE(comes(system, "parent: lost a"));
        REQUIRE(comes(system, "parent: lost b"));
        have(system, c, [](Puppet&) {});
        CHECK(system.actor_count() == 2);
    });
}

TEST_CASE("a failure escalates level by level to the one that restarts, and all below it are gone", "[A8]") {
    play([](System& system) {
        const auto top = make_puppet(system, "top");
        const auto middle = make_child_of(system, top, "middle", supervised(OnFailure::restart));
        const auto low = make_child_of(system, middle, "low", supervised(OnFailure::escalate));
        const auto lowest = make_child_of(system, low, "lowest", supervised(OnFailure::escalate));
        note_births();

        have_fail(system, lowest);

        REQUIRE(comes(system, "middle: born"));
        CHECK(comes_true(system, [&] { return system.actor_count() == 2; }));
        CHECK(Stage::current().count("top: lost middle") == 0);
    });
}

TEST_CASE("a failure that nobody stops ends the top of the tree, and its parent's children with it", "[A8]") {
    play([](System& system) {
        const auto watcher = make_puppet(system, "watcher");
        const auto top = make_puppet(system, "top", supervised(OnFailure::escalate));
        const auto low = make_child_of(system, top, "low", supervised(OnFailure::escalate));
        make_child_of(system, top, "other");
        have(system, watcher, [&](Puppet& me) { me.watch(top); });

        have_fail(system, low);

        CHECK(comes(system, "watcher: down top"));
        CHECK(system.actor_count() == 1);
    });
}

TEST_CASE("a constructor that throws at the restart ends the actor, and the parent is told once", "[A8][A6]") {
    play([](System& system) {
        const auto parent = make_puppet(system, "parent");
        const auto child = make_child_of(system, parent, "child", supervised(OnFailure::restart));
        Stage::current().set_at_birth([](Puppet&) { throw std::runtime_error("not again"); });
        have_fail(system, child);

        REQUIRE(comes(system, "parent: lost child"));
        have(system, parent, [](Puppet&) {});
        CHECK(Stage::current().count("parent: lost child") == 1);
        CHECK(system.ask<Done>(child, Do{}, patience).error().code == Error::dead_target);
    });
}

TEST_CASE("an instance that calls exit() in its constructor ends, whoever's failure it is made for", "[A8][A5]") {
    play([](System& system) {
        const auto parent = make_puppet(system, "parent");
        const auto all = supervised(OnFailure::restart, Scope::all_for_one);
        const auto a = make_child_of(system, parent, "a", all);
        make_child_of(system, parent, "b", all);
        Stage::current().set_at_birth([](Puppet& puppet) { puppet.exit(); });

        have_fail(system, a);

        CHECK(comes(system, "parent: lost a"));
        CHECK(comes(system, "parent: lost b"));
    });
}

TEST_CASE("a new instance is initialised with the same messages as the old one, in order, before all others",
          "[A8][C3]") {
    play_in_order([](System& system) {
        CreateOptions options;
        options.supervision = policy(OnFailure::restart);
        const auto actor = system.create<Configured>(options);
        auto endpoint = system.private_endpoint();
        endpoint.tell(actor, Peers{1});
        endpoint.tell(actor, GetState{});
        endpoint.tell(actor, Recipe{2});
        CHECK(endpoint.listen<std::string>(patience) == "p1s2");

        for (int restart = 0; restart < 2; ++restart) {
            endpoint.tell(actor, Done{});
            endpoint.tell(actor, GetState{});
            REQUIRE(endpoint.listen<PoisonMessage>(patience));
            CHECK(endpoint.listen<std::string>(patience) == "p1s2");
        }
    });
}

TEST_CASE("a restart ends what the old instance had begun: timers, watches, children", "[A8]") {
    play([](System& system) {
        const auto puppet = make_puppet(system, "p", supervised(OnFailure::restart));
        const auto watched = make_puppet(system, "watched");
        const auto child = make_child_of(system, puppet, "child");
        have(system, puppet, [&](Puppet& me) {
            me.watch(watched);
            me.wakeup_after(20ms, 1);
            me.wakeup_every(20ms, 2);
            me.handle_dead_letters();
        });

        have_fail(system, puppet);
        CHECK(comes(system, "child: exits"));
        have(system, puppet, [](Puppet& me) { me.wakeup_after(50ms, 3); });
        system.tell(watched, ExitRequest{});

        REQUIRE(comes(system, "p: wakeup 3"));
        for (const char* const unwanted : {"p: wakeup 1", "p: wakeup 2", "p: down watched"})
            CHECK(Stage::current().count(unwanted) == 0);
        CHECK(system.ask<Done>(child, Do{}, patience).error().code == Error::dead_target);
    });
}

TEST_CASE("who watches or is linked to an actor doesn't notice its restart", "[A8][A7]") {
    play([](System& system) {
        const auto puppet = make_puppet(system, "p", supervised(OnFailure::restart));
        const auto watcher = make_puppet(system, "watcher");
        have(system, watcher, [&](Puppet& me) { me.watch(puppet); });
        have(system, watcher, [&](Puppet& me) { me.link(puppet); });
        have(system, puppet, [](Puppet&) {});

        have_fail(system, puppet);
        have(system, puppet, [](Puppet&) {});
        CHECK(Stage::current().count("watcher: down p") == 0);
        system.tell(watcher, ExitRequest{});

        CHECK(comes_true(system, [&] { return system.actor_count() == 0; }));
    });
}

}  // namespace zanni
