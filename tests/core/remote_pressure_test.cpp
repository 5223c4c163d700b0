#include <catch2/catch.hpp>

#include <atomic>

#include "bases.hpp"
#include "process.hpp"

namespace zanni {

namespace {

using namespace test;
using detail::MailboxDrained;
using detail::MailboxFull;

constexpr std::uint32_t limit = 4;

struct Item {
    int number = 0;
};
struct Relay {
    Address to;
    int items = 0;
};
std::atomic<int> handled{0};

/// Sends as many items as it is told, all in one handler.
class Relayer : public Actor {
public:
    static constexpr MailboxLimit mailbox{.messages_max = limit};
    void relay(const Relay& order) {
        ++handled;
        for (int i = 0; i < order.items; ++i) send(order.to, Item{i});
    }
    using Behavior = zanni::Behavior<&Relayer::relay>;
};

class Unlimited : public Actor {
public:
    void take(const Item&) { ++handled; }
    using Behavior = zanni::Behavior<&Unlimited::take>;
};
class Dropping : public Actor {
public:
    static constexpr MailboxLimit mailbox{.messages_max = limit, .policy = MailboxPolicy::drop_newest};
    void take(const Item&) { ++handled; }
    using Behavior = zanni::Behavior<&Dropping::take>;
};

const Address far_actor = detail::make_address({far_process, 7});
const Address further_actor = detail::make_address({far_process + 1, 7});

/// With an actor that has just sent two items over a congested way.
struct Congested {
    Congested() {
        handled = 0;
        sender = process.create<Relayer>();
        process.gateway.congested.insert(far_process);
        process.send(sender, Relay{far_actor, 2});
    }
    void relieve() {
        process.gateway.congested.clear();
        process->relieved(far_process);
        process.run();
    }
    Process process;
    Address sender;
};

/// With a full mailbox, of a relayer that gets `orders` from the far process.
struct Filled {
    explicit Filled(const Relay& orders, std::uint32_t count = limit + 3) {
        handled = 0;
        full = process.create<Relayer>();
        for (std::uint32_t i = 0; i < count; ++i) process->deliver(make_envelope(full, far_actor, orders));
    }
    void step(int steps) {
        while (steps-- > 0) process.stepper.step();
    }
    std::size_t told_full() { return process.posted<MailboxFull>().size(); }
    std::size_t told_drained() { return process.posted<MailboxDrained>().size(); }

    Process process;
    Address full;
};

/// With an actor that has just sent to one whose mailbox the far process calls full.
struct Held {
    Held() {
        handled = 0;
        sender = process.create<Relayer>();
        tell(MailboxFull{far_actor});
        process.send(sender, Relay{far_actor, 1});
        process.send(sender, Relay{});
    }
    template <class M>
    void tell(const M& notice) {
        process.deliver(itself, notice, far_actor);
    }
    const Address itself = detail::make_address({own_process, detail::process_itself});
    Process process;
    Address sender;
};

}  // namespace

TEST_CASE("who sends over a congested way is paused when its handler has returned, until it is relieved",
          "[B10][pressure]") {
    Congested bed;
    bed.process.send(bed.sender, Relay{});
    CHECK(bed.process.posted<Item>().size() == 2);
    CHECK(handled == 1);

    bed.relieve();

    CHECK(handled == 2);
    CHECK(bed.process.all_accounted_for());
}

TEST_CASE("relief of another way lets nobody go on", "[B10][pressure]") {
    Congested bed;
    bed.process.send(bed.sender, Relay{});

    bed.process->relieved(far_process + 1);
    bed.process.run();

    CHECK(handled == 1);
}

TEST_CASE("a way that was relieved before the sender could be paused doesn't pause it", "[B10][pressure]") {
    handled = 0;
    Process process;
    const Address sender = process.create<Relayer>();
    process.gateway.post_says = Way::congested;

    process.send(sender, Relay{far_actor, 1});
    process.send(sender, Relay{});

    CHECK(handled == 2);
}

TEST_CASE("the end of the other process or of its host relieves the way to it", "[B10][B8][pressure]") {
    const bool whole_host = GENERATE(false, true);
    Congested bed;
    bed.process.send(bed.sender, Relay{});

    bed.process->host_gone(far_host + 1, "another");
    bed.process->process_gone(far_process + 1, {});
    bed.process.run();
    CHECK(handled == 1);
    if (whole_host)
        bed.process->host_gone(far_host, "silent");
    else
        bed.process->process_gone(far_process, {});
    bed.process.run();

    CHECK(handled == 2);
}

TEST_CASE("an actor over its own limit is not paused by a congested way, and goes on when it gets there",
          "[B10][pressure]") {
    Congested bed;
    for (std::uint32_t i = 0; i < limit; ++i) bed.process.send(bed.sender, Relay{far_actor, 1});
    CHECK(handled == 1);

    bed.process.send(bed.sender, Relay{far_actor, 1});

    // It handles one, has no more than its limit then, and is paused again.
    CHECK(handled == 2);
    for (std::uint32_t i = 0; i < 3; ++i) bed.process->send(make_envelope(bed.sender, Address{}, Relay{far_actor, 1}));
    bed.process.run();
    CHECK(handled == 2 + 3);
}

TEST_CASE("messages within the process pass while a way out is congested", "[B10][pressure]") {
    Congested bed;
    const Address other = bed.process.create<Relayer>();

    for (int i = 0; i < 3; ++i) bed.process.send(other, Relay{other, 0});

    CHECK(handled == 4);
}

TEST_CASE("an actor that is paused for a congested way ends when its process does", "[B10][A5][pressure]") {
    Congested bed;

    CHECK(bed.process->end_all(1s));

    CHECK(bed.process.clock.now() == TimePoint{});
    CHECK(bed.process.all_accounted_for());
}

TEST_CASE("a crash of a paused actor leaves nothing behind", "[B10][pressure]") {
    Congested bed;

    bed.process->crash(*bed.process->cell_of(bed.sender), {ExitCause::signal, 9, {}});
    bed.relieve();

    CHECK(bed.process->actor_count() == 0);
    CHECK(bed.process.all_accounted_for());
}

TEST_CASE("a caller from outside waits for a congested way, up to its time-out", "[B10][pressure]") {
    Congested bed;

    CHECK_FALSE(bed.process->await_room(far_actor, 3s));
    CHECK(bed.process.clock.now() == TimePoint{} + 3s);
    CHECK(bed.process->await_room(further_actor, 3s));
    CHECK(bed.process->await_room(Address{}, 3s));
    bed.relieve();
    CHECK(bed.process->await_room(far_actor, 3s));

    CHECK(bed.process.clock.now() == TimePoint{} + 3s);
}

// ---- Full mailboxes here

TEST_CASE("a process whose messages fill a mailbox is told once, and again when half of the limit is left",
          "[B10][pressure]") {
    Filled bed(Relay{});
    REQUIRE(bed.told_full() == 1);
    CHECK(bed.process.gateway.posted[0]->target == detail::make_address({far_process, detail::process_itself}));
    CHECK(bed.process.posted<MailboxFull>()[0].target == bed.full);

    bed.step(4);
    CHECK(bed.told_drained() == 0);
    bed.step(1);

    REQUIRE(bed.told_drained() == 1);
    CHECK(bed.process.posted<MailboxDrained>()[0].target == bed.full);
    bed.process.run();
    CHECK(bed.process.all_accounted_for());
}

TEST_CASE("a mailbox that is filled again is told of again", "[B10][pressure]") {
    Filled bed(Relay{});
    bed.process.run();

    for (std::uint32_t i = 0; i < limit + 1; ++i) bed.process->deliver(make_envelope(bed.full, far_actor, Relay{}));
    bed.process.run();

    CHECK(bed.told_full() == 2);
    CHECK(bed.told_drained() == 2);
}

TEST_CASE("each process that sends into a full mailbox is told, also of messages without a sender", "[B10][pressure]") {
    Filled bed(Relay{});

    bed.process->deliver(make_envelope(bed.full, further_actor, Relay{}));
    bed.process->deliver(make_envelope(bed.full, Address{}, Relay{}), far_process + 2);
    bed.process->deliver(make_envelope(bed.full, Address{}, Relay{}));
    bed.process.run();

    CHECK(bed.told_full() == 3);
    CHECK(bed.told_drained() == 3);
    CHECK(bed.process.all_accounted_for());
}

TEST_CASE("the end of an actor with a full mailbox is told as its drain", "[B10][A5][pressure]") {
    Filled bed(Relay{});

    bed.process->crash(*bed.process->cell_of(bed.full), {ExitCause::signal, 9, {}});

    CHECK(bed.told_drained() == 1);
    CHECK(bed.process->counters().dead_letters() == limit + 3);
}

TEST_CASE("a process that is gone is told no more of a mailbox that drains", "[B10][B8][pressure]") {
    Filled bed(Relay{});

    bed.process->process_gone(far_process, {});
    bed.process.run();

    CHECK(bed.told_drained() == 0);
}

TEST_CASE("a host that seems to be gone is told, as it may live", "[B10][B8][pressure]") {
    Filled bed(Relay{});

    bed.process->host_gone(far_host, "silent");
    bed.process.run();

    CHECK(bed.told_drained() == 1);
}

TEST_CASE("mailboxes that senders of the process fill, or that drop, are told to nobody", "[B10][pressure]") {
    Process process;
    const Address filled = process.create<Relayer>();
    const Address dropping = process.create<Dropping>();

    for (std::uint32_t i = 0; i < limit + 3; ++i) {
        process->send(make_envelope(filled, Address{}, Relay{}));
        process->deliver(make_envelope(dropping, far_actor, Item{}));
    }
    process.run();

    CHECK(process.gateway.posted.empty());
    CHECK(process->counters().dead_letters() == 3);
}

TEST_CASE("a type that says nothing about its mailbox has the default limit for what comes over the bus too",
          "[B10][pressure]") {
    Process process;
    const Address actor = process.create<Unlimited>();
    const std::uint32_t usual = MailboxLimit{}.messages_max;
    for (std::uint32_t i = 0; i < usual; ++i) process->deliver(make_envelope(actor, far_actor, Item{}));
    CHECK(process.posted<MailboxFull>().empty());

    process->deliver(make_envelope(actor, far_actor, Item{}));

    CHECK(process.posted<MailboxFull>().size() == 1);
    process.run();
    CHECK(process.posted<MailboxDrained>().size() == 1);
}

TEST_CASE("an actor whose full mailbox was told of is not paused before its drain is told", "[B10][pressure]") {
    const bool is_paused_before = GENERATE(false, true);
    Filled bed(Relay{far_actor, 1}, is_paused_before ? 1 : 0);
    bed.process.gateway.congested.insert(far_process);
    bed.process.run();
    const int before = handled;

    for (std::uint32_t i = 0; i < limit + 1; ++i)
        bed.process->deliver(make_envelope(bed.full, far_actor, Relay{far_actor, 1}));
    bed.process.run();

    CHECK(handled - before == limit + 1 - limit / 2);  // with half of the limit left it is paused
    CHECK(bed.told_drained() == 1);
}

TEST_CASE("word of a drain that waited for too long is sent again, else it ends", "[B10][pressure]") {
    Filled bed(Relay{});
    bed.process.run();
    REQUIRE(bed.process.gateway.posted.size() == 2);
    const auto come_back = [&](Error::Code reason) {
        EnvelopePtr returned = std::move(bed.process.gateway.posted.back());
        bed.process.gateway.posted.pop_back();
        bed.process->undeliverable(std::move(returned), reason);
    };

    come_back(Error::window_timeout);
    CHECK(bed.told_drained() == 1);
    CHECK(bed.process.all_accounted_for());
    come_back(Error::host_lost);

    CHECK(bed.told_drained() == 0);
    CHECK(bed.process.all_accounted_for());
}

// ---- Full mailboxes elsewhere

TEST_CASE("who sends to a full mailbox elsewhere is paused until it has drained", "[B10][pressure]") {
    Held bed;
    CHECK(handled == 1);
    bed.tell(MailboxDrained{far_actor});
    CHECK(handled == 2);

    bed.process.send(bed.sender, Relay{far_actor, 1});
    bed.process.send(bed.sender, Relay{});

    CHECK(handled == 4);
    CHECK(bed.process.all_accounted_for());
}

TEST_CASE("who sends to another actor of that process is not paused", "[B10][pressure]") {
    Held bed;
    const Address other = bed.process.create<Relayer>();

    for (int i = 0; i < 3; ++i) bed.process.send(other, Relay{detail::make_address({far_process, 8}), 1});

    CHECK(handled == 1 + 3);
}

TEST_CASE("a process can call only its own mailboxes full or drained", "[B10][pressure]") {
    Held bed;
    const Address other = bed.process.create<Relayer>();

    bed.tell(MailboxFull{further_actor});
    bed.tell(MailboxFull{other});
    bed.process.deliver(bed.itself, MailboxDrained{far_actor}, further_actor);
    bed.process.deliver(bed.itself, MailboxFull{far_actor});
    for (int i = 0; i < 3; ++i) bed.process.send(other, Relay{further_actor, 1});

    CHECK(handled == 1 + 3);
    CHECK(bed.process->accounts().difference() == 1);  // which waits for the one that is paused
}

TEST_CASE("the end of the process or host of a full mailbox lets its senders go on", "[B10][B8][pressure]") {
    Held bed;
    bed.process->host_gone(far_host + 1, "another");
    bed.process->process_gone(far_process + 1, {});
    bed.process.run();
    CHECK(handled == 1);

    if (GENERATE(false, true))
        bed.process->host_gone(far_host, "silent");
    else
        bed.process->process_gone(far_process, {});
    bed.process.run();
    CHECK(handled == 2);

    bed.process.send(bed.sender, Relay{far_actor, 1});
    bed.process.send(bed.sender, Relay{});
    CHECK(handled == 4);
}

TEST_CASE("a message that comes back from a full mailbox lets its senders go on", "[B10][B9][pressure]") {
    Held bed;

    bed.process->undeliverable(std::move(bed.process.gateway.posted.at(0)), Error::dead_target);
    bed.process.run();

    CHECK(handled == 2);
    CHECK(bed.process.all_accounted_for());
}

TEST_CASE("nobody waits for a mailbox elsewhere while the process takes nothing in", "[B10][pressure]") {
    Held bed;

    bed.process->receiving(false);
    bed.process.run();
    CHECK(handled == 2);
    for (int i = 0; i < 2; ++i) bed.process.send(bed.sender, Relay{far_actor, 1});
    CHECK(handled == 4);
    bed.process->receiving(true);
    for (int i = 0; i < 2; ++i) bed.process.send(bed.sender, Relay{far_actor, 1});

    CHECK(handled == 5);
}

TEST_CASE("a caller from outside waits for a full mailbox elsewhere, up to its time-out", "[B10][pressure]") {
    Held bed;

    CHECK_FALSE(bed.process->await_room(far_actor, 3s));
    CHECK(bed.process->await_room(detail::make_address({far_process, 8}), 3s));
    bed.tell(MailboxDrained{far_actor});
    CHECK(bed.process->await_room(far_actor, 3s));

    CHECK(bed.process.clock.now() == TimePoint{} + 3s);
}

TEST_CASE("an actor that is paused for a mailbox elsewhere ends when its process does", "[B10][A5][pressure]") {
    Held bed;

    CHECK(bed.process->end_all(1s));
    CHECK(bed.process.all_accounted_for());
}

}  // namespace zanni
