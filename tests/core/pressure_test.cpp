#include <catch2/catch.hpp>

#include <atomic>
#include <semaphore>
#include <thread>

#include "puppet.hpp"

namespace zanni {

namespace {

using namespace test;

constexpr std::uint32_t limit = 16;

std::atomic<int> in_flight{0};
std::atomic<int> deepest{0};
std::atomic<int> taken{0};

void one_more() {
    const int now = ++in_flight;
    int most = deepest;
    while (most < now && !deepest.compare_exchange_weak(most, now)) {
    }
}

struct Item {
    int number = 0;
};
class Consumer : public Actor {
public:
    static constexpr MailboxLimit mailbox{.messages_max = limit};
    void take(const Item&) {
        --in_flight;
        ++taken;
    }
    using Behavior = zanni::Behavior<&Consumer::take>;
};

struct Produce {
    Address to;
    int items = 0;
    int at_once = 1;
};
/// Sends some items in each handler, and itself the order for the rest.
class Producer : public Actor {
public:
    void produce(const Produce& order) {
        for (int i = 0; i < std::min(order.at_once, order.items); ++i) {
            one_more();
            send(order.to, Item{i});
        }
        if (order.items > order.at_once) send(address(), Produce{order.to, order.items - order.at_once, order.at_once});
    }
    using Behavior = zanni::Behavior<&Producer::produce>;
};

struct Next {
    Address next;
};
struct Token {
    int hops = 0;
};
/// Hands each token on to the next one, and each third one twice.
class InCircle : public Actor {
public:
    static constexpr MailboxLimit mailbox{.messages_max = 2};
    Done join(const Next& next) {
        next_ = next.next;
        return {};
    }
    void hand_on(const Token& token) {
        ++taken;
        if (token.hops == 0) return;
        send(next_, Token{token.hops - 1});
        if (token.hops % 3 == 0) send(next_, Token{token.hops - 1});
    }
    using Behavior = zanni::Behavior<&InCircle::join, &InCircle::hand_on>;

private:
    Address next_;
};

std::counting_semaphore<> may_go_on{0};
std::atomic<bool> stands{false};
/// Stands still at the first number, until it may go on.
class Standing : public Actor {
public:
    static constexpr MailboxLimit mailbox{.messages_max = 2};
    int take(const int& number) {
        if (number == 0) {
            stands = true;
            static_cast<void>(may_go_on.try_acquire_for(patience));
        }
        return number;
    }
    using Behavior = zanni::Behavior<&Standing::take>;
};

/// Not its own thread's work: with room for as many workers as block.
struct Full {
    explicit Full(Duration tell_longest = 10s)
        : system([&] {
              ActorSystem::Options options;
              options.workers = 3;
              options.tell_longest = tell_longest;
              return options;
          }()) {
        stands = false;
        standing = system.create<Standing>().value();
        for (int number = 0; number < 4; ++number) {
            system.tell(standing, number);
            while (!stands) std::this_thread::yield();
        }
    }
    ~Full() {
        may_go_on.release();
        CHECK(system.shut_down(patience));
        while (may_go_on.try_acquire()) {
        }
    }
    ActorSystem system;
    Address standing;  ///< has three waiting, one more than its limit
};

}  // namespace

TEST_CASE("a producer that is faster than its consumer is held back: the mailbox stays bounded", "[B10]") {
    play([](System& system) {
        in_flight = deepest = taken = 0;
        const auto consumer = system.create<Consumer>();
        const auto producer = system.create<Producer>();

        system.tell(producer, Produce{consumer, 20'000, 3});

        REQUIRE(comes_true(system, [] { return taken == 20'000; }));
        // In the simulation messages under way count too, and nobody knows of those.
        if (!dynamic_cast<Simulation*>(&system)) CHECK(deepest <= static_cast<int>(2 * limit + 3));
        CHECK(system.counters().dead_letters == 0);
    });
}

TEST_CASE("several producers of one consumer are all held back, and all go on", "[B10]") {
    play_in_order([](System& system) {
        in_flight = deepest = taken = 0;
        const auto consumer = system.create<Consumer>();
        for (int i = 0; i < 20; ++i) system.tell(system.create<Producer>(), Produce{consumer, 1'000, 2});

        REQUIRE(comes_true(system, [] { return taken == 20'000; }));
        CHECK(deepest <= static_cast<int>(2 * limit + 20 * 2));
    });
}

TEST_CASE("of many who wait for a mailbox some go on at a time, so that it stays near its limit", "[B10]") {
    SteppedSystem system;
    in_flight = deepest = taken = 0;
    const auto consumer = system.create<Consumer>();
    for (int i = 0; i < 200; ++i) system.tell(system.create<Producer>(), Produce{consumer, 20, 2});
    while (taken < 400) REQUIRE(system.step());  // what all have sent at first, before any could be held back

    deepest = 0;
    system.run_until_idle();

    CHECK(taken == 4'000);
    CHECK(deepest <= static_cast<int>(limit + 16 * 2));
}

TEST_CASE("three overloaded actors in a circle all go on", "[B10]") {
    play([](System& system) {
        taken = 0;
        std::vector<Address> circle;
        for (int i = 0; i < 3; ++i) circle.push_back(system.create<InCircle>());
        for (std::size_t i = 0; i < 3; ++i) REQUIRE(system.ask<Done>(circle[i], Next{circle[(i + 1) % 3]}, patience));

        // A token of 18 hops becomes two at 18, 15, 12, 9, 6 and 3.
        for (const Address& actor : circle) system.tell(actor, Token{18});

        constexpr int handled = 3 * (1 + 3 * (2 + 4 + 8 + 16 + 32 + 64));
        CHECK(comes_true(system, [] { return taken == handled; }));
    });
}

TEST_CASE("an actor that fills a dead actor's mailbox is not held back by it", "[B10][B9]") {
    play([](System& system) {
        in_flight = deepest = taken = 0;
        const auto consumer = system.create<Consumer>();
        const auto producer = system.create<Producer>();
        system.tell(producer, Produce{consumer, 5'000, 100});
        system.tell(consumer, ExitRequest{});

        CHECK(comes_true(system,
                         [&] { return system.counters().dead_letters + static_cast<std::uint64_t>(taken) == 5'000; }));
    });
}

TEST_CASE("a call from outside to a full mailbox waits, and is a dead letter after its longest wait", "[B10]") {
    Full full(1ms);

    full.system.tell(full.standing, 4);

    CHECK(full.system.counters().dead_letters == 1);
}

TEST_CASE("a call from outside to a full mailbox goes on when there is room", "[B10]") {
    Full full(patience);
    std::thread caller([&] { full.system.tell(full.standing, 4); });

    may_go_on.release();
    caller.join();

    CHECK(full.system.ask<int>(full.standing, 5, patience) == 5);
    CHECK(full.system.counters().dead_letters == 0);
}

TEST_CASE("a question from outside to a full mailbox waits no longer than for its answer, and says why", "[B10][B4]") {
    Full full(patience);

    const auto refused = full.system.ask<int>(full.standing, 4, 1ms);

    REQUIRE_FALSE(refused);
    CHECK(refused.error().code == Error::overloaded);
}

TEST_CASE("an end of the one with the full mailbox wakes who waits for room", "[B10][A5]") {
    Full full(patience);
    std::thread caller([&] { full.system.tell(full.standing, 4); });
    full.system.endpoint_of_this_thread();

    // The request stands behind what waits already; the caller has room before or finds nobody.
    auto killer = std::thread([&] { full.system.tell(full.standing, ExitRequest{}); });
    may_go_on.release();
    killer.join();
    caller.join();

    CHECK(comes_true(full.system, [&] { return full.system.actor_count() == 0; }));
}

}  // namespace zanni
