#include <catch2/catch.hpp>

#include <atomic>
#include <thread>
#include <vector>

#include "numbers_in_mailbox.hpp"

namespace zanni::detail {

namespace {

using namespace test;

/// Puts these before all others.
void put_first(Mailbox& mailbox, const std::vector<int>& numbers) {
    Envelope* first = nullptr;
    Envelope* last = nullptr;
    for (const int number : numbers) {
        Envelope* const envelope = make_envelope(Address{}, Address{}, number).release();
        envelope->next = nullptr;
        (last ? last->next : first) = envelope;
        last = envelope;
    }
    mailbox.put_first(first, last, static_cast<std::uint32_t>(numbers.size()));
}

std::vector<int> pop_all(Mailbox& mailbox) {
    std::vector<int> numbers;
    while (const auto envelope = mailbox.pop()) numbers.push_back(number_in(envelope));
    return numbers;
}

}  // namespace

TEST_CASE("a mailbox knows how many wait, those that the consumer has taken over included") {
    Mailbox mailbox;
    CHECK(mailbox.depth() == 0);
    mailbox.open();

    for (int number = 1; number <= 3; ++number) push(mailbox, number);
    CHECK(mailbox.depth() == 3);
    REQUIRE(mailbox.pop());
    CHECK(mailbox.depth() == 2);
    push(mailbox, 4);
    CHECK(mailbox.depth() == 3);
    put_first(mailbox, {5, 6});
    CHECK(mailbox.depth() == 5);
    pop_all(mailbox);
    CHECK(mailbox.depth() == 0);

    push(mailbox, 7);
    mailbox.close();
    REQUIRE(mailbox.take_rest());
    CHECK(mailbox.depth() == 0);
}

TEST_CASE("a mailbox counts what was pushed over its word's count no further, and loses none of it") {
    Mailbox mailbox;
    mailbox.open();
    constexpr int pushed = static_cast<int>(Mailbox::counted_max) + 10;

    for (int number = 1; number <= pushed; ++number) push(mailbox, number);

    CHECK(mailbox.depth() == Mailbox::counted_max);
    REQUIRE(number_in(mailbox.pop()) == 1);
    CHECK(mailbox.depth() == pushed - 1);  // exact, once the consumer has taken them
    const auto rest = pop_all(mailbox);
    CHECK(rest.size() == pushed - 1);
    CHECK(rest.back() == pushed);
}

TEST_CASE("what is put first comes before what has waited, in its own order") {
    Mailbox mailbox;
    mailbox.open();
    push(mailbox, 3);
    push(mailbox, 4);
    REQUIRE(mailbox.pop());  // 3; so 4 is the consumer's, and 5 is not
    push(mailbox, 5);

    put_first(mailbox, {1, 2});

    CHECK(pop_all(mailbox) == std::vector{1, 2, 4, 5});
}

TEST_CASE("what is put into an empty mailbox first keeps its actor from going idle") {
    Mailbox mailbox;
    mailbox.open();

    put_first(mailbox, {1});

    CHECK_FALSE(mailbox.try_idle());
    CHECK(pop_all(mailbox) == std::vector{1});
    CHECK(mailbox.try_idle());
}

TEST_CASE("messages are taken out of the middle, wherever they wait, and the rest stays in order") {
    Mailbox mailbox;
    mailbox.open();
    for (int number = 1; number <= 3; ++number) push(mailbox, number);
    REQUIRE(mailbox.pop());  // 1
    for (int number = 4; number <= 6; ++number) push(mailbox, number);
    std::vector<int> removed;

    mailbox.remove_if([](Envelope& envelope) { return *envelope.get<int>() % 2 == 0; },
                      [&](EnvelopePtr envelope) { removed.push_back(number_in(envelope)); });

    CHECK(removed == std::vector{2, 4, 6});
    CHECK(mailbox.depth() == 2);
    push(mailbox, 7);
    CHECK(pop_all(mailbox) == std::vector{3, 5, 7});
}

TEST_CASE("an idle mailbox and a closed one have nothing to take out, and stay as they are") {
    Mailbox mailbox;
    const auto all = [](Envelope&) { return true; };
    const auto none = [](const EnvelopePtr&) { FAIL("there was nothing"); };

    mailbox.remove_if(all, none);
    CHECK(push(mailbox, 1) == Pushed::closed);
    mailbox.open();
    REQUIRE(mailbox.try_idle());
    mailbox.remove_if(all, none);

    CHECK(push(mailbox, 2) == Pushed::wake);
    CHECK(pop_all(mailbox) == std::vector{2});
}

TEST_CASE("nobody waits for a mailbox that has room already") {
    Mailbox mailbox;
    CHECK_FALSE(mailbox.ask_to_be_woken(0));  // closed
    mailbox.open();
    CHECK_FALSE(mailbox.ask_to_be_woken(0));
    push(mailbox, 1);
    push(mailbox, 2);

    CHECK_FALSE(mailbox.ask_to_be_woken(2));
    CHECK(mailbox.ask_to_be_woken(1));

    CHECK_FALSE(mailbox.take_waiters(1));
    REQUIRE(mailbox.pop());
    CHECK(mailbox.take_waiters(1));
    CHECK_FALSE(mailbox.take_waiters(1));
    CHECK(pop_all(mailbox) == std::vector{2});
}

TEST_CASE("a mailbox that somebody waits for doesn't go idle before he is woken, whatever is pushed meanwhile") {
    Mailbox mailbox;
    mailbox.open();
    push(mailbox, 1);
    REQUIRE(mailbox.ask_to_be_woken(0));
    push(mailbox, 2);
    CHECK(pop_all(mailbox) == std::vector{1, 2});

    // The wish may lie in the word or with the consumer; either way it counts.
    push(mailbox, 3);
    CHECK(pop_all(mailbox) == std::vector{3});

    CHECK(mailbox.take_waiters(0));
    CHECK(mailbox.try_idle());
}

TEST_CASE("a wish that comes when all is taken but not yet handled keeps the mailbox from going idle") {
    Mailbox mailbox;
    mailbox.open();
    push(mailbox, 1);
    push(mailbox, 2);
    REQUIRE(mailbox.pop());
    REQUIRE(mailbox.ask_to_be_woken(0));
    REQUIRE(mailbox.pop());

    CHECK_FALSE(mailbox.try_idle());
    CHECK(mailbox.take_waiters(0));
    CHECK(mailbox.try_idle());
}

TEST_CASE("a mailbox that closes says whether somebody waits for it") {
    Mailbox mailbox;
    mailbox.open();
    push(mailbox, 1);
    REQUIRE(mailbox.ask_to_be_woken(0));
    CHECK(mailbox.close());
    CHECK_FALSE(mailbox.close());

    Mailbox unwanted;
    unwanted.open();
    CHECK_FALSE(unwanted.close());
    while (mailbox.take_rest()) {
    }
}

TEST_CASE("pushers that wait for room are all woken while the consumer runs dry again and again") {
    constexpr int pushers = 3;
    constexpr int each = 1'000;
    constexpr std::uint64_t limit = 4;
    Mailbox mailbox;
    mailbox.open();
    std::atomic<bool> scheduled{true};
    std::atomic<int> woken{0};  // counts up; a pusher that waits looks for a change
    std::vector<std::thread> threads;
    for (int pusher = 0; pusher < pushers; ++pusher)
        threads.emplace_back([&] {
            for (int i = 0; i < each; ++i) {
                if (push(mailbox, 1) == Pushed::wake) scheduled = true;
                while (mailbox.depth() > limit) {
                    const int before = woken.load();
                    if (!mailbox.ask_to_be_woken(limit / 2)) break;
                    while (woken.load() == before && mailbox.depth() > limit / 2) std::this_thread::yield();
                }
            }
        });

    std::uint64_t deepest = 0;
    for (int popped = 0; popped < pushers * each;) {
        if (!scheduled.load()) {
            std::this_thread::yield();
            continue;
        }
        deepest = std::max(deepest, mailbox.depth());
        while (mailbox.pop()) ++popped;
        if (mailbox.take_waiters(limit / 2)) ++woken;
        scheduled = false;
        if (!mailbox.try_idle()) scheduled = true;
    }
    for (auto& thread : threads) thread.join();

    CHECK(deepest <= 2 * limit + pushers);  // twice: what the consumer just takes over counts nowhere for a moment
    CHECK(mailbox.depth() == 0);
}

}  // namespace zanni::detail
