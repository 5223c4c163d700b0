#include <catch2/catch.hpp>

#include <thread>

#include "puppet.hpp"

namespace zanni {

namespace {

using namespace test;

struct Price {
    int amount = 0;
};

/// Notes what it gets.
template <MailboxPolicy Policy>
class Limited : public Actor {
public:
    static constexpr MailboxLimit mailbox{.messages_max = 3, .policy = Policy};
    void number(const int& number) { note(std::to_string(number)); }
    void price(const Price& price) { note("price " + std::to_string(price.amount)); }
    void exiting(const ExitRequest&) { note("exits"); }
    using Behavior = zanni::Behavior<&Limited::number, &Limited::price, &Limited::exiting>;
};

/// Notes each dead letter with what was in it.
class Undertaker : public Actor {
public:
    Undertaker() { handle_dead_letters(); }
    void letter(const DeadLetter& letter) {
        const int number = letter.message.is<int>() ? letter.message.as<int>().value() : 0;
        const int price = letter.message.is<Price>() ? letter.message.as<Price>().value().amount : 0;
        note("dead " + std::to_string(number + price) + " " + std::string(to_string(letter.reason)));
    }
    using Behavior = zanni::Behavior<&Undertaker::letter>;
};

/// Fills the mailbox of one that can't run meanwhile: on the stepped base nothing does.
struct Bed {
    Bed() {
        Stage::current().clear();
        system.create<Undertaker>().value();
    }
    Notes after_running() {
        system.run_until_idle();
        return notes();
    }
    SteppedSystem system;
};

}  // namespace

TEST_CASE("drop_newest refuses what comes when the mailbox is full, and keeps the rest in order", "[B10]") {
    Bed bed;
    const auto actor = bed.system.create<Limited<MailboxPolicy::drop_newest>>();

    for (int number = 1; number <= 5; ++number) bed.system.tell(actor, number);
    bed.system.tell(actor, ExitRequest{});

    CHECK(bed.after_running() == Notes{"1", "dead 4 overloaded", "2", "dead 5 overloaded", "3", "exits"});
    check_at_rest(bed.system);
}

TEST_CASE("drop_oldest gives up what has waited longest, never an ExitRequest", "[B10]") {
    Bed bed;
    const auto actor = bed.system.create<Limited<MailboxPolicy::drop_oldest>>();

    bed.system.tell(actor, 1);
    bed.system.tell(actor, 2);
    bed.system.tell(actor, ExitRequest{});
    for (int number = 3; number <= 5; ++number) bed.system.tell(actor, number);
    const Notes all = bed.after_running();

    // The request counts as one of those that wait, but stays where it is.
    CHECK(Stage::current().count("exits") == 1);
    CHECK(Stage::current().count("dead 1 overloaded") == 1);
    CHECK(Stage::current().count("dead 2 overloaded") == 1);
    CHECK(std::ranges::count_if(all, [](const std::string& note) { return note.ends_with("dead_target"); }) >= 2);
    check_at_rest(bed.system);
}

TEST_CASE("drop_oldest keeps the newest ones in order", "[B10]") {
    Bed bed;
    const auto actor = bed.system.create<Limited<MailboxPolicy::drop_oldest>>();

    for (int number = 1; number <= 5; ++number) bed.system.tell(actor, number);
    bed.after_running();

    const Notes all = notes();
    Notes handled;
    std::ranges::copy_if(all, std::back_inserter(handled), [](const std::string& note) { return note.size() == 1; });
    CHECK(handled == Notes{"3", "4", "5"});
    CHECK(bed.system.counters().dead_letters == 2);
    check_at_rest(bed.system);
}

TEST_CASE("keep_latest replaces what waits of the same type and sender, and nothing else", "[B10]") {
    Bed bed;
    const auto actor = bed.system.create<Limited<MailboxPolicy::keep_latest>>();
    auto one = bed.system.private_endpoint();
    auto other = bed.system.private_endpoint();

    one.tell(actor, Price{1});
    other.tell(actor, Price{2});
    one.tell(actor, 3);
    one.tell(actor, Price{4});
    one.tell(actor, 5);
    bed.after_running();

    Notes handled, dead;
    for (const auto& note : notes()) (note.starts_with("dead") ? dead : handled).push_back(note);
    CHECK(handled == Notes{"price 2", "price 4", "5"});
    CHECK(dead == Notes{"dead 1 superseded", "dead 3 superseded"});
    check_at_rest(bed.system);
}

TEST_CASE("keep_latest drops the oldest where it has nothing to replace", "[B10]") {
    Bed bed;
    const auto actor = bed.system.create<Limited<MailboxPolicy::keep_latest>>();
    std::vector<PrivateEndpoint> senders;
    for (int i = 0; i < 5; ++i) senders.push_back(bed.system.private_endpoint());

    for (int number = 1; number <= 5; ++number) senders[static_cast<std::size_t>(number - 1)].tell(actor, number);
    bed.after_running();

    Notes handled, dead;
    for (const auto& note : notes()) (note.starts_with("dead") ? dead : handled).push_back(note);
    CHECK(handled == Notes{"3", "4", "5"});
    CHECK(dead == Notes{"dead 1 overloaded", "dead 2 overloaded"});
    check_at_rest(bed.system);
}

TEST_CASE("an ExitRequest for a full mailbox that drops is taken all the same", "[B10][A5]") {
    Bed bed;
    const auto actor = bed.system.create<Limited<MailboxPolicy::drop_newest>>();
    for (int number = 1; number <= 4; ++number) bed.system.tell(actor, number);

    for (int i = 0; i < 3; ++i) bed.system.tell(actor, ExitRequest{});
    bed.after_running();

    CHECK(Stage::current().count("exits") == 1);
    CHECK(bed.system.counters().dead_letters == 1);
    check_at_rest(bed.system);
}

TEST_CASE("threads that send to a mailbox that drops lose nothing uncounted", "[B10]") {
    on_threads([](System& system) {
        Stage::current().clear();
        const auto actor = system.create<Limited<MailboxPolicy::keep_latest>>();
        std::vector<std::thread> threads;
        for (int thread = 0; thread < 4; ++thread)
            threads.emplace_back([&] {
                auto endpoint = system.private_endpoint();
                for (int i = 0; i < 500; ++i) endpoint.tell(actor, i);
            });
        for (auto& thread : threads) thread.join();

        CHECK(comes_true(system, [&] { return notes().size() + system.counters().dead_letters == 4 * 500; }));
    });
}

}  // namespace zanni
