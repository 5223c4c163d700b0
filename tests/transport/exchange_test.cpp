#include <catch2/catch.hpp>

#include <algorithm>
#include <chrono>
#include <string>
#include <vector>

#include "exchange_bed.hpp"

namespace zanni::transport {

using namespace zanni::test;
using namespace std::chrono_literals;
using Texts = std::vector<std::string>;

// ---- Registration

TEST_CASE("a process asks to be registered until it is", "[exchange]") {
    ExchangeBed test;
    CHECK(test.told<Register>().size() == 1);

    test.advance(999ms);
    CHECK(test.told<Register>().empty());
    test.advance(1ms);
    CHECK(test.told<Register>().size() == 1);

    test.be_registered();
    test.advance(10s);
    CHECK(test.told<Register>().empty());
}

TEST_CASE("a registered process that the broker doesn't know any more registers again, once", "[exchange]") {
    ExchangeBed test;
    test.be_registered();

    test.hear(RegisterAgain{});
    test.hear(RegisterAgain{});

    CHECK_FALSE(test.exchange.is_registered());
    CHECK(test.told<Register>().size() == 1);
}

TEST_CASE("messages are held back while the process isn't registered", "[exchange]") {
    ExchangeBed test;
    test.post("early");
    CHECK(test.left(FrameKind::data).empty());

    test.hear(Registered{own_host, {}});
    CHECK(test.left(FrameKind::data).size() == 1);

    test.hear(RegisterAgain{});
    test.post("later");
    CHECK(test.left(FrameKind::data).empty());
}

TEST_CASE("after a registration what is unacknowledged goes once more, and each peer is asked", "[exchange]") {
    ExchangeBed test;
    test.be_registered();
    test.post("one");
    CHECK(test.left(FrameKind::data).size() == 1);

    test.hear(RegisterAgain{});
    test.hear(Registered{own_host, {}});

    const auto left = test.left();
    CHECK(std::ranges::count_if(left, [](const auto& frame) { return frame.header.answer; }) == 1);
    CHECK(std::ranges::count_if(left, [](const auto& frame) { return frame.header.sequence == 1; }) == 1);
}

TEST_CASE("a host of which there are news has its peers asked, others haven't", "[exchange]") {
    ExchangeBed test;
    test.be_registered();
    test.post("one");
    test.post("one", process_id(own_host, 9));
    CHECK(test.left(FrameKind::data).size() == 2);

    test.hear(HostChanged{host_entry(other_host, "beta", true)});

    const auto asked = test.left(FrameKind::acknowledgement);
    REQUIRE(asked.size() == 1);
    CHECK(asked[0].answer);
    CHECK(asked[0].destination == other_process);
}

TEST_CASE("the broker hears which actors handle dead letters, and again after each registration", "[exchange]") {
    ExchangeBed test;
    test.exchange.announce_dead_letter_handlers({actor(own_process, 5)});
    CHECK(test.told<DeadLetterHandlers>().empty());

    test.hear(Registered{own_host, {}});
    CHECK(test.told<DeadLetterHandlers>().size() == 1);
    CHECK(test.told<DeadLetterHandlers>().empty());
    test.hear(Registered{own_host, {}});
    CHECK(test.told<DeadLetterHandlers>().size() == 1);
}

TEST_CASE("the inbox hears of other hosts, and of the own one when it offers something else", "[exchange]") {
    ExchangeBed test;
    test.be_registered();
    CHECK(test.inbox.present_hosts == std::vector{other_host});
    CHECK(test.inbox.capability_changes == 1);

    test.be_registered();
    HostEntry own = host_entry(own_host, "alpha", false);
    test.hear(HostChanged{own});
    CHECK(test.inbox.capability_changes == 1);
    own.capabilities["GPU"] = true;
    test.hear(HostChanged{own});

    CHECK(test.inbox.capability_changes == 2);
    CHECK(test.inbox.present_hosts == std::vector{other_host, other_host});  // the inbox knows what is new
}

TEST_CASE("the broker hears of changed capabilities in order, once it knows the process", "[exchange]") {
    ExchangeBed test;
    REQUIRE(test.exchange.update_capability("GPU", true));
    REQUIRE(test.exchange.update_capability("GPU", std::nullopt));
    CHECK(test.told<UpdateCapability>().empty());

    test.hear(Registered{own_host, {}});

    const auto updates = test.told<UpdateCapability>();
    REQUIRE(updates.size() == 2);
    CHECK(updates[0].value == CapabilityValue{true});
    CHECK(updates[1].value == std::nullopt);
    CHECK(test.told<UpdateCapability>().empty());
}

TEST_CASE("so many changes of capabilities wait for the broker, and no more", "[exchange]") {
    ExchangeBed test;
    for (int i = 0; i < 1'000; ++i) REQUIRE(test.exchange.update_capability("GPU", std::int64_t{i}));

    CHECK(test.exchange.update_capability("GPU", true).error().code == Error::overloaded);
}

TEST_CASE("reports don't gather while nothing leaves", "[exchange]") {
    ExchangeBed test;
    test.be_registered();

    for (int i = 0; i < 1'000; ++i) test.advance(1s);

    CHECK(test.told<Report>().size() == 1);
}

// ---- What can't be delivered

TEST_CASE("the end of a process leaves what was sent unknown, the rest undelivered", "[exchange]") {
    ExchangeBed test;
    test.be_registered();
    test.have_one_sent_and_one_unsent();

    test.hear(ProcessGone{other_process, {}});

    CHECK(test.dead_letters() == Texts{"sent: unknown_delivery", "unsent: dead_target"});
    CHECK(test.inbox.returned[0].envelope->target == actor(other_process, 11));
    CHECK(test.inbox.returned[0].envelope->sender == actor(own_process, 22));
    CHECK(test.inbox.gone_processes.size() == 1);
    test.post("later");
    CHECK(test.dead_letters().back() == "later: dead_target");
    CHECK(test.exchange.messages_in_flight() == 0);
}

TEST_CASE("the loss of a host leaves what was sent unknown, the rest undelivered", "[exchange]") {
    ExchangeBed test;
    test.be_registered();
    test.have_one_sent_and_one_unsent();

    test.hear(HostGone{other_host, "silent"});

    CHECK(test.dead_letters() == Texts{"sent: unknown_delivery", "unsent: host_lost"});
    CHECK(test.inbox.gone_hosts.size() == 1);
    test.post("later");  // it may live after all
    CHECK(test.left(FrameKind::data).at(0).epoch == 2);
}

TEST_CASE("a broker that knows of no such process leaves what was sent unknown, the rest undelivered", "[exchange]") {
    ExchangeBed test;
    test.be_registered();
    test.have_one_sent_and_one_unsent();
    FrameHeader sent;
    sent.source = own_process;
    sent.destination = other_process;
    sent.epoch = 1;

    test.exchange.on_frame(returned_frame(sent, Error::dead_target), test.now);

    CHECK(test.dead_letters() == Texts{"sent: unknown_delivery", "unsent: dead_target"});
    REQUIRE(test.inbox.gone_processes.size() == 1);
    CHECK(test.inbox.gone_processes[0].second.kind == ExitCause::gone);

    test.post("next epoch");
    test.exchange.on_frame(returned_frame(sent, Error::dead_target), test.now);  // about the last one
    CHECK(test.inbox.returned.size() == 2);
    CHECK(test.inbox.gone_processes.size() == 1);
}

TEST_CASE("what a peer grants no window for in a minute is undelivered", "[exchange]") {
    ExchangeBed test;
    test.be_registered();
    test.have_one_sent_and_one_unsent();
    test.hear(ExchangeBed::word(1, 0));

    for (int i = 0; i < 600; ++i) {
        CHECK(test.dead_letters().empty());
        test.advance(100ms);
        for (const auto& question : test.left(FrameKind::acknowledgement))
            if (question.answer) test.hear(ExchangeBed::word(1, 0));
    }

    CHECK(test.dead_letters() == Texts{"unsent: window_timeout"});
}

TEST_CASE("a process that leaves takes nothing more, says what did not arrive, and then farewell", "[exchange]") {
    ExchangeBed test;
    test.be_registered();
    test.have_one_sent_and_one_unsent();
    test.hear_text(ExchangeBed::data(2), "a gap, to be told of");

    test.exchange.begin_leaving();
    test.post("too late");
    CHECK_FALSE(test.exchange.settled());
    test.exchange.leave();

    CHECK(test.dead_letters() == Texts{"too late: shut_down", "sent: unknown_delivery", "unsent: shut_down"});
    CHECK(test.exchange.settled());
    const auto left = test.left();
    REQUIRE(left.size() == 2);
    CHECK(left[0].header.missing);
    CHECK(left[1].header.kind == FrameKind::control);
}

TEST_CASE("a large message under way comes back whole, as one dead letter", "[exchange]") {
    ExchangeBed test;
    test.be_registered();
    const std::string text(41 * part_bytes / 2, 'x');
    test.post(text);
    CHECK(test.left(FrameKind::data).size() == 8);  // as many as the window holds
    CHECK(test.exchange.messages_in_flight() == 1);

    test.hear(HostGone{other_host, "silent"});

    REQUIRE(test.inbox.returned.size() == 1);
    CHECK(test.inbox.returned[0].reason == Error::host_lost);
    CHECK(text_in(*test.inbox.returned[0].envelope) == text);
    CHECK(test.exchange.messages_in_flight() == 0);
}

TEST_CASE("hosts that a restarted broker doesn't name any more are gone after the down time", "[exchange]") {
    ExchangeBed test;
    test.be_registered();
    test.post("sent");
    static_cast<void>(test.left());

    test.hear(Registered{.host = own_host, .hosts = {}, .member = false});  // it hasn't met its leader yet
    test.advance(6s);
    CHECK(test.inbox.gone_hosts.empty());

    test.hear(Registered{own_host, {host_entry(own_host, "alpha", false)}});
    test.advance(5s - 1ns);
    CHECK(test.inbox.gone_hosts.empty());
    test.advance(1ns);
    REQUIRE(test.inbox.gone_hosts.size() == 1);
    CHECK(test.inbox.gone_hosts[0].first == other_host);
    CHECK(test.dead_letters() == Texts{"sent: unknown_delivery"});
}

TEST_CASE("a host that a restarted broker names late is not gone", "[exchange]") {
    ExchangeBed test;
    test.be_registered();
    test.hear(Registered{own_host, {host_entry(own_host, "alpha", false)}});
    test.advance(4s);

    test.hear(HostChanged{host_entry(other_host, "beta", true)});
    test.advance(10s);

    CHECK(test.inbox.gone_hosts.empty());
}

// ---- The broker's silence

TEST_CASE("a common process ends when its broker is silent and dead, an application waits", "[exchange]") {
    const auto bed = [](bool common, bool& lives) {
        Exchange::Options options;
        options.common = common;
        options.lives = [&lives](std::int64_t pid) { return pid != 77 || lives; };
        return options;
    };
    bool lives = true;
    ExchangeBed common(bed(true, lives));
    ExchangeBed application(bed(false, lives));
    for (ExchangeBed* test : {&common, &application}) {
        test->hear(Registered{.host = own_host, .hosts = {}, .pid = 77});
        test->advance(10s);
        CHECK_FALSE(test->inbox.shutting_down);
    }

    lives = false;
    common.advance(1s);
    application.advance(1s);

    CHECK(common.inbox.shutting_down);
    CHECK_FALSE(application.inbox.shutting_down);
}

TEST_CASE("a common process whose broker is gone waits for nobody", "[exchange]") {
    Exchange::Options options;
    options.common = true;
    options.lives = [](std::int64_t) { return false; };
    ExchangeBed test(options);
    test.hear(Registered{.host = own_host, .hosts = {}, .pid = 77});
    while (test.post(std::string(40'000, 'x')) == Way::free) {
    }

    test.advance(5s);

    CHECK(test.inbox.shutting_down);
    CHECK(test.exchange.settled());
    CHECK(test.inbox.relieved_processes == std::vector{other_process});
    CHECK_FALSE(test.inbox.returned.empty());
}

TEST_CASE("a broker that died a moment ago may be back before it is missed", "[exchange]") {
    Exchange::Options options;
    options.common = true;
    options.lives = [](std::int64_t) { return false; };
    ExchangeBed test(std::move(options));
    test.hear(Registered{.host = own_host, .hosts = {}, .pid = 77});

    test.advance(5s - 1ns);
    CHECK_FALSE(test.inbox.shutting_down);
    test.advance(1ns);
    CHECK(test.inbox.shutting_down);
}

// ---- What is held here

TEST_CASE("who holds too much grants no window, and a whole one again at half of it", "[exchange]") {
    Exchange::Options options;
    options.held_bytes_max = 100'000;
    ExchangeBed test(std::move(options));
    test.be_registered();

    for (std::uint32_t i = 1; i <= 3; ++i) test.hear_text(ExchangeBed::data(i), std::string(40'000, 'x'));
    CHECK(test.inbox.receiving_news == std::vector{false});
    test.advance(10ms);
    CHECK(test.left(FrameKind::acknowledgement).at(0).window == 0);
    test.hear_text(ExchangeBed::data(4), "taken all the same");
    CHECK(test.inbox.delivered.size() == 4);

    test.inbox.delivered.erase(test.inbox.delivered.begin());
    test.advance(10ms);
    CHECK(test.inbox.receiving_news == std::vector{false});
    static_cast<void>(test.left());
    test.inbox.delivered.erase(test.inbox.delivered.begin());
    test.advance(10ms);
    CHECK(test.inbox.receiving_news == std::vector{false, true});
    CHECK(test.left(FrameKind::acknowledgement).at(0).window == whole_window);
}

TEST_CASE("who takes nothing in calls no way congested", "[exchange]") {
    Exchange::Options options;
    options.held_bytes_max = 100;
    ExchangeBed test(std::move(options));
    test.be_registered();
    test.hear(ExchangeBed::word(0, 0));
    for (int i = 0; i < 3; ++i) test.post(std::string(500'000, 'x'));
    CHECK(test.exchange.way_to(other_process) == Way::congested);

    test.hear_text(ExchangeBed::data(1), std::string(2'000, 'x'));

    CHECK(test.inbox.relieved_processes == std::vector{other_process});
    CHECK(test.exchange.way_to(other_process) == Way::free);
}

// ---- What a peer should not send

TEST_CASE("a frame of epoch 0 is refused", "[exchange]") {
    ExchangeBed test;
    test.be_registered();
    auto header = ExchangeBed::data(1);
    header.epoch = 0;

    test.hear_text(header, "from no epoch");

    CHECK(test.inbox.delivered.empty());
    test.hear_text(ExchangeBed::data(1), "from the first");
    CHECK(test.inbox.delivered.size() == 1);
}

TEST_CASE("an acknowledgement of what was never sent changes nothing", "[exchange]") {
    ExchangeBed test;
    test.be_registered();
    for (const std::uint32_t number : {1u, 0x7fffffffu, 0x80000000u, 0xffffffffu}) test.hear(ExchangeBed::word(number));
    test.post("one");
    static_cast<void>(test.left());

    for (const std::uint32_t number : {2u, 0x80000000u, 0x80000001u}) test.hear(ExchangeBed::word(number));
    auto data = ExchangeBed::data(1);
    data.acknowledged_epoch = 1;
    data.acknowledged = 2;
    test.hear_text(data, "with such a word");

    CHECK(test.exchange.messages_in_flight() == 1);
    CHECK(test.inbox.delivered.empty());
    test.hear(ExchangeBed::word(1));
    CHECK(test.exchange.settled());
}

TEST_CASE("a first part without room isn't acknowledged, and is taken when it comes again", "[exchange]") {
    ExchangeBed test;
    test.be_registered();
    const auto source = [](std::uint32_t number) { return process_id(other_host, number); };
    const auto begin = [&](std::uint32_t number) {
        FrameBuilder builder;
        builder.begin_record({.target_actor = 1, .type = 5, .parts_left = message_bytes_max / part_bytes - 1})
            .push_back(std::byte{0xc0});
        builder.end_record().value();
        test.exchange.on_frame(builder.finish(ExchangeBed::data(1, source(number))), test.now);
    };
    for (std::uint32_t number = 1; number <= 10'000; ++number) begin(number);
    test.advance(10ms);

    std::vector<std::uint64_t> acknowledged;
    for (const auto& header : test.left(FrameKind::acknowledgement)) acknowledged.push_back(header.destination);
    CHECK(acknowledged == std::vector{source(1), source(2), source(3), source(4)});

    test.hear(ProcessGone{source(2), {}});
    begin(5);
    begin(6);
    test.advance(10ms);
    const auto left = test.left(FrameKind::acknowledgement);
    REQUIRE(left.size() == 1);
    CHECK(left[0].destination == source(5));
}

}  // namespace zanni::transport
