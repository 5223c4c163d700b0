#include <catch2/catch.hpp>

#include "pipe.hpp"
#include "puppet.hpp"

namespace zanni {

namespace {

using namespace test;

/// Reads what its pipe holds, a byte for each Readable.
struct WatchPipe {
    int fd = -1;
};
struct Forget {};
class PipeReader : public Actor {
public:
    Done watch_it(const WatchPipe& order) {
        fd_ = order.fd;
        watch_fd(fd_);
        return {};
    }
    Done forget(const Forget&) {
        unwatch_fd(fd_);
        return {};
    }
    void readable(const Readable& readable) {
        const std::string text = Pipe::read_from(readable.fd, 1);
        if (text.empty()) unwatch_fd(readable.fd);  // before the test may close it
        note(text.empty() ? "closed" : text);
    }
    void fail(const int&) { throw std::runtime_error("told to fail"); }
    using Behavior =
        zanni::Behavior<&PipeReader::watch_it, &PipeReader::forget, &PipeReader::readable, &PipeReader::fail>;

private:
    int fd_ = -1;
};

}  // namespace

TEST_CASE("a wakeup that waits in the mailbox already can still be cancelled", "[B7]") {
    SteppedSystem system;
    Stage::current().clear();
    const auto puppet = make_puppet(system, "p");
    TimerId timer;
    have(system, puppet, [&](Puppet& me) { timer = me.wakeup_after(1s, 1); });
    bool cancelled = false;
    system.clock().advance(1s);
    // The timer fires before the first step's message is handled, and stands behind it in the mailbox.
    system.tell(puppet, Stage::current().act([&](Puppet& me) { cancelled = me.cancel(timer); }));
    system.run_until_idle();

    CHECK(cancelled);
    CHECK(notes().empty());
    have(system, puppet, [&](Puppet& me) { cancelled = me.cancel(timer) || me.cancel(TimerId{}); });
    CHECK_FALSE(cancelled);
    check_at_rest(system);
}

TEST_CASE("an actor that was busy gets its wakeups in the order of their times", "[B7]") {
    SteppedSystem system;
    Stage::current().clear();
    const auto puppet = make_puppet(system, "p");
    have(system, puppet, [&](Puppet& me) {
        me.wakeup_after(3s, 3);
        me.wakeup_after(1s, 1);
        me.wakeup_after(2s, 2);
        me.wakeup_after(1s, 11);
    });

    system.clock().advance(10s);
    system.run_until_idle();

    CHECK(notes() == Notes{"p: wakeup 1", "p: wakeup 11", "p: wakeup 2", "p: wakeup 3"});
    check_at_rest(system);
}

TEST_CASE("a late actor gets one periodic wakeup for all that it missed, and the next ones in time", "[B7]") {
    SteppedSystem system;
    Stage::current().clear();
    const auto puppet = make_puppet(system, "p");
    have(system, puppet, [&](Puppet& me) { me.wakeup_every(100ms, 1); });

    system.clock().advance(1050ms);
    system.run_until_idle();
    CHECK(Stage::current().count("p: wakeup 1") == 1);
    system.clock().advance(49ms);
    system.run_until_idle();
    CHECK(Stage::current().count("p: wakeup 1") == 1);
    system.clock().advance(1ms);  // 1,100 ms: its own grid
    system.run_until_idle();

    CHECK(Stage::current().count("p: wakeup 1") == 2);
    check_at_rest(system);
}

TEST_CASE("a periodic wakeup can be cancelled in its own handler", "[B7]") {
    play([](System& system) {
        const auto puppet = make_puppet(system, "p");
        have(system, puppet, [](Puppet& me) {
            const TimerId timer = me.wakeup_every(1ms, 1);
            me.wakeup_after(5ms, Done{});
            me.wakeup_after(5ms, 2);
            me.send(me.address(), Stage::current().act([timer](Puppet& it) { it.cancel(timer); }));
        });

        REQUIRE(comes(system, "p: wakeup 2"));
        const auto before = Stage::current().count("p: wakeup 1");
        have(system, puppet, [](Puppet& me) { me.wakeup_after(5ms, 3); });
        REQUIRE(comes(system, "p: wakeup 3"));

        CHECK(Stage::current().count("p: wakeup 1") == before);
    });
}

TEST_CASE("a wakeup for the end of time never comes, nor one too early for a delay below zero", "[B7]") {
    play([](System& system) {
        const auto puppet = make_puppet(system, "p");

        have(system, puppet, [](Puppet& me) {
            me.wakeup_after(Duration::max(), 1);
            me.wakeup_every(Duration::max(), 2);
            me.wakeup_after(-1s, 3);
            me.wakeup_after(10ms, 4);
        });

        REQUIRE(comes(system, "p: wakeup 4"));
        CHECK(notes() == Notes{"p: wakeup 3", "p: wakeup 4"});
    });
}

TEST_CASE("an actor's timers are gone after its end", "[B7][A5]") {
    play([](System& system) {
        const auto puppet = make_puppet(system, "p");
        have(system, puppet, [](Puppet& me) {
            me.wakeup_after(1ms, 1);
            me.wakeup_every(1ms, 2);
            me.exit();
        });
        const auto other = make_puppet(system, "other");
        have(system, other, [](Puppet& me) { me.wakeup_after(20ms, 3); });

        REQUIRE(comes(system, "other: wakeup 3"));
        CHECK(Stage::current().count("p: wakeup 1") == 0);
        CHECK(Stage::current().count("p: wakeup 2") == 0);
    });
}

TEST_CASE("a descriptor is readable again and again until all is read and its other end closed", "[B8]") {
    play([](System& system) {
        const auto reader = system.create<PipeReader>();
        Pipe pipe;
        REQUIRE(system.ask<Done>(reader, WatchPipe{pipe.out()}, patience));

        pipe.write("abc");
        REQUIRE(comes(system, "c"));
        pipe.close_in();

        REQUIRE(comes(system, "closed"));
        CHECK(notes() == Notes{"a", "b", "c", "closed"});
    });
}

TEST_CASE("a Readable that waits in the mailbox when its descriptor is no longer watched isn't delivered", "[B8]") {
    SteppedSystem system;
    Stage::current().clear();
    const auto reader = system.create<PipeReader>();
    Pipe pipe;
    REQUIRE(system.ask<Done>(reader, WatchPipe{pipe.out()}, patience));
    pipe.write("x");
    system.tell(reader, Forget{});
    REQUIRE(system.step());  // Readable takes its place behind Forget, before that is handled

    system.run_until_idle();

    CHECK(notes().empty());
    CHECK(pipe.read(1) == "x");
    check_at_rest(system);
}

TEST_CASE("a restart ends the old instance's watch of a descriptor", "[B8][A8]") {
    play([](System& system) {
        CreateOptions options;
        options.supervision.on_failure = SupervisionPolicy::OnFailure::restart;
        const auto reader = system.create<PipeReader>(options);
        Pipe pipe;
        REQUIRE(system.ask<Done>(reader, WatchPipe{pipe.out()}, patience));

        REQUIRE(system.ask<Done>(reader, 1, patience).error().code == Error::poison);
        pipe.write("x");
        REQUIRE(system.ask<Done>(reader, Forget{}, patience));
        CHECK(notes().empty());
        REQUIRE(system.ask<Done>(reader, WatchPipe{pipe.out()}, patience));

        CHECK(comes(system, "x"));
        REQUIRE(system.ask<Done>(reader, Forget{}, patience));
    });
}

TEST_CASE("a descriptor is free again after its watcher's end", "[B8][A5]") {
    play([](System& system) {
        const auto one = system.create<PipeReader>();
        const auto other = system.create<PipeReader>();
        Pipe pipe;
        REQUIRE(system.ask<Done>(one, WatchPipe{pipe.out()}, patience));
        CHECK(system.ask<Done>(other, WatchPipe{pipe.out()}, patience).error().code == Error::poison);
        system.tell(one, ExitRequest{});
        REQUIRE(comes_true(system, [&] { return system.actor_count() == 1; }));

        REQUIRE(system.ask<Done>(other, WatchPipe{pipe.out()}, patience));
        pipe.write("x");

        CHECK(comes(system, "x"));
        REQUIRE(system.ask<Done>(other, Forget{}, patience));
    });
}

}  // namespace zanni
