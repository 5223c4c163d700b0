#pragma once

#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

#include <zanni/actor_system.hpp>

/// Actors whose births and deaths the tests watch.
namespace zanni::test {

/// To a Parent: create a child of that kind, reply with its address, and send it so many numbers, from 1 on.
struct Make {
    std::string kind;
    int numbers = 0;
};
/// To a Parent: tell this one of every ChildExited from now on.
struct Watch {
    Address by;
};
struct Watching {};
/// To a Parent: how many children have you heard the end of?
struct CountEnds {};
/// To anybody: end with exit(), in the handler.
struct Leave {};
/// To anybody: are you there? Replies with the address.
struct Knock {};

/// Keeps the numbers it gets.
class Child : public Actor {
public:
    void number(const int& number) { numbers_.push_back(number); }
    Address knock(const Knock&) { return address(); }
    std::vector<int> numbers(const CountEnds&) { return numbers_; }
    void leave(const Leave&) { exit(); }
    using Behavior = zanni::Behavior<&Child::number, &Child::knock, &Child::numbers, &Child::leave>;

private:
    std::vector<int> numbers_;
};

class ThrowsInConstructor : public Child {
public:
    ThrowsInConstructor() { throw std::runtime_error("no bread in the house"); }
};

class ThrowsIntInConstructor : public Child {
public:
    ThrowsIntInConstructor() { throw 1; }
};

class ExitsInConstructor : public Child {
public:
    ExitsInConstructor() { exit(); }
};

class NeedsOven : public Child {
public:
    static Requirements requirements() { return {{"Oven", true}}; }
};

class Parent : public Actor {
public:
    Address make(const Make& order) {
        const Address child = born(order.kind);
        for (int number = 1; number <= order.numbers; ++number) send(child, number);
        return child;
    }
    Watching watch(const Watch& watch) {
        watcher_ = watch.by;
        return {};
    }
    void ended(const ChildExited& end) {
        ++ends_;
        if (watcher_) send(watcher_, end);
    }
    int count(const CountEnds&) const { return ends_; }
    Address knock(const Knock&) { return address(); }
    void leave(const Leave&) { exit(); }
    using Behavior =
        zanni::Behavior<&Parent::make, &Parent::watch, &Parent::ended, &Parent::count, &Parent::knock, &Parent::leave>;

private:
    Address born(const std::string& kind) {
        if (kind == "parent") return create<Parent>();
        if (kind == "throws") return create<ThrowsInConstructor>();
        if (kind == "throws int") return create<ThrowsIntInConstructor>();
        if (kind == "exits") return create<ExitsInConstructor>();
        if (kind == "needs oven") return create<NeedsOven>();
        if (kind == "child") return create<Child>();
        return create(kind);
    }

    Address watcher_;
    int ends_ = 0;
};

/// A child of `parent`, which has to be a Parent.
inline Address make_child(System& system, const Address& parent, const std::string& kind, int numbers = 0) {
    return system.ask<Address>(parent, Make{kind, numbers}, std::chrono::seconds(30)).value();
}

/// From now on the endpoint hears of the ends of the children of `parent`, a Parent.
inline void watch(PrivateEndpoint& endpoint, const Address& parent) {
    endpoint.ask<Watching>(parent, Watch{endpoint.address()}, std::chrono::seconds(30)).value();
}

}  // namespace zanni::test
