#include <catch2/catch.hpp>

#include <thread>

#include <zanni/actor.hpp>

#include "bases.hpp"

namespace zanni {

namespace {

using test::on_every_base;
using test::on_immediate_bases;
using test::on_threads;
using test::patience;

struct Add {
    int amount = 0;
};
struct Total {};

/// Looks for a second handler at work next to the one that runs.
class Account : public Actor {
public:
    void add(const Add& add) {
        overlapped_ |= std::exchange(busy_, true);
        total_ += add.amount;
        busy_ = false;
    }
    int total(const Total&) const { return overlapped_ ? -1 : total_; }
    using Behavior = zanni::Behavior<&Account::add, &Account::total>;

private:
    bool busy_ = false;
    bool overlapped_ = false;
    int total_ = 0;
};

struct Pay {
    Address account;
    int times = 0;
};
struct Paid {};

class Payer : public Actor {
public:
    Paid pay(const Pay& pay) {
        for (int i = 0; i < pay.times; ++i) send(pay.account, Add{1});
        return {};
    }
    using Behavior = zanni::Behavior<&Payer::pay>;
};

struct WhoIsYourParent {
    Address reply_to;
};

class Child : public Actor {
public:
    void tell_parent(const WhoIsYourParent& question) { send(question.reply_to, parent()); }
    using Behavior = zanni::Behavior<&Child::tell_parent>;
};

class Creator : public Actor {
public:
    void create_child(const WhoIsYourParent& question) { send(create<Child>(), question); }
    using Behavior = zanni::Behavior<&Creator::create_child>;
};

struct AskTheTime {};

class Watch : public Actor {
public:
    std::int64_t time(const AskTheTime&) { return now().time_since_epoch().count(); }
    using Behavior = zanni::Behavior<&Watch::time>;
};

}  // namespace

TEST_CASE("an actor handles one message at a time and keeps its state between them", "[A1]") {
    on_immediate_bases([](System& system) {
        const auto account = system.create<Account>();
        std::vector<Address> payers;
        for (int i = 0; i < 4; ++i) payers.push_back(system.create<Payer>());

        auto endpoint = system.private_endpoint();
        for (const Address& payer : payers) endpoint.tell(payer, Pay{account, 500});
        for (std::size_t i = 0; i < payers.size(); ++i) REQUIRE(endpoint.listen<Paid>(patience));

        CHECK(system.ask<int>(account, Total{}, patience) == 2'000);
    });
}

TEST_CASE("an actor may be told things by several threads at once", "[A1]") {
    on_threads([](System& system) {
        const auto account = system.create<Account>();

        std::vector<std::thread> threads;
        for (int i = 0; i < 4; ++i)
            threads.emplace_back([&] {
                for (int told = 0; told < 500; ++told) system.tell(account, Add{1});
            });
        for (auto& thread : threads) thread.join();

        CHECK(system.ask<int>(account, Total{}, patience) == 2'000);
    });
}

TEST_CASE("an actor's parent is the actor that created it, and none for one created from outside", "[A1]") {
    on_every_base([](System& system) {
        const auto creator = system.create<Creator>();
        const auto top_level = system.create<Child>();
        auto endpoint = system.private_endpoint();

        system.tell(creator, WhoIsYourParent{endpoint.address()});
        const auto parent = endpoint.listen<Address>(patience);
        system.tell(top_level, WhoIsYourParent{endpoint.address()});
        const auto none = endpoint.listen<Address>(patience);

        CHECK(parent == creator.value());
        CHECK(none == Address{});
    });
}

TEST_CASE("an actor reads the time of its system, which a test moves by hand", "[A1]") {
    SteppedSystem system;
    const auto watch = system.create<Watch>();

    const auto before = system.ask<std::int64_t>(watch, AskTheTime{}, patience);
    system.clock().advance(std::chrono::seconds(2));
    const auto after = system.ask<std::int64_t>(watch, AskTheTime{}, patience);

    CHECK(after.value() - before.value() == 2'000'000'000);
}

}  // namespace zanni
