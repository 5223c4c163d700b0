#include <catch2/catch.hpp>

#include "puppet.hpp"

namespace zanni {

namespace {

using namespace test;

struct Shape {
    std::string name;
};
struct Round : Shape {
    static constexpr auto message_name = "test.Round";
    int radius = 0;
    using message_base = Shape;
    static auto fields(auto& self) { return std::tie(self.name, self.radius); }
};
struct Circle : Round {
    static constexpr auto message_name = "test.Circle";
    int colour = 0;
    using message_base = Round;
    static auto fields(auto& self) { return std::tie(self.name, self.radius, self.colour); }
};
struct Other {};

Circle circle(const std::string& passes) {
    Circle circle;
    circle.name = passes;
    circle.radius = 2;
    circle.colour = 3;
    return circle;
}

bool passes(const Shape& shape, const char* by) { return shape.name.find(by) != std::string::npos; }

/// Each handler notes that it was asked, and passes what names it.
class Choosy : public Actor {
public:
    OrPass<Done> circle(const Circle& circle) { return declined<Done>(circle, "circle"); }
    OrPass<Done> round(const Round& round) { return declined<Done>(round, "round"); }
    OrPass<Done> shape(Shape shape) noexcept { return declined<Done>(shape, "shape"); }
    OrPass<Done> any(const AnyMessage& any) {
        note("any " + any.name);
        if (any.is<Circle>() && passes(any.as<Circle>().value(), "any")) return Pass{};
        return Done{};
    }
    using Behavior = zanni::Behavior<&Choosy::circle, &Choosy::round, &Choosy::shape, &Choosy::any>;

private:
    template <class Reply>
    OrPass<Reply> declined(const Shape& shape, const char* who) {
        note(who);
        if (passes(shape, (std::string("fails in ") + who).c_str())) throw std::runtime_error(who);
        if (passes(shape, who)) return Pass{};
        return Reply{};
    }
};

/// Takes what it gets by value and noexcept, and passes it.
class Taker : public Actor {
public:
    OrPass<Done> circle(Circle circle) noexcept {
        note("circle " + std::exchange(circle.name, {}));
        return Pass{};
    }
    void shape(const Shape& shape) { note("shape " + shape.name); }
    using Behavior = zanni::Behavior<&Taker::circle, &Taker::shape>;
};

struct Open {};
struct Shut {};
struct Visit {
    int number = 0;
};
/// Lets nobody in before it opens.
class Door : public Actor {
public:
    Door() { become(zanni::Behavior<&Door::wait, &Door::open>{}); }
    void visit(const Visit& visit) { note("visit " + std::to_string(visit.number)); }
    void wait(const Visit&) { stash(); }
    void open(const Open&) {
        unbecome();
        unstash();
    }
    void shut(const Shut&) { become(zanni::Behavior<&Door::wait, &Door::open>{}); }
    Done knock(const Done&) { return {}; }
    using Behavior = zanni::Behavior<&Door::visit, &Door::shut, &Door::knock>;
};

}  // namespace

TEST_CASE("a message that is passed goes to its base's handler, the base's base's, the generic one, and nobody",
          "[B2]") {
    play([](System& system) {
        const auto choosy = system.create<Choosy>();
        const auto asked = [&](const std::string& passed) {
            Stage::current().clear();
            static_cast<void>(system.ask<Done>(choosy, circle(passed), patience));
            return notes();
        };

        CHECK(asked("") == Notes{"circle"});
        CHECK(asked("circle") == Notes{"circle", "round"});
        CHECK(asked("circle round") == Notes{"circle", "round", "shape"});
        CHECK(asked("circle round shape") == Notes{"circle", "round", "shape", "any test.Circle"});
        system.tell(choosy, circle("circle round shape any"));
        CHECK(comes_true(system, [&] { return system.counters().unhandled == 1; }));
    });
}

TEST_CASE("a handler on the way that throws twice poisons the message: nobody else gets it", "[B2][B3]") {
    play([](System& system) {
        const auto choosy = system.create<Choosy>();

        const auto failed = system.ask<Done>(choosy, circle("circle, fails in round"), patience);

        REQUIRE_FALSE(failed);
        CHECK(failed.error() == Error{Error::poison, "round"});
        CHECK(notes() == Notes{"circle", "round", "round"});
    });
}

TEST_CASE("a handler that took a message by value and passes it leaves the next one all of it", "[B2][B1]") {
    play([](System& system) {
        const auto taker = system.create<Taker>();

        system.tell(taker, circle("a name that is too long to lie in the string itself"));

        REQUIRE(comes(system, "shape a name that is too long to lie in the string itself"));
    });
}

TEST_CASE("what was stashed is handled in its order, before what came later", "[B11]") {
    play_in_order([](System& system) {
        const auto door = system.create<Door>();
        auto endpoint = system.private_endpoint();

        for (int number = 1; number <= 3; ++number) endpoint.tell(door, Visit{number});
        endpoint.tell(door, Open{});
        endpoint.tell(door, Visit{4});
        endpoint.tell(door, Shut{});
        endpoint.tell(door, Visit{5});
        endpoint.tell(door, Visit{6});
        endpoint.tell(door, Open{});
        endpoint.tell(door, Done{});

        REQUIRE(endpoint.listen<Done>(patience));
        CHECK(notes() == Notes{"visit 1", "visit 2", "visit 3", "visit 4", "visit 5", "visit 6"});
    });
}

TEST_CASE("what is stashed again while it is taken up keeps its order", "[B11]") {
    play_in_order([](System& system) {
        const auto door = system.create<Door>();
        auto endpoint = system.private_endpoint();
        for (int number = 1; number <= 2; ++number) endpoint.tell(door, Visit{number});
        endpoint.tell(door, Open{});
        endpoint.tell(door, Shut{});
        endpoint.tell(door, Open{});
        for (int number = 3; number <= 4; ++number) endpoint.tell(door, Visit{number});
        endpoint.tell(door, Done{});

        REQUIRE(endpoint.listen<Done>(patience));
        CHECK(notes() == Notes{"visit 1", "visit 2", "visit 3", "visit 4"});
    });
}

TEST_CASE("unstash with nothing put aside does nothing, and a stash before an exception is none", "[B11][B3]") {
    play([](System& system) {
        const auto puppet = make_puppet(system, "p");
        have(system, puppet, [](Puppet& me) { me.unstash(); });
        system.tell(puppet, Stage::current().act([](Puppet& me) {
            me.says("attempt");
            me.stash();
            throw std::runtime_error("after stash");
        }));
        REQUIRE(comes(system, "p: attempt", 2));
        have(system, puppet, [](Puppet& me) { me.unstash(); });
        have(system, puppet, [](Puppet&) {});

        CHECK(Stage::current().count("p: attempt") == 2);
    });
}

TEST_CASE("what was become doesn't take the messages of the type's own Behavior", "[B11][B2]") {
    play([](System& system) {
        const auto door = system.create<Door>();

        CHECK_FALSE(system.ask<Done>(door, Done{}, 200ms));

        CHECK(system.counters().unhandled == 1);
    });
}

}  // namespace zanni
