#include <catch2/catch.hpp>

#include "bases.hpp"
#include "household.hpp"

namespace zanni {

namespace {

using namespace test;

/// Makes a child that outlives its constructor, then fails to start.
class FailsAfterCreating : public Actor {
public:
    FailsAfterCreating() {
        create<Child>();
        throw std::runtime_error("too late");
    }
    int number(const int& number) { return number; }
    using Behavior = zanni::Behavior<&FailsAfterCreating::number>;
};

/// Says goodbye when it goes, so that a test sees the order of ends.
class Polite : public Actor {
public:
    ~Polite() override { send(witness_, name_); }
    void meet(const Watch& watch) { witness_ = watch.by; }
    void called(const std::string& name) { name_ = name; }
    Address child(const Make&) {
        const Address child = create<Polite>();
        send(child, Watch{witness_});
        send(child, "child of " + name_);
        return child;
    }
    void ended(const ChildExited&) { send(witness_, "unexpected: an exiting actor handles no more messages"); }
    using Behavior = zanni::Behavior<&Polite::meet, &Polite::called, &Polite::child, &Polite::ended>;

private:
    Address witness_;
    std::string name_;
};

}  // namespace

TEST_CASE("a parent hears of its child's end exactly once, whatever ends it", "[A6]") {
    on_every_base([](System& system) {
        const auto parent = system.create<Parent>();
        auto endpoint = system.private_endpoint();
        watch(endpoint, parent);

        for (int way = 0; way < 3; ++way) {
            const Address child = make_child(system, parent, way == 2 ? "exits" : "child");
            if (way == 0) system.tell(child, ExitRequest{});
            if (way == 1) system.tell(child, Leave{});
            const auto end = endpoint.listen<ChildExited>(patience);
            REQUIRE(end);
            CHECK(end->address == child);
            CHECK(end->cause == ExitCause{});
        }

        CHECK(system.ask<int>(parent, CountEnds{}, patience) == 3);
        REQUIRE(system.shut_down(patience));
        CHECK_FALSE(endpoint.listen<ChildExited>(0s));
    });
}

TEST_CASE("only its parent hears of a grandchild's end", "[A6]") {
    on_every_base([](System& system) {
        const auto top = system.create<Parent>();
        const Address parent = make_child(system, top, "parent");
        const Address child = make_child(system, parent, "parent");
        const Address grandchild = make_child(system, child, "child");
        auto endpoint = system.private_endpoint();
        watch(endpoint, child);

        system.tell(grandchild, ExitRequest{});

        CHECK(endpoint.listen<ChildExited>(patience).value().address == grandchild);
        CHECK(system.ask<int>(child, CountEnds{}, patience) == 1);
        CHECK(system.ask<int>(parent, CountEnds{}, patience) == 0);
        CHECK(system.ask<int>(top, CountEnds{}, patience) == 0);
    });
}

TEST_CASE("a parent hears of each of many children once", "[A6]") {
    on_every_base([](System& system) {
        constexpr int count = 200;
        const auto parent = system.create<Parent>();
        auto endpoint = system.private_endpoint();
        watch(endpoint, parent);
        std::vector<Address> children;
        for (int i = 0; i < count; ++i) children.push_back(make_child(system, parent, "child"));

        for (const Address& child : children) system.tell(child, ExitRequest{});
        std::vector<Address> ended;
        for (int i = 0; i < count; ++i) ended.push_back(endpoint.listen<ChildExited>(patience).value().address);

        std::ranges::sort(ended);
        std::ranges::sort(children);
        CHECK(ended == children);
        CHECK(system.ask<int>(parent, CountEnds{}, patience) == count);
    });
}

TEST_CASE("an exit notice that anybody could have sent is not believed", "[A6]") {
    on_every_base([](System& system) {
        const auto parent = system.create<Parent>();
        const Address stranger = system.create<Child>();

        system.tell(parent, ChildExited{stranger, {}});

        CHECK(system.ask<int>(parent, CountEnds{}, patience) == 0);
    });
}

TEST_CASE("an actor whose children are ending ends after them", "[A6]") {
    on_every_base([](System& system) {
        const auto grandparent = system.create<Parent>();
        auto ends = system.private_endpoint();
        watch(ends, grandparent);
        const Address parent = make_child(system, grandparent, "parent");
        const Address child = make_child(system, parent, "child", 3);

        system.tell(parent, ExitRequest{});
        const auto end = ends.listen<ChildExited>(patience);
        const auto answer = system.ask<Address>(child, Knock{}, patience);

        CHECK(end.value().address == parent);
        REQUIRE_FALSE(answer);
        CHECK(answer.error().code == Error::dead_target);
    });
}

TEST_CASE("an actor is destroyed before its children are, and may send while it is", "[A6]") {
    on_every_base([](System& system) {
        auto endpoint = system.private_endpoint();
        const auto polite = system.create<Polite>();
        system.tell(polite, Watch{endpoint.address()});
        system.tell(polite, "Pantalone");
        REQUIRE(system.ask<Address>(polite, Make{}, patience));

        system.tell(polite, ExitRequest{});

        CHECK(endpoint.listen<std::string>(patience) == "Pantalone");
        CHECK(endpoint.listen<std::string>(patience) == "child of Pantalone");
    });
}

TEST_CASE("the children of an actor that fails to start end with it", "[A6]") {
    on_every_base([](System& system) {
        const auto created = system.create<FailsAfterCreating>();

        REQUIRE_FALSE(created);
        CHECK(created.error() == Error{Error::start_failed, "too late"});
        CHECK(system.actor_count() <= 1);  // the one whose end we have just heard of may still be leaving
    });
}

TEST_CASE("causes of ends read as a person would say them", "[A6]") {
    CHECK(ExitCause{}.to_string() == "requested");
    CHECK(ExitCause{ExitCause::signal, 9, {}}.to_string() == "signal 9 (Killed)");
    CHECK(ExitCause{ExitCause::start_failure, 0, "no bread"}.to_string() == "start failure: no bread");
    CHECK(ExitCause{ExitCause::host_lost, 0, "silent for 5 s"}.to_string() == "host lost: silent for 5 s");
    CHECK(ExitCause{ExitCause::process_exit, 3, {}}.to_string() == "process exit, status 3");
    CHECK(ExitCause{ExitCause::out_of_memory, 0, {}}.to_string() == "out of memory");
}

}  // namespace zanni
