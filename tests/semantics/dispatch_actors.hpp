#pragma once

#include <string>
#include <tuple>

#include "notebook.hpp"

namespace zanni::semantics {

struct Shape {
    std::string name;
};
struct Circle : Shape {
    double radius = 0;

    static constexpr auto message_name = "zanni.semantics.Circle";
    using message_base = Shape;
    static auto fields(auto& self) { return std::tie(self.name, self.radius); }
};
struct Ring : Circle {
    double inner_radius = 0;

    static constexpr auto message_name = "zanni.semantics.Ring";
    using message_base = Circle;
    static auto fields(auto& self) { return std::tie(self.name, self.radius, self.inner_radius); }
};
struct Square : Shape {
    double side = 0;

    static constexpr auto message_name = "zanni.semantics.Square";
    using message_base = Shape;
    static auto fields(auto& self) { return std::tie(self.name, self.side); }
};

/// Says who took the message.
class Taker : public Actor {
public:
    std::string shape(const Shape& shape) { return "shape " + shape.name; }
    std::string circle(const Circle& circle) { return "circle " + circle.name; }
    std::string any(const AnyMessage& message) {
        const auto say = message.as<Say>();
        return say ? "any " + say->text : "any";
    }
    using Behavior = zanni::Behavior<&Taker::any, &Taker::shape, &Taker::circle>;
};

/// The same, but each handler declines what doesn't have its own name in it.
class PickyTaker : public Actor {
public:
    OrPass<std::string> shape(const Shape& shape) {
        if (shape.name.find("shape") == std::string::npos) return Pass{};
        return "shape " + shape.name;
    }
    OrPass<std::string> circle(const Circle& circle) {
        if (circle.name.find("circle") == std::string::npos) return Pass{};
        return "circle " + circle.name;
    }
    OrPass<std::string> any(const AnyMessage& message) {
        const auto circle = message.as<Circle>();
        if (!circle || circle->name.find("any") == std::string::npos) return Pass{};
        return "any " + circle->name;
    }
    Address knock(const Knock&) { return address(); }
    using Behavior = zanni::Behavior<&PickyTaker::shape, &PickyTaker::circle, &PickyTaker::any, &PickyTaker::knock>;
};

/// Opens the door to who says so; until then whoever wants in waits.
class Door : public Notebook {
public:
    void closed_say(const Say& say) {
        if (say.text != "open") return stash();
        unstash();
        become(Open{});
    }
    void open_say(const Say& say) {
        if (say.text == "close") return unbecome();
        note(say.text);
    }
    using Open = zanni::Behavior<&Door::open_say, &Door::await_notes, &Door::fail>;
    using Behavior = zanni::Behavior<&Door::closed_say, &Door::await_notes, &Door::fail>;
};

}  // namespace zanni::semantics
