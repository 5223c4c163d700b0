#include <catch2/catch.hpp>

#include <semaphore>

#include "puppet.hpp"

namespace zanni {

namespace {

using namespace test;

Address dead_actor(System& system) {
    const auto dead = make_puppet(system, "dead");
    const auto before = system.actor_count();
    system.tell(dead, ExitRequest{});
    REQUIRE(comes_true(system, [&] { return system.actor_count() < before; }));
    return dead;
}

std::counting_semaphore<> may_return{0};
struct Block {};
class Blocking : public Actor {
public:
    Done block(const Block&) { return may_return.try_acquire_for(patience) ? Done{} : Done{}; }
    using Behavior = zanni::Behavior<&Blocking::block>;
};

}  // namespace

TEST_CASE("every handler of dead letters gets each of them, in order", "[B9]") {
    play_in_order([](System& system) {
        const auto one = make_puppet(system, "one");
        const auto other = make_puppet(system, "other");
        for (const Address& handler : {one, other}) have(system, handler, [](Puppet& me) { me.handle_dead_letters(); });
        const auto dead = dead_actor(system);

        system.tell(dead, 1);
        system.tell(dead, std::string("text"));
        system.tell(Address{}, true);

        for (const std::string name : {"one", "other"}) {
            REQUIRE(comes(system, name + ": dead letter bool: no_address"));
            Notes own;
            for (const auto& note : notes())
                if (note.starts_with(name + ": ")) own.push_back(note.substr(name.size() + 2));
            CHECK(own == Notes{"dead letter int32: dead_target", "dead letter string: dead_target",
                               "dead letter bool: no_address"});
        }
    });
}

TEST_CASE("a handler of dead letters that has ended, or wants no more, gets none, and nothing goes in circles",
          "[B9]") {
    play([](System& system) {
        const auto one = make_puppet(system, "one");
        const auto other = make_puppet(system, "other");
        const auto last = make_puppet(system, "last");
        for (const Address& handler : {one, other, last})
            have(system, handler, [](Puppet& me) { me.handle_dead_letters(); });
        have(system, other, [](Puppet& me) { me.handle_dead_letters(false); });
        const auto dead = dead_actor(system);
        system.tell(one, ExitRequest{});
        REQUIRE(comes_true(system, [&] { return system.actor_count() == 2; }));

        for (int number = 0; number < 10; ++number) system.tell(dead, number);

        REQUIRE(comes(system, "last: dead letter int32: dead_target", 10));
        CHECK(Stage::current().count("one: dead letter int32: dead_target") == 0);
        CHECK(Stage::current().count("other: dead letter int32: dead_target") == 0);
        CHECK(system.counters().dead_letters == 10);
    });
}

TEST_CASE("a handler of dead letters that writes to the dead itself hears of that too, and of nothing else", "[B9]") {
    play([](System& system) {
        const auto handler = make_puppet(system, "h");
        const auto dead = dead_actor(system);
        have(system, handler, [&](Puppet& me) {
            me.handle_dead_letters();
            me.send(dead, 1);
            me.send(dead, DeadLetter{});  // a notice: nobody's loss
            me.send(dead, Down{});
        });

        REQUIRE(comes(system, "h: dead letter int32: dead_target"));
        CHECK(system.counters().dead_letters == 1);
    });
}

TEST_CASE("what waited behind an ExitRequest becomes dead letters in order, what was stashed before", "[B9][A5]") {
    play_in_order([](System& system) {
        const auto undertaker = make_puppet(system, "u");
        have(system, undertaker, [](Puppet& me) { me.handle_dead_letters(); });
        const auto puppet = make_puppet(system, "p");
        have(system, puppet, [](Puppet& me) {
            me.send(me.address(), Stage::current().act([](Puppet& it) { it.stash(); }));
            me.send(me.address(), ExitRequest{});
            me.send(me.address(), 1);
            me.send(me.address(), true);
        });

        REQUIRE(comes(system, "u: dead letter bool: dead_target"));
        Notes first = notes();
        first.resize(4);  // then that of the reply to what was stashed
        CHECK(first == Notes{"p: exits", "u: dead letter zanni.test.Do: dead_target",
                             "u: dead letter int32: dead_target", "u: dead letter bool: dead_target"});
    });
}

TEST_CASE("a handler that blocks is reported while it does", "[B9]") {
    ActorSystem::Options options;
    options.workers = 2;
    options.slow_handler = 5ms;
    ActorSystem system(options);
    const auto blocking = system.create<Blocking>();

    system.tell(blocking, Block{});

    CHECK(comes_true(system, [&] { return system.counters().slow_handlers > 1; }));
    may_return.release();
    check_at_rest(system);
}

TEST_CASE("no handler is reported when nobody wants to know", "[B9]") {
    ActorSystem::Options options;
    options.slow_handler = 0ms;
    ActorSystem system(options);
    const auto blocking = system.create<Blocking>();

    system.tell(blocking, Block{});
    CHECK_FALSE(system.listen<Done>(20ms));
    may_return.release();

    CHECK(system.counters().slow_handlers == 0);
    check_at_rest(system);
}

}  // namespace zanni
