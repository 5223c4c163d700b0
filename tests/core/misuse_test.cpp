#include <catch2/catch.hpp>

#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <memory>
#include <thread>

#include "pipe.hpp"
#include "puppet.hpp"

namespace zanni {

namespace {

using namespace test;

/// How a program ends that does that: the signal, and what it has written to stderr.
struct End {
    int signal = 0;
    std::string text;
};
template <class Program>
End end_of(Program program) {
    Pipe pipe;
    const pid_t child = ::fork();
    REQUIRE(child >= 0);
    if (child == 0) {
        ::dup2(pipe.in(), STDERR_FILENO);
        ::dup2(pipe.in(), STDOUT_FILENO);
        for (const int signal : {SIGABRT, SIGSEGV}) ::signal(signal, SIG_DFL);  // not Catch2's
        program();
        ::_exit(0);
    }
    int status = 0;
    REQUIRE(::waitpid(child, &status, 0) == child);
    End end;
    if (WIFSIGNALED(status)) end.signal = WTERMSIG(status);
    end.text = pipe.read(4'096);
    return end;
}

void check_aborts(const End& end, const std::string& because) {
    CAPTURE(end.text);
    CHECK(end.signal == SIGABRT);
    CHECK(end.text.find(because) != std::string::npos);
}

/// What a puppet does in its handler, on a system of its own.
End end_of_puppet(const Act& act) {
    return end_of([&] {
        Stage::current().clear();
        SteppedSystem system;
        const auto puppet = make_puppet(system, "p");
        system.tell(puppet, Stage::current().act(act));
        system.run_until_idle();
    });
}

struct Go {};
class StashesInTask : public Actor {
public:
    Task<> go(const Go&) {
        stash();
        co_return;
    }
    using Behavior = zanni::Behavior<&StashesInTask::go>;
};
class StashesMoved : public Actor {
public:
    void go(std::string) noexcept { stash(); }
    using Behavior = zanni::Behavior<&StashesMoved::go>;
};
/// Runs a task by hand.
class AsksOutside : public Actor {
public:
    void go(const Go&) {
        Task<> task = wait();
        task.resume();
    }
    using Behavior = zanni::Behavior<&AsksOutside::go>;

private:
    Task<> wait() { co_await ask<int>(address(), Go{}, 1s); }
};
class DeletesItself : public Actor {
public:
    void go(const Go&) { delete this; }
    using Behavior = zanni::Behavior<&DeletesItself::go>;
};
class Stranger : public Actor {
public:
    void go(const Go&) {}
    using Behavior = zanni::Behavior<&Stranger::go>;
};

template <class T, class M>
End end_of_actor(M message) {
    return end_of([&] {
        SteppedSystem system;
        const auto actor = system.create<T>();
        system.tell(actor, message);
        system.run_until_idle();
    });
}

}  // namespace

TEST_CASE("a send from a thread that runs no actor aborts, and says whose it was") {
    const End end = end_of_puppet([](Puppet& me) { std::thread([&] { me.send(me.address(), 1); }).join(); });

    check_aborts(end, "zanni.test.Puppet::send was called outside of its handlers");
}

TEST_CASE("an actor that calls another one's members aborts") {
    const End end = end_of([] {
        Stage::current().clear();
        SteppedSystem system;
        Puppet* other = nullptr;
        Stage::current().set_at_birth([&](Puppet& puppet) { other = &puppet; });
        make_puppet(system, "other");
        Stage::current().set_at_birth(nullptr);
        have(system, make_puppet(system, "p"), [&](Puppet&) { other->exit(); });
    });

    check_aborts(end, "Puppet::exit was called outside of its handlers");
}

TEST_CASE("an actor that deletes itself aborts") {
    check_aborts(end_of_actor<DeletesItself>(Go{}), "only the system destroys actors");
}

TEST_CASE("stash() in a task aborts, and so it does where the message has been moved out") {
    check_aborts(end_of_actor<StashesInTask>(Go{}), "stash() is for handlers that return no Task");
    check_aborts(end_of_actor<StashesMoved>(std::string("moved")), "take it as const M&");
}

TEST_CASE("a task that a handler runs by hand can't ask: it aborts") {
    check_aborts(end_of_actor<AsksOutside>(Go{}), "ask() and sleep_for() are for handlers that return a Task");
}

TEST_CASE("a call that waits inside a handler of a stepped system aborts") {
    const End end = end_of([] {
        Stage::current().clear();
        SteppedSystem system;
        const auto puppet = make_puppet(system, "p");
        have(system, puppet, [&](Puppet& me) { static_cast<void>(system.ask<Done>(me.address(), Do{}, 1s)); });
    });

    check_aborts(end, "was made inside a handler");
}

TEST_CASE("handlers of another class are no behaviour to become") {
    const End end = end_of_puppet([](Puppet& me) { me.become(Behavior<&Stranger::go>{}); });

    check_aborts(end, "become() takes handlers of the actor's own class");
}

TEST_CASE("a period of nothing and an actor made by hand abort") {
    check_aborts(end_of_puppet([](Puppet& me) { me.wakeup_every(0s, 1); }), "a period above zero");
    check_aborts(end_of([] { const Stranger stranger; }), "an actor is made by create(), never directly");
}

TEST_CASE("a handler that destroys its own system aborts") {
    const End end = end_of([] {
        Stage::current().clear();
        auto system = std::make_unique<ActorSystem>();
        const auto puppet = make_puppet(*system, "p");
        system->tell(puppet, Stage::current().act([&](Puppet&) { system.reset(); }));
        for (;;) ::pause();
    });

    check_aborts(end, "a handler destroyed the system that runs it");
}

}  // namespace zanni
