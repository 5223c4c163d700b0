#include <catch2/catch.hpp>

#include "puppet.hpp"

namespace zanni {

namespace {

using namespace test;

/// Watches whoever asks it, and replies.
struct Subscribe {};
struct Subscribed {};
class Publisher : public Actor {
public:
    Subscribed subscribe(const Subscribe&, const Address& subscriber) {
        watch(subscriber);
        return {};
    }
    void down(const Down&) { note("publisher: down"); }
    using Behavior = zanni::Behavior<&Publisher::subscribe, &Publisher::down>;
};

struct Begin {
    Address publisher;
};
class Subscriber : public Actor {
public:
    Task<bool> begin(const Begin& begin) {
        const auto subscribed = co_await ask<Subscribed>(begin.publisher, Subscribe{}, patience);
        co_return subscribed.has_value();
    }
    using Behavior = zanni::Behavior<&Subscriber::begin>;
};

void end(System& system, const Address& puppet) { system.tell(puppet, ExitRequest{}); }

}  // namespace

TEST_CASE("who watches the dead hears so at once, and once", "[A7]") {
    play([](System& system) {
        const auto watcher = make_puppet(system, "watcher");
        const auto other = make_puppet(system, "other");
        have(system, watcher, [&](Puppet& me) { me.watch(other); });
        end(system, other);
        REQUIRE(comes(system, "watcher: down other"));

        have(system, watcher, [&](Puppet& me) { me.watch(other); });

        REQUIRE(comes(system, "watcher: down other", 2));
        REQUIRE(system.shut_down(patience));
        CHECK(Stage::current().count("watcher: down other") == 2);
    });
}

TEST_CASE("who watches twice hears of the end once", "[A7]") {
    play([](System& system) {
        const auto watcher = make_puppet(system, "watcher");
        const auto other = make_puppet(system, "other");
        have(system, watcher, [&](Puppet& me) {
            me.watch(other);
            me.watch(other);
        });

        end(system, other);

        REQUIRE(comes(system, "watcher: down other"));
        have(system, watcher, [](Puppet&) {});
        CHECK(Stage::current().count("watcher: down other") == 1);
    });
}

TEST_CASE("a Down that is on its way when its watcher stops to watch is not delivered", "[A7]") {
    play_in_order([](System& system) {
        const auto watcher = make_puppet(system, "watcher");
        const auto parent = make_puppet(system, "parent");
        const auto other = make_child_of(system, parent, "other");
        have(system, watcher, [&](Puppet& me) { me.watch(other); });
        have(system, parent, [](Puppet&) {});

        // The watcher's handler lasts until its mailbox holds the Down.
        have(system, watcher, [&](Puppet& me) {
            me.send(other, ExitRequest{});
            me.unwatch(other);
        });

        REQUIRE(comes(system, "parent: lost other"));
        have(system, watcher, [](Puppet&) {});
        CHECK(Stage::current().count("watcher: down other") == 0);
    });
}

TEST_CASE("a watch that is given up and taken up again is told once", "[A7]") {
    play([](System& system) {
        const auto watcher = make_puppet(system, "watcher");
        const auto other = make_puppet(system, "other");
        have(system, watcher, [&](Puppet& me) {
            me.watch(other);
            me.send(other, ExitRequest{});
            me.unwatch(other);
            me.watch(other);
        });

        REQUIRE(comes(system, "watcher: down other"));
        have(system, watcher, [](Puppet&) {});
        CHECK(Stage::current().count("watcher: down other") == 1);
    });
}

TEST_CASE("an actor may watch and link itself: nothing comes of it, and it ends like any other", "[A7]") {
    play([](System& system) {
        const auto puppet = make_puppet(system, "puppet");
        have(system, puppet, [](Puppet& me) {
            me.watch(me.address());
            me.link(me.address());
            me.unlink(me.address());
            me.link(me.address());
        });
        have(system, puppet, [](Puppet&) {});

        end(system, puppet);

        REQUIRE(comes_true(system, [&] { return system.actor_count() == 0; }));
        CHECK(notes() == Notes{"puppet: exits"});
    });
}

TEST_CASE("a chain of links ends as one, from the middle, and who watches hears the whole way", "[A7]") {
    play([](System& system) {
        std::vector<Address> chain;
        for (const char* const name : {"a", "b", "c"}) chain.push_back(make_puppet(system, name));
        const auto watcher = make_puppet(system, "watcher");
        have(system, chain[0], [&](Puppet& me) { me.link(chain[1]); });
        have(system, chain[1], [&](Puppet& me) { me.link(chain[2]); });
        have(system, chain[1], [](Puppet&) {});
        have(system, watcher, [&](Puppet& me) {
            for (const Address& link : chain) me.watch(link);
        });

        end(system, chain[1]);

        for (const char* const name : {"a", "b", "c"}) REQUIRE(comes(system, std::string("watcher: down ") + name));
        CHECK(system.actor_count() == 1);
        CHECK(Stage::current().count("a: exits") == 0);  // it isn't asked: it ends
    });
}

TEST_CASE("who links itself to the dead ends too", "[A7]") {
    play([](System& system) {
        const auto watcher = make_puppet(system, "watcher");
        const auto dead = make_puppet(system, "dead");
        const auto puppet = make_puppet(system, "puppet");
        have(system, watcher, [&](Puppet& me) {
            me.watch(dead);
            me.watch(puppet);
        });
        end(system, dead);
        REQUIRE(comes(system, "watcher: down dead"));

        have(system, puppet, [&](Puppet& me) { me.link(dead); });

        CHECK(comes(system, "watcher: down puppet"));
    });
}

TEST_CASE("an unlink by either side undoes it for both", "[A7]") {
    play([](System& system) {
        const auto watcher = make_puppet(system, "watcher");
        const auto one = make_puppet(system, "one");
        const auto other = make_puppet(system, "other");
        have(system, one, [&](Puppet& me) { me.link(other); });
        have(system, watcher, [&](Puppet& me) { me.watch(one); });
        REQUIRE(comes_true(system, [&] { return system.counters().delivered == system.counters().sent; }));

        have(system, other, [&](Puppet& me) { me.unlink(one); });
        REQUIRE(comes_true(system, [&] { return system.counters().delivered == system.counters().sent; }));
        end(system, one);

        REQUIRE(comes(system, "watcher: down one"));
        have(system, other, [](Puppet&) {});
    });
}

TEST_CASE("a handler may watch who asks it from outside: the answer is still the answer", "[A7][B4]") {
    play([](System& system) {
        const auto publisher = system.create<Publisher>();

        const auto subscribed = system.ask<Subscribed>(publisher, Subscribe{}, patience);

        CHECK(subscribed);
        REQUIRE(system.shut_down(patience));
        CHECK_FALSE(system.listen<AnyMessage>(0s));
    });
}

TEST_CASE("a handler may watch the question of an actor: the answer is still the answer", "[A7][B5]") {
    play([](System& system) {
        const auto publisher = system.create<Publisher>();
        const auto subscriber = system.create<Subscriber>();

        const auto subscribed = system.ask<bool>(subscriber, Begin{publisher}, patience);

        CHECK(subscribed == true);
    });
}

}  // namespace zanni
