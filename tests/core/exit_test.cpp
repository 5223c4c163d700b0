#include <catch2/catch.hpp>

#include <thread>

#include "bases.hpp"
#include "household.hpp"

namespace zanni {

namespace {

using namespace test;

/// To a Stubborn: send yourself an ExitRequest, and so many numbers behind it.
struct ExitBefore {
    int numbers = 0;
    bool recursive = true;
};
struct Seen {
    bool recursive = true;
    int numbers = 0;
    friend bool operator==(const Seen&, const Seen&) = default;
};

/// Tells a witness of its ExitRequest, then throws, leaves, or does nothing about it.
template <class Then>
class Witnessed : public Actor {
public:
    void introduce(const Watch& watch) { witness_ = watch.by; }
    void exit_before(const ExitBefore& order) {
        send(address(), ExitRequest{order.recursive});
        for (int number = 1; number <= order.numbers; ++number) send(address(), number);
    }
    void number(const int&) { ++numbers_; }
    Address knock(const Knock&) { return address(); }
    Address make(const Make&) { return create<Child>(); }
    void exiting(const ExitRequest& request) {
        send(witness_, Seen{request.recursive, numbers_});
        if constexpr (std::is_same_v<Then, std::runtime_error>) throw std::runtime_error("I stay");
        if constexpr (std::is_same_v<Then, Leave>) exit();
    }
    using Behavior = zanni::Behavior<&Witnessed::introduce, &Witnessed::exit_before, &Witnessed::number,
                                     &Witnessed::knock, &Witnessed::make, &Witnessed::exiting>;

private:
    Address witness_;
    int numbers_ = 0;
};

using Indifferent = Witnessed<void>;
using Throwing = Witnessed<std::runtime_error>;
using Leaving = Witnessed<Leave>;

bool is_dead(System& system, const Address& actor) {
    const auto answer = system.ask<Address>(actor, Knock{}, patience);
    return !answer && answer.error().code == Error::dead_target;
}

/// Bounded by questions, not by time: in a stepped system each question makes it go on.
bool ends(System& system, const Address& actor) {
    for (int questions = 0; questions < 100'000; ++questions)
        if (is_dead(system, actor)) return true;
    return false;
}

}  // namespace

TEST_CASE("an exit request is shown to the actor, then ends it", "[A5]") {
    on_every_base([](System& system) {
        const auto actor = system.create<Indifferent>();
        auto endpoint = system.private_endpoint();
        system.tell(actor, Watch{endpoint.address()});

        system.tell(actor, ExitRequest{});

        CHECK(endpoint.listen<Seen>(patience) == Seen{true, 0});
        CHECK(is_dead(system, actor));
        REQUIRE(system.shut_down(patience));
        CHECK_FALSE(endpoint.listen<Seen>(0s));
    });
}

TEST_CASE("an exit request ends an actor that throws on it", "[A5]") {
    on_every_base([](System& system) {
        const auto actor = system.create<Throwing>();
        auto endpoint = system.private_endpoint();
        system.tell(actor, Watch{endpoint.address()});

        endpoint.tell(actor, ExitRequest{});

        CHECK(endpoint.listen<Seen>(patience));
        CHECK(endpoint.listen<Seen>(patience));  // the second attempt
        CHECK(endpoint.listen<PoisonMessage>(patience).value().what == "I stay");
        CHECK(is_dead(system, actor));
    });
}

TEST_CASE("what is queued behind an exit request becomes dead letters, all of it counted", "[A5]") {
    on_immediate_bases([](System& system) {
        const auto actor = system.create<Indifferent>();
        auto endpoint = system.private_endpoint();
        system.tell(actor, Watch{endpoint.address()});

        system.tell(actor, ExitBefore{.numbers = 5});

        CHECK(endpoint.listen<Seen>(patience) == Seen{true, 0});
        CHECK(is_dead(system, actor));
        // It refuses messages a moment before it has dealt with those that it holds.
        for (int looks = 0; system.actor_count() > 0 && looks < 10'000'000; ++looks) std::this_thread::yield();
        CHECK(system.counters().dead_letters == 5 + 1);  // with the question that found it dead
    });
}

TEST_CASE("an actor's children end with it", "[A5]") {
    on_every_base([](System& system) {
        const auto parent = system.create<Parent>();
        const Address middle = make_child(system, parent, "parent");
        const Address child = make_child(system, middle, "child");
        const Address other = system.create<Child>();

        system.tell(parent, ExitRequest{});

        for (const Address& actor : {Address(parent), middle, child}) CHECK(ends(system, actor));
        CHECK_FALSE(is_dead(system, other));
    });
}

TEST_CASE("children survive an exit request that is not recursive, and the system still ends them in order", "[A5]") {
    on_every_base([](System& system) {
        const auto parent = system.create<Indifferent>();
        const auto child = system.ask<Address>(parent, Make{}, patience).value();

        system.tell(parent, ExitRequest{.recursive = false});

        CHECK(ends(system, parent));
        CHECK_FALSE(is_dead(system, child));
        REQUIRE(system.shut_down(patience));
        CHECK(is_dead(system, child));
    });
}

TEST_CASE("exit() in the handler of an exit request doesn't make it recursive", "[A5]") {
    on_every_base([](System& system) {
        const auto parent = system.create<Leaving>();
        auto endpoint = system.private_endpoint();
        const auto child = system.ask<Address>(parent, Make{}, patience).value();
        system.tell(parent, Watch{endpoint.address()});

        system.tell(parent, ExitRequest{.recursive = false});

        CHECK(endpoint.listen<Seen>(patience) == Seen{false, 0});
        CHECK(ends(system, parent));
        CHECK_FALSE(is_dead(system, child));
    });
}

TEST_CASE("an orphan that an exiting grandparent left behind twice over is still ended by the system", "[A5]") {
    on_every_base([](System& system) {
        const auto top = system.create<Parent>();
        const Address middle = make_child(system, top, "parent");
        const Address child = make_child(system, middle, "child");

        system.tell(middle, ExitRequest{.recursive = false});
        system.tell(top, ExitRequest{.recursive = false});

        REQUIRE(system.shut_down(patience));
        CHECK(is_dead(system, child));
    });
}

TEST_CASE("a second exit request finds nobody, and is no dead letter that anybody logs", "[A5]") {
    on_every_base([](System& system) {
        const auto child = system.create<Child>();

        system.tell(child, ExitRequest{});
        system.tell(child, ExitRequest{});

        REQUIRE(system.shut_down(patience));
        CHECK(system.counters().delivered >= 1);
    });
}

TEST_CASE("exit() ends the actor after the handler that calls it", "[A5]") {
    on_every_base([](System& system) {
        const auto child = system.create<Child>();

        system.tell(child, Leave{});

        CHECK(is_dead(system, child));
    });
}

TEST_CASE("an actor that calls exit() in its constructor has run, and is gone", "[A5]") {
    on_every_base([](System& system) {
        const auto created = system.create<ExitsInConstructor>();

        REQUIRE(created);
        CHECK(is_dead(system, created));
    });
}

}  // namespace zanni
