#include <catch2/catch.hpp>

#include <map>

#include "bases.hpp"
#include "same_name.hpp"

namespace zanni {

namespace {

using namespace test;

struct Shout {
    std::string text;
};
struct Whisper {
    std::string text;
};
struct Sing {
    std::string text;
};
struct Hum {
    std::string text;
};
struct Unknown {};
struct Heard {
    std::string text;
    Address from;
};

/// A handler of each of the four shapes; some const, some noexcept.
class Listener : public Actor {
public:
    Heard shout(const Shout& shout) { return {shout.text + "!", {}}; }
    Heard whisper(Whisper whisper) noexcept { return {std::move(whisper.text), {}}; }
    Heard sing(const Sing& sing, const Address& sender) const { return {sing.text, sender}; }
    Heard hum(Hum hum, const Address& sender) const noexcept { return {std::move(hum.text), sender}; }
    using Behavior = zanni::Behavior<&Listener::shout, &Listener::whisper, &Listener::sing, &Listener::hum>;
};

/// Takes its message by value and changes it.
class Greedy : public Actor {
public:
    std::string eat(std::string meal) {
        meal += " eaten";
        return meal;
    }
    std::map<std::string, int> take(std::map<std::string, int> larder) noexcept {
        larder.clear();
        return larder;
    }
    using Behavior = zanni::Behavior<&Greedy::eat, &Greedy::take>;
};

struct Share {
    Address with;
};

/// Sends the same values to another, and keeps its own.
class Host : public Actor {
public:
    std::string share(const Share& share) {
        const std::string meal = "polenta";
        std::map<std::string, int> larder{{"eggs", 12}};
        send(share.with, meal);
        send(share.with, larder);
        return meal + " " + std::to_string(larder["eggs"]);
    }
    using Behavior = zanni::Behavior<&Host::share>;
};

class Speaks : public Actor {
public:
    std::string name(const Unknown&) { return "base"; }
    using Behavior = zanni::Behavior<&Speaks::name>;
};

/// Uses a handler that it inherits.
class Inherits : public Speaks {
public:
    int number(const int& number) { return number + 1; }
    using Behavior = zanni::Behavior<&Inherits::name, &Inherits::number>;
};

}  // namespace

TEST_CASE("a message goes to the handler of its exact type, whatever the handler's shape", "[B2]") {
    on_every_base([](System& system) {
        const auto listener = system.create<Listener>();
        auto endpoint = system.private_endpoint();

        const auto shout = endpoint.ask<Heard>(listener, Shout{"ho"}, patience);
        const auto whisper = endpoint.ask<Heard>(listener, Whisper{"psst"}, patience);
        const auto sing = endpoint.ask<Heard>(listener, Sing{"la"}, patience);
        endpoint.tell(listener, Hum{"mm"});
        const auto hum = endpoint.listen<Heard>(patience);

        CHECK(shout.value().text == "ho!");
        CHECK(whisper.value().text == "psst");
        CHECK(sing.value().text == "la");
        CHECK(sing.value().from);
        CHECK(hum.value().text == "mm");
        CHECK(hum.value().from == endpoint.address());
    });
}

TEST_CASE("a handler that takes its message by value may change it", "[B1]") {
    on_every_base([](System& system) {
        const auto greedy = system.create<Greedy>();
        const std::string meal = "polenta";

        const auto first = system.ask<std::string>(greedy, meal, patience);
        const auto second = system.ask<std::string>(greedy, "gnocchi", patience);

        CHECK(first == "polenta eaten");
        CHECK(second == "gnocchi eaten");
        CHECK(meal == "polenta");
    });
}

TEST_CASE("what a receiver does to its message doesn't change what the sender keeps", "[B1]") {
    on_every_base([](System& system) {
        const auto greedy = system.create<Greedy>();
        const auto host = system.create<Host>();

        CHECK(system.ask<std::string>(host, Share{greedy}, patience) == "polenta 12");
    });
}

TEST_CASE("nobody is replied to when nobody asked", "[B1]") {
    on_every_base([](System& system) {
        const auto listener = system.create<Listener>();

        system.tell(listener, Shout{"ho"});

        REQUIRE(system.shut_down(patience));
        CHECK(system.counters().dead_letters == 0);
        CHECK_FALSE(system.listen<Heard>(0s));
    });
}

TEST_CASE("a message without a handler is counted as unhandled, and the actor goes on", "[B2]") {
    on_every_base([](System& system) {
        const auto listener = system.create<Listener>();

        system.tell(listener, Unknown{});
        system.tell(listener, "text");
        const auto answer = system.ask<Heard>(listener, Shout{"ho"}, patience);

        CHECK(answer);
        CHECK(system.counters().unhandled == 2);
    });
}

TEST_CASE("a behaviour may list handlers of a base class", "[B2]") {
    on_every_base([](System& system) {
        const auto inherits = system.create<Inherits>();

        CHECK(system.ask<std::string>(inherits, Unknown{}, patience) == "base");
        CHECK(system.ask<int>(inherits, 1, patience) == 2);
    });
}

TEST_CASE("structs and actors of one name in two files' unnamed namespaces are not taken for each other", "[B2]") {
    on_every_base([](System& system) {
        const auto of_text = create_keeper_of_text(system);
        const auto of_number = create_keeper_of_number(system);
        tell_local_text(system, of_text, "mine");
        tell_local_number(system, of_number, 7);

        tell_local_number(system, of_text, 8);
        tell_local_text(system, of_number, "yours");

        CHECK(system.ask<Kept>(of_text, GetKept{}, patience) == Kept{"mine", 0});
        CHECK(system.ask<Kept>(of_number, GetKept{}, patience) == Kept{"", 7});
    });
}

}  // namespace zanni
