#pragma once

#include <algorithm>
#include <deque>
#include <functional>
#include <map>
#include <mutex>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

#include "bases.hpp"

/// Actors that do what a test tells them, and a stage that notes what happens to them.
namespace zanni::test {

class Puppet;
using Act = std::function<void(Puppet&)>;

/// To a Puppet: do what lies in the script under that number. Made by Stage::act().
struct Do {
    std::uint64_t line = 0;
};
struct Done {};

/// What the puppets of one test case do and suffer. Threads: any.
class Stage {
public:
    static Stage& current() {
        static Stage stage;
        return stage;
    }
    void clear() {
        const std::scoped_lock lock(mutex_);
        script_.clear();
        notes_.clear();
        names_.clear();
        at_birth_ = nullptr;
    }
    Do act(Act act) {
        const std::scoped_lock lock(mutex_);
        script_.push_back(std::move(act));
        return {script_.size() - 1};
    }
    Act line(std::uint64_t number) {
        const std::scoped_lock lock(mutex_);
        return number < script_.size() ? script_[number] : Act{};
    }
    void call(const Address& address, const std::string& name) {
        const std::scoped_lock lock(mutex_);
        names_[address] = name;
    }
    std::string name_of(const Address& address) {
        const std::scoped_lock lock(mutex_);
        const auto found = names_.find(address);
        return found == names_.end() ? "?" : found->second;
    }
    void note(const std::string& text) {
        const std::scoped_lock lock(mutex_);
        notes_.push_back(text);
    }
    std::vector<std::string> notes() {
        const std::scoped_lock lock(mutex_);
        return notes_;
    }
    std::ptrdiff_t count(const std::string& text) {
        const auto all = notes();
        return std::ranges::count(all, text);
    }
    void set_at_birth(Act act) {
        const std::scoped_lock lock(mutex_);
        at_birth_ = std::move(act);
    }
    Act at_birth() {
        const std::scoped_lock lock(mutex_);
        return at_birth_;
    }

private:
    std::mutex mutex_;  // guards what follows
    std::deque<Act> script_;
    std::vector<std::string> notes_;
    std::map<Address, std::string> names_;
    Act at_birth_;
};

inline void note(const std::string& text) { Stage::current().note(text); }

/// Notes what it gets, as "name: what".
class Puppet : public Actor {
public:
    Puppet() {
        if (const Act act = Stage::current().at_birth()) act(*this);
    }
    using Actor::address;
    using Actor::cancel;
    using Actor::exit;
    using Actor::find;
    using Actor::handle_dead_letters;
    using Actor::link;
    using Actor::now;
    using Actor::parent;
    using Actor::send;
    using Actor::stash;
    using Actor::unbecome;
    using Actor::unlink;
    using Actor::unstash;
    using Actor::unwatch;
    using Actor::unwatch_fd;
    using Actor::update_capability;
    using Actor::wakeup_after;
    using Actor::wakeup_every;
    using Actor::watch;
    using Actor::watch_fd;

    template <class T>
    Address create(const CreateOptions& options = {}) {
        return Actor::create<T>(options);
    }
    /// Of a type that no program contains.
    Address create_far(const CreateOptions& options) { return Actor::create("far.Away", options); }
    template <auto... Functions>
    void become(zanni::Behavior<Functions...> behavior) {
        Actor::become(behavior);
    }

    void says(const std::string& what) { note(Stage::current().name_of(address()) + ": " + what); }
    static std::string of(const Address& other) { return Stage::current().name_of(other); }

    Done act(const Do& order) {
        if (const Act act = Stage::current().line(order.line)) act(*this);
        return {};
    }
    void number(const int& number) { says(std::to_string(number)); }
    void down(const Down& down) { says("down " + of(down.address)); }
    void child_exited(const ChildExited& end) { says("lost " + of(end.address)); }
    void wakeup(const Wakeup& wakeup) { says("wakeup " + std::to_string(wakeup.payload.as<int>().value_or(0))); }
    void dead_letter(const DeadLetter& letter) {
        says("dead letter " + letter.message.name + ": " + std::string(to_string(letter.reason)));
    }
    void poisoned(const PoisonMessage& poison) { says("poison " + poison.what); }
    void exiting(const ExitRequest&) { says("exits"); }
    using Behavior = zanni::Behavior<&Puppet::act, &Puppet::number, &Puppet::down, &Puppet::child_exited,
                                     &Puppet::wakeup, &Puppet::dead_letter, &Puppet::poisoned, &Puppet::exiting>;
};

/// Has a puppet do something, and waits until it has.
inline void have(System& system, const Address& puppet, Act act) {
    REQUIRE(system.ask<Done>(puppet, Stage::current().act(std::move(act)), patience));
}
/// What throws in each attempt.
inline Do failing(const std::string& what = "told to fail") {
    return Stage::current().act([what](Puppet&) { throw std::runtime_error(what); });
}
/// What has it fail, and waits until it has.
inline void have_fail(System& system, const Address& puppet) {
    const auto failed = system.ask<Done>(puppet, failing(), patience);
    REQUIRE_FALSE(failed);
    REQUIRE(failed.error().code == Error::poison);
}

inline Address make_puppet(System& system, const std::string& name, const CreateOptions& options = {}) {
    const Address made = system.create<Puppet>(options).value();
    Stage::current().call(made, name);
    return made;
}
/// A child of the parent's, named and running.
inline Address make_child_of(System& system, const Address& parent, const std::string& name,
                             const CreateOptions& options = {}) {
    Address made;
    have(system, parent, [&](Puppet& me) {
        made = me.create<Puppet>(options);
        Stage::current().call(made, name);
    });
    have(system, made, [](Puppet&) {});
    return made;
}

/// Lets the system run until that holds. Threads wait for it; where time is virtual, it passes when nothing else does.
template <class Condition>
bool comes_true(System& system, Condition condition) {
    const auto deadline = std::chrono::steady_clock::now() + patience;
    while (!condition()) {
        if (std::chrono::steady_clock::now() > deadline) return false;
        static_cast<void>(system.listen<Done>(1ms));
    }
    return true;
}
inline bool comes(System& system, const std::string& text, std::ptrdiff_t times = 1) {
    return comes_true(system, [&] { return Stage::current().count(text) >= times; });
}

/// The case on a stage of its own, on every base.
template <class Case>
void play(Case run) {
    on_every_base([&](System& system) {
        Stage::current().clear();
        run(system);
    });
}
/// The same where one sender may rely on what another has sent before.
template <class Case>
void play_in_order(Case run) {
    on_immediate_bases([&](System& system) {
        Stage::current().clear();
        run(system);
    });
}

inline std::vector<std::string> notes() { return Stage::current().notes(); }
using Notes = std::vector<std::string>;

}  // namespace zanni::test
