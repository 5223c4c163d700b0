#include <catch2/catch.hpp>

#include <future>
#include <mutex>
#include <semaphore>
#include <thread>

#include "bases.hpp"
#include "household.hpp"

namespace zanni {

namespace {

using namespace test;

struct BlockUntilOpened {
    Address by;
};
struct Open {};
struct Opened {
    bool in_time = false;
};

std::counting_semaphore<> gate{0};

class Opener : public Actor {
public:
    void open(const Open&) { gate.release(); }
    using Behavior = zanni::Behavior<&Opener::open>;
};

/// Blocks its worker until another actor, told by this very handler, has run.
class Blocker : public Actor {
public:
    Opened block(const BlockUntilOpened& order) {
        send(order.by, Open{});
        return {gate.try_acquire_for(patience)};
    }
    using Behavior = zanni::Behavior<&Blocker::block>;
};

struct Serve {
    Address to;
    Address umpire;
    int rallies = 0;
};
struct Ball {
    int rallies_left = 0;
};
struct Done {};

class Player : public Actor {
public:
    void serve(const Serve& serve) {
        umpire_ = serve.umpire;
        send(serve.to, Ball{serve.rallies});
    }
    void hit(const Ball& ball, const Address& sender) {
        if (umpire_ && ball.rallies_left <= 0)
            send(umpire_, Done{});
        else
            send(sender, Ball{ball.rallies_left - 1});
    }
    using Behavior = zanni::Behavior<&Player::serve, &Player::hit>;

private:
    Address umpire_;
};

std::mutex diary_mutex;
std::vector<std::string> diary;

void note(const std::string& entry) {
    const std::scoped_lock lock(diary_mutex);
    diary.push_back(entry);
}

class Servant : public Actor {
public:
    ~Servant() override { note(name_ + " is gone"); }
    void exiting(const ExitRequest&) { note(name_ + " packs"); }
    Address hire(const Make& order) {
        name_ = order.kind;
        return order.numbers ? create<Servant>() : Address{};
    }
    using Behavior = zanni::Behavior<&Servant::exiting, &Servant::hire>;

private:
    std::string name_;
};

}  // namespace

TEST_CASE("a handler that blocks doesn't keep an actor that it has just sent to from running") {
    ActorSystem system(ActorSystem::Options{.workers = 2, .capabilities = {}, .registry = nullptr});
    const auto opener = system.create<Opener>();
    const auto blocker = system.create<Blocker>();

    for (int round = 0; round < 20; ++round) {
        // Now and then all workers have been idle for a while: then nobody is on watch, and somebody has to be called.
        if (round % 4 == 0) CHECK_FALSE(system.listen<Done>(20ms));
        const auto opened = system.ask<Opened>(blocker, BlockUntilOpened{opener}, 2 * patience);
        REQUIRE(opened);
        REQUIRE(opened->in_time);
    }
    check_at_rest(system);
}

TEST_CASE("every worker but one may block") {
    ActorSystem system(ActorSystem::Options{.workers = 4, .capabilities = {}, .registry = nullptr});
    const auto opener = system.create<Opener>();
    std::vector<Address> blockers;
    for (int i = 0; i < 3; ++i) blockers.push_back(system.create<Blocker>());

    auto endpoint = system.private_endpoint();
    for (int round = 0; round < 10; ++round) {
        for (const Address& blocker : blockers) endpoint.tell(blocker, BlockUntilOpened{opener});
        for (std::size_t i = 0; i < blockers.size(); ++i)
            REQUIRE(endpoint.listen<Opened>(2 * patience).value().in_time);
    }
    check_at_rest(system);
}

TEST_CASE("a blocked worker doesn't delay the actors of the others") {
    ActorSystem system(ActorSystem::Options{.workers = 2, .capabilities = {}, .registry = nullptr});
    const auto nobody = system.create<Child>();
    const auto child = system.create<Child>();
    const auto opener = system.create<Opener>();
    const auto blocker = system.create<Blocker>();
    auto endpoint = system.private_endpoint();

    endpoint.tell(blocker, BlockUntilOpened{nobody});
    for (int i = 0; i < 100; ++i) REQUIRE(system.ask<Address>(child, Knock{}, patience));
    system.tell(opener, Open{});

    CHECK(endpoint.listen<Opened>(patience).value().in_time);
    check_at_rest(system);
}

TEST_CASE("many actors play ping-pong over two workers and lose no ball") {
    constexpr int pairs = 10;
    constexpr int rallies = 10'000;
    ActorSystem system(ActorSystem::Options{.workers = 2, .capabilities = {}, .registry = nullptr});
    auto umpire = system.private_endpoint();

    for (int pair = 0; pair < pairs; ++pair) {
        const auto one = system.create<Player>();
        const auto other = system.create<Player>();
        system.tell(one, Serve{other, umpire.address(), rallies});
    }
    for (int pair = 0; pair < pairs; ++pair) REQUIRE(umpire.listen<Done>(2 * patience));

    CHECK(system.counters().delivered >= pairs * rallies);
    CHECK(system.counters().dead_letters == 0);
    check_at_rest(system);
}

TEST_CASE("actors come and go by the thousand on two workers") {
    ActorSystem system(ActorSystem::Options{.workers = 2, .capabilities = {}, .registry = nullptr});
    const auto parent = system.create<Parent>();
    auto endpoint = system.private_endpoint();
    watch(endpoint, parent);

    int ended = 0;
    for (int i = 0; i < 2'000; ++i) {
        const Address child = make_child(system, parent, i % 3 == 0 ? "throws" : "child", 2);
        system.tell(child, ExitRequest{});
    }
    while (ended < 2'000 && endpoint.listen<ChildExited>(patience)) ++ended;

    CHECK(ended == 2'000);
    CHECK(system.ask<int>(parent, CountEnds{}, patience) == 2'000);
    check_at_rest(system);
}

TEST_CASE("a system that is destroyed ends its live actors in order, parents first") {
    diary.clear();
    {
        ActorSystem system(ActorSystem::Options{.workers = 2, .capabilities = {}, .registry = nullptr});
        const auto master = system.create<Servant>();
        const auto servant = system.ask<Address>(master, Make{"master", 1}, patience);
        REQUIRE(system.ask<Address>(servant.value(), Make{"servant", 0}, patience));
    }

    CHECK(diary == std::vector<std::string>{"master packs", "master is gone", "servant packs", "servant is gone"});
}

TEST_CASE("a system that is destroyed while its actors are busy waits for their handlers") {
    for (int round = 0; round < 20; ++round) {
        ActorSystem system(ActorSystem::Options{.workers = 2, .capabilities = {}, .registry = nullptr});
        auto umpire = system.private_endpoint();
        const auto one = system.create<Player>();
        const auto other = system.create<Player>();
        system.tell(one, Serve{other, umpire.address(), 1'000'000'000});
    }
    SUCCEED("no crash, no leak");
}

TEST_CASE("waiting for ever is not waiting at all for what is there already") {
    ActorSystem system;
    const auto child = system.create<Child>();

    CHECK(system.ask<Address>(child, Knock{}, Duration::max()));
}

}  // namespace zanni
