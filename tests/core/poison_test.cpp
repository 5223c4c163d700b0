#include <catch2/catch.hpp>

#include <stdexcept>

#include "bases.hpp"

namespace zanni {

namespace {

using namespace test;

struct Recipe {
    std::string dish;
    std::vector<int> weights;
    friend bool operator==(const Recipe&, const Recipe&) = default;
};
struct Burn {
    int attempts = 0;  ///< that fail
};
struct BurnWithInt {};
struct GetAttempts {};
struct Cooked {};

/// Fails on demand, and notes what it was given each time.
class Cook : public Actor {
public:
    Cooked cook(const Burn& burn) {
        if (++attempts_ <= burn.attempts) throw std::runtime_error("burnt");
        return {};
    }
    void cook_by_value(Recipe recipe) {
        ++attempts_;
        intact_ = intact_ && recipe == Recipe{"risotto", {1, 2, 3}};
        recipe.dish.clear();
        recipe.weights.clear();
        throw std::runtime_error("spilt");
    }
    void throw_int(const BurnWithInt&) {
        ++attempts_;
        throw 1;
    }
    void poisoned(const PoisonMessage&) {
        ++attempts_;
        throw std::runtime_error("poison is no food");
    }
    int attempts(const GetAttempts&) { return intact_ ? std::exchange(attempts_, 0) : -1; }
    using Behavior =
        zanni::Behavior<&Cook::cook, &Cook::cook_by_value, &Cook::throw_int, &Cook::poisoned, &Cook::attempts>;

private:
    int attempts_ = 0;
    bool intact_ = true;
};

struct Order {
    Address cook;
};
struct Complaint {
    std::string what;
    std::string type;
};

/// An actor whose message gets poisoned.
class Guest : public Actor {
public:
    void order(const Order& order, const Address& sender) {
        asker_ = sender;
        send(order.cook, Recipe{"risotto", {1, 2, 3}});
    }
    void poisoned(const PoisonMessage& poison) { send(asker_, Complaint{poison.what, poison.message.name}); }
    using Behavior = zanni::Behavior<&Guest::order, &Guest::poisoned>;

private:
    Address asker_;
};

}  // namespace

TEST_CASE("a handler that throws gets the message once more, and then nobody hears of it", "[B3]") {
    on_every_base([](System& system) {
        const auto cook = system.create<Cook>();

        const auto cooked = system.ask<Cooked>(cook, Burn{.attempts = 1}, patience);

        CHECK(cooked);
        CHECK(system.ask<int>(cook, GetAttempts{}, patience) == 2);
    });
}

TEST_CASE("a message on which a handler throws twice comes back, with the exception's text", "[B3]") {
    on_every_base([](System& system) {
        const auto cook = system.create<Cook>();
        auto endpoint = system.private_endpoint();

        endpoint.tell(cook, Burn{.attempts = 2});
        const auto poison = endpoint.listen<PoisonMessage>(patience);
        endpoint.tell(cook, BurnWithInt{});
        const auto of_int = endpoint.listen<PoisonMessage>(patience);

        REQUIRE(poison);
        CHECK(poison->what == "burnt");
        CHECK(poison->message.as<Burn>().value().attempts == 2);
        REQUIRE(of_int);
        CHECK(of_int->what == "an exception that is no std::exception");
        CHECK(of_int->message.is<BurnWithInt>());
        CHECK(system.ask<int>(cook, GetAttempts{}, patience) == 4);
    });
}

TEST_CASE("an ask whose message is poison fails at once, with the exception's text", "[B3]") {
    on_every_base([](System& system) {
        const auto cook = system.create<Cook>();

        const auto cooked = system.ask<Cooked>(cook, Burn{.attempts = 2}, patience);
        const auto asked_for_it = system.ask<PoisonMessage>(cook, BurnWithInt{}, patience);

        REQUIRE_FALSE(cooked);
        CHECK(cooked.error() == Error{Error::poison, "burnt"});
        CHECK(asked_for_it);
    });
}

TEST_CASE("the second attempt sees the message as it was sent, though the first took it by value", "[B3]") {
    on_every_base([](System& system) {
        const auto cook = system.create<Cook>();
        auto endpoint = system.private_endpoint();

        endpoint.tell(cook, Recipe{"risotto", {1, 2, 3}});
        const auto poison = endpoint.listen<PoisonMessage>(patience);

        REQUIRE(poison);
        CHECK(poison->message.as<Recipe>() == Recipe{"risotto", {1, 2, 3}});
        CHECK(system.ask<int>(cook, GetAttempts{}, patience) == 2);
    });
}

TEST_CASE("an actor gets its poisoned message back like anybody else", "[B3]") {
    on_every_base([](System& system) {
        const auto cook = system.create<Cook>();
        const auto guest = system.create<Guest>();

        const auto complaint = system.ask<Complaint>(guest, Order{cook}, patience);

        REQUIRE(complaint);
        CHECK(complaint->what == "spilt");
        CHECK(complaint->type == message_name<Recipe>());
    });
}

TEST_CASE("a poison message that fails is not returned again", "[B3]") {
    on_every_base([](System& system) {
        const auto cook = system.create<Cook>();
        auto endpoint = system.private_endpoint();

        endpoint.tell(cook, PoisonMessage{});
        const auto attempts = system.ask<int>(cook, GetAttempts{}, patience);

        CHECK(attempts == 2);
        REQUIRE(system.shut_down(patience));
        CHECK_FALSE(endpoint.listen<PoisonMessage>(0s));
    });
}

TEST_CASE("poison from a sender without an address ends with a log line", "[B3]") {
    on_every_base([](System& system) {
        const auto cook = system.create<Cook>();

        system.tell(cook, BurnWithInt{});

        CHECK(system.ask<int>(cook, GetAttempts{}, patience) == 2);
        CHECK(system.counters().dead_letters == 0);
    });
}

}  // namespace zanni
