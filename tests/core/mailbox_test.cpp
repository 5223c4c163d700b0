#include <catch2/catch.hpp>

#include <atomic>
#include <thread>
#include <vector>

#include "numbers_in_mailbox.hpp"

namespace zanni::detail {

namespace {

using namespace test;

std::vector<int> rest_of(Mailbox& mailbox) {
    std::vector<int> numbers;
    while (const auto envelope = mailbox.take_rest()) numbers.push_back(number_in(envelope));
    return numbers;
}

}  // namespace

TEST_CASE("a mailbox is closed until it is opened, and refuses what is pushed") {
    Mailbox mailbox;

    CHECK(push(mailbox, 1) == Pushed::closed);
    mailbox.open();
    CHECK(push(mailbox, 2) == Pushed::queued);

    CHECK(number_in(mailbox.pop()) == 2);
}

TEST_CASE("a mailbox gives envelopes in the order they came, however pushes and pops alternate") {
    Mailbox mailbox;
    mailbox.open();

    push(mailbox, 1);
    push(mailbox, 2);
    CHECK(number_in(mailbox.pop()) == 1);
    push(mailbox, 3);
    push(mailbox, 4);

    CHECK(number_in(mailbox.pop()) == 2);
    CHECK(number_in(mailbox.pop()) == 3);
    CHECK(number_in(mailbox.pop()) == 4);
    CHECK_FALSE(mailbox.pop());
}

TEST_CASE("only the push that finds the actor idle has to schedule it") {
    Mailbox mailbox;
    mailbox.open();

    REQUIRE(mailbox.try_idle());

    CHECK(push(mailbox, 1) == Pushed::wake);
    CHECK(push(mailbox, 2) == Pushed::queued);
    mailbox.close();
    CHECK(rest_of(mailbox) == std::vector{1, 2});
}

TEST_CASE("an actor whose mailbox holds something can't go idle") {
    Mailbox mailbox;
    mailbox.open();
    push(mailbox, 1);
    push(mailbox, 2);

    CHECK_FALSE(mailbox.try_idle());
    REQUIRE(mailbox.pop());
    CHECK_FALSE(mailbox.try_idle());  // the second has been taken from the pushers, but not popped
    REQUIRE(mailbox.pop());
    CHECK(mailbox.try_idle());
}

TEST_CASE("a mailbox that closes gives back what it holds, in order, and refuses the rest") {
    Mailbox mailbox;
    mailbox.open();
    for (int number = 1; number <= 3; ++number) push(mailbox, number);
    REQUIRE(number_in(mailbox.pop()) == 1);
    for (int number = 4; number <= 5; ++number) push(mailbox, number);

    mailbox.close();

    CHECK(push(mailbox, 6) == Pushed::closed);
    CHECK(rest_of(mailbox) == std::vector{2, 3, 4, 5});
}

TEST_CASE("a mailbox may close when it is idle, when it is empty and twice") {
    Mailbox mailbox;
    mailbox.open();
    REQUIRE(mailbox.try_idle());
    mailbox.close();
    mailbox.close();
    CHECK(rest_of(mailbox).empty());

    mailbox.open();
    mailbox.close();

    CHECK(rest_of(mailbox).empty());
    CHECK(push(mailbox, 1) == Pushed::closed);
}

TEST_CASE("several pushers and one consumer that goes idle lose nothing and keep each pusher's order") {
    constexpr int pushers = 3;
    constexpr int each = 20'000;
    Mailbox mailbox;
    mailbox.open();
    std::atomic<int> wakes{1};  // the actor counts as scheduled at first
    std::vector<std::thread> threads;
    for (int pusher = 0; pusher < pushers; ++pusher)
        threads.emplace_back([&, pusher] {
            for (int i = 0; i < each; ++i)
                if (push(mailbox, pusher * each + i) == Pushed::wake) ++wakes;
        });

    std::vector<int> next(pushers, 0);
    bool in_order = true;
    for (int popped = 0; popped < pushers * each;) {
        if (wakes.load() == 0) {
            std::this_thread::yield();
            continue;
        }
        while (const auto envelope = mailbox.pop()) {
            const int number = number_in(envelope);
            in_order = in_order && number % each == next[number / each]++;
            ++popped;
        }
        if (mailbox.try_idle()) --wakes;
    }
    for (auto& thread : threads) thread.join();

    CHECK(in_order);
    CHECK(next == std::vector<int>(pushers, each));
    CHECK(wakes.load() <= 1);
}

TEST_CASE("what is pushed while a mailbox closes is either given back or refused") {
    for (int round = 0; round < 200; ++round) {
        Mailbox mailbox;
        mailbox.open();
        std::atomic<int> taken{0};
        std::thread pusher([&] {
            while (push(mailbox, 1) != Pushed::closed) ++taken;
        });
        while (taken.load() == 0) std::this_thread::yield();

        mailbox.close();
        pusher.join();

        REQUIRE(static_cast<int>(rest_of(mailbox).size()) == taken.load());
    }
}

}  // namespace zanni::detail
