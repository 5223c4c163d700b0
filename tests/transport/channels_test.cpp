#include <catch2/catch.hpp>

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <iterator>
#include <optional>
#include <stdexcept>
#include <string>
#include <vector>

#include <zanni/envelope.hpp>
#include <zanni/gateway.hpp>
#include <zanni/marshal.hpp>

#include "channel_fixture.hpp"
#include "golden.hpp"
#include "parts.hpp"

namespace zanni::transport {

using namespace zanni::test;

namespace {

const ChannelSettings settings;

Address actor(std::uint64_t process, std::uint64_t number) { return detail::make_address({process, number}); }

/// What has to leave, to peers that acknowledge at once.
template <class Each>
void drain(Channels& channels, Each each) {
    while (const auto frame = channels.next(start)) {
        const auto header = check_frame(*frame).value();
        each(header, *frame);
        REQUIRE(channels.on_word(word_of(header.destination, header.epoch, header.sequence), start));
    }
}

EnvelopePtr envelope_that_throws() {
    static const MessageInfo throwing{
        "test.Throws",
        nullptr,
        [](const Envelope&, std::vector<std::byte>&) { throw std::runtime_error("no text form"); },
        [](Envelope* envelope) noexcept { operator delete(envelope); },
        [](const Envelope&) { return std::span<const std::uint64_t>(); },
        nullptr,
        nullptr};
    struct Throws : Envelope {
        Throws() : Envelope(throwing, 1) {}
    };
    EnvelopePtr envelope(new Throws);
    envelope->target = actor(there, 1);
    return envelope;
}

}  // namespace

TEST_CASE("without messages there is nothing to send", "[channels]") {
    Channels channels(here, settings);

    CHECK_FALSE(channels.next(start));
    CHECK(channels.settled());
    CHECK(channels.due() == TimePoint::max());
}

TEST_CASE("messages for one process gather in one frame, in order", "[channels]") {
    Channels channels(here, settings);

    REQUIRE(channels.add(*text_for(there, "one")));
    REQUIRE(channels.add(*text_for(there, "two")));
    REQUIRE(channels.add(*text_for(there, "three")));

    const auto frame = take(channels).value();
    CHECK(frame.header.kind == FrameKind::data);
    CHECK(frame.header.source == here);
    CHECK(frame.header.destination == there);
    CHECK(frame.header.sequence == 1);
    CHECK(frame.header.epoch == 1);
    CHECK(frame.texts == std::vector<std::string>{"one", "two", "three"});
    CHECK_FALSE(channels.next(start));
}

TEST_CASE("a record holds the actors, the type and the marshalled message", "[channels]") {
    Channels channels(here, settings);
    const std::string text = "to be or not to be";

    REQUIRE(channels.add(*text_for(there, text)));

    const auto frame = channels.next(start).value();
    const auto header = check_frame(frame).value();
    const auto record = RecordReader::open(header, frame).value().next().value().value();
    CHECK(record.target_actor == 11);
    CHECK(record.sender_actor == 22);
    CHECK(record.type == message_id<std::string>);
    CHECK(hex(record.payload) == hex(marshalled(text)));
}

TEST_CASE("a message without a sender says so", "[channels]") {
    Channels channels(here, settings);

    REQUIRE(channels.add(*make_envelope(actor(there, 1), Address{}, 7)));

    const auto frame = channels.next(start).value();
    CHECK(RecordReader::open(check_frame(frame).value(), frame).value().next().value()->sender_actor == 0);
}

TEST_CASE("each process gets frames of its own, the oldest first, with its own sequence", "[channels]") {
    Channels channels(here, settings);
    REQUIRE(channels.add(*text_for(there, "a")));
    REQUIRE(channels.add(*text_for(elsewhere, "b")));
    REQUIRE(channels.add(*text_for(there, "c")));

    const auto first = take(channels).value();
    const auto second = take(channels).value();
    REQUIRE(channels.add(*text_for(elsewhere, "d")));
    const auto third = take(channels).value();

    CHECK(first.header.destination == there);
    CHECK(first.texts == std::vector<std::string>{"a", "c"});
    CHECK(second.header.destination == elsewhere);
    CHECK(second.header.sequence == 1);
    CHECK(third.header.destination == elsewhere);
    CHECK(third.header.sequence == 2);
}

TEST_CASE("a frame of 32 KiB is closed, and the next one follows it", "[channels]") {
    Channels channels(here, settings);
    const std::string kilobyte(1024, 'x');
    constexpr int messages = 100;

    for (int i = 0; i < messages; ++i) REQUIRE(channels.add(*text_for(there, kilobyte + std::to_string(i))));

    std::vector<std::string> texts;
    std::uint32_t sequence = 0;
    while (const auto frame = channels.next(start)) {
        CHECK(frame->size() < Channels::full_frame_bytes + 2 * kilobyte.size());
        auto reader = RecordReader::open(check_frame(*frame).value(), *frame).value();
        CHECK(check_frame(*frame).value().sequence == ++sequence);
        while (const auto record = reader.next().value())
            texts.push_back(unmarshalled<std::string>(record->payload).value());
    }
    CHECK(sequence == 4);
    REQUIRE(texts.size() == messages);
    for (int i = 0; i < messages; ++i) CHECK(texts[static_cast<std::size_t>(i)] == kilobyte + std::to_string(i));
}

TEST_CASE("what waits is counted to the byte", "[channels]") {
    Channels channels(here, settings);
    REQUIRE(channels.add(*text_for(there, std::string(40'000, 'x'))));
    REQUIRE(channels.add(*text_for(there, "y")));
    REQUIRE(channels.add(*text_for(elsewhere, "z")));
    const std::size_t waiting = channels.unsent_bytes();

    std::size_t taken = 0;
    while (const auto frame = channels.next(start)) taken += frame->size();

    CHECK(taken == waiting);
    CHECK(channels.unsent_bytes() == 0);
}

TEST_CASE("a large message leaves in parts, in its place among the others, and is put together again", "[channels]") {
    Channels channels(here, settings);
    const std::string text(5 * part_bytes / 2, 'x');
    REQUIRE(channels.add(*text_for(there, "before")));
    REQUIRE(channels.add(*text_for(there, text)));
    REQUIRE(channels.add(*text_for(there, "after")));
    std::size_t left = channels.unsent_bytes();

    Parts parts;
    std::vector<std::string> texts;
    std::vector<std::uint32_t> sequences;
    drain(channels, [&](const FrameHeader& header, std::span<const std::byte> frame) {
        left -= frame.size();
        CHECK(frame.size() < part_bytes + 200);
        sequences.push_back(header.sequence);
        auto reader = RecordReader::open(header, frame).value();
        while (const auto record = reader.next().value())
            if (const auto whole = parts.add(header.source, *record))
                texts.push_back(unmarshalled<std::string>(whole->payload()).value());
    });

    CHECK((texts == std::vector<std::string>{"before", text, "after"}));
    CHECK(sequences == std::vector<std::uint32_t>{1, 2, 3, 4, 5});
    CHECK(left == 0);
    CHECK(channels.settled());
}

TEST_CASE("a message over the limit is refused and leaves the others alone", "[channels]") {
    Channels channels(here, settings);
    REQUIRE(channels.add(*text_for(there, "before")));
    const std::size_t waiting = channels.unsent_bytes();

    const auto refused = channels.add(*text_for(there, std::string(message_bytes_max, 'x')));

    REQUIRE_FALSE(refused);
    CHECK(refused.error() == Error{Error::too_large, "message of 67108869 bytes, the limit is 67108864"});
    CHECK(channels.unsent_bytes() == waiting);
    REQUIRE(channels.add(*text_for(there, "after")));
    CHECK(take(channels)->texts == std::vector<std::string>{"before", "after"});
}

TEST_CASE("a message whose marshalling throws leaves the others alone", "[channels]") {
    Channels channels(here, settings);
    REQUIRE(channels.add(*text_for(there, "before")));

    CHECK_THROWS_AS(channels.add(*envelope_that_throws()), std::runtime_error);

    REQUIRE(channels.add(*text_for(there, "after")));
    CHECK(take(channels)->texts == std::vector<std::string>{"before", "after"});
}

TEST_CASE("what holds too much refuses more until something has left", "[channels]") {
    Channels channels(here, settings);
    const auto large = text_for(there, std::string(15'000'000, 'x'));
    while (channels.unsent_bytes() < Channels::unsent_bytes_max) REQUIRE(channels.add(*large));

    const auto refused = channels.add(*text_for(there, "one more"));

    REQUIRE_FALSE(refused);
    CHECK(refused.error() == Error{Error::overloaded, "268435456 bytes wait to leave this process"});
    drain(channels, [](const FrameHeader&, std::span<const std::byte>) {});
    CHECK(channels.add(*text_for(there, "one more")));
}

TEST_CASE("what has ended is sent nothing more, and taken nothing from, and what it should have got comes back",
          "[channels]") {
    Channels channels(here, settings);
    REQUIRE(channels.add(*text_for(there, "a")));

    const auto lost = channels.forget(there);

    REQUIRE(lost.size() == 2);
    CHECK(lost[1].frames.size() == 1);
    CHECK(lost[1].reason == Error::dead_target);
    CHECK(channels.messages() == 0);
    CHECK_FALSE(channels.next(start));
    CHECK(channels.add(*text_for(there, "b")).error().code == Error::dead_target);
    CHECK_FALSE(channels.on_data(data_of(there, 1, 1), 40, start).take);
    CHECK(channels.peers().empty());
}

TEST_CASE("peers take turns, a frame each", "[channels]") {
    Channels channels(here, settings);
    for (int i = 0; i < 3; ++i) REQUIRE(channels.add(*text_for(there, std::string(40'000, 'x'))));
    for (int i = 0; i < 3; ++i) REQUIRE(channels.add(*text_for(elsewhere, std::string(40'000, 'y'))));

    std::vector<std::uint64_t> turns;
    while (const auto frame = take(channels)) turns.push_back(frame->header.destination);

    CHECK(turns == std::vector{there, elsewhere, there, elsewhere, there, elsewhere});
}

TEST_CASE("a peer that takes nothing holds up no other", "[channels]") {
    Channels channels(here, settings);
    REQUIRE(channels.on_word(word_of(there, 0, 0, 0), start));
    REQUIRE(channels.add(*text_for(there, "a")));
    REQUIRE(channels.add(*text_for(elsewhere, "b")));

    CHECK(take(channels)->header.destination == elsewhere);
    CHECK_FALSE(channels.next(start));
}

TEST_CASE("what gathers for a closed window is asked for, and comes back when that lasts too long", "[channels]") {
    Channels channels(here, settings);
    REQUIRE(channels.on_word(word_of(there, 0, 0, 0), start));
    REQUIRE(channels.add(*text_for(there, "small")));
    CHECK_FALSE(channels.next(start));

    std::size_t questions = 0;
    std::vector<KeptFrame> back;
    for (TimePoint now = start; now <= start + settings.blocked_longest; now += std::chrono::milliseconds(100)) {
        std::ranges::move(channels.tick(now), std::back_inserter(back));
        while (const auto frame = take(channels, now)) {
            CHECK(frame->header.answer);
            ++questions;
            REQUIRE(channels.on_word(word_of(there, 0, 0, 0), now));
        }
    }

    CHECK(questions > 10);
    REQUIRE(back.size() == 1);
    CHECK(back[0].messages == 1);
    CHECK(channels.settled());
    CHECK(channels.unsent_bytes() == 0);
}

TEST_CASE("over the mark the way is congested, and relieved at half of it, once", "[channels]") {
    Channels channels(here, settings);
    const auto message = text_for(there, std::string(100'000, 'x'));
    REQUIRE(channels.on_word(word_of(there, 0, 0, 0), start));

    for (int i = 0; i < 10; ++i) CHECK(channels.add(*message).value() == Way::free);
    CHECK(channels.add(*message).value() == Way::congested);
    CHECK(channels.way_to(there) == Way::congested);
    CHECK(channels.way_to(elsewhere) == Way::free);
    CHECK(channels.take_relieved().empty());

    REQUIRE(channels.on_word(word_of(there, 0, 0, 500'000), start));
    while (channels.next(start)) {
    }
    CHECK(channels.way_to(there) == Way::free);
    CHECK(channels.take_relieved().empty());  // more than half of the mark still waits

    REQUIRE(channels.on_word(word_of(there, 1, 5, 500'000), start));
    while (channels.next(start)) {
    }
    CHECK(channels.take_relieved() == std::vector{there});
    CHECK(channels.take_relieved().empty());
}

TEST_CASE("who asked for a congested way is relieved too when the peer is given up", "[channels]") {
    Channels channels(here, settings);
    REQUIRE(channels.on_word(word_of(there, 0, 0, 0), start));
    for (int i = 0; i < 11; ++i) REQUIRE(channels.add(*text_for(there, std::string(100'000, 'x'))));

    const auto lost = channels.close(there, Error::host_lost);

    REQUIRE(lost.size() == 2);
    CHECK(lost[0].frames.empty());
    CHECK(lost[1].frames.size() == 11);
    CHECK(lost[1].reason == Error::host_lost);
    CHECK(channels.take_relieved() == std::vector{there});
    CHECK(channels.messages() == 0);
}

TEST_CASE("while calm no way is congested, and those who were told so are relieved", "[channels]") {
    Channels channels(here, settings);
    REQUIRE(channels.on_word(word_of(there, 0, 0, 0), start));
    const auto message = text_for(there, std::string(100'000, 'x'));
    while (channels.add(*message).value() == Way::free) {
    }

    channels.set_calm(true);

    CHECK(channels.take_relieved() == std::vector{there});
    CHECK(channels.way_to(there) == Way::free);
    CHECK(channels.add(*message).value() == Way::free);
    channels.set_calm(false);
    CHECK(channels.way_to(there) == Way::congested);
}

TEST_CASE("peers that were told of a closed window are told when it opens, others aren't", "[channels]") {
    Channels channels(here, settings);
    REQUIRE(channels.on_data(data_of(there, 1, 1), 300'000, start).take);
    REQUIRE(channels.on_data(data_of(elsewhere, 1, 1), 300'000, start).take);
    CHECK(take(channels)->header.window == settings.window_bytes);
    CHECK(take(channels)->header.window == settings.window_bytes);

    channels.grant(false);
    REQUIRE(channels.on_data(data_of(there, 1, 2), 300'000, start).take);
    CHECK(take(channels)->header.window == 0);
    CHECK_FALSE(channels.next(start));

    channels.grant(true);
    const auto told = take(channels).value();
    CHECK(told.header.kind == FrameKind::acknowledgement);
    CHECK(told.header.destination == there);
    CHECK(told.header.window == settings.window_bytes);
    CHECK_FALSE(channels.next(start));
}

TEST_CASE("each frame carries the word on what has come, also when it goes once more", "[channels]") {
    Channels channels(here, settings);
    REQUIRE(channels.add(*text_for(there, "a")));
    CHECK(take(channels)->header.acknowledged == 0);
    REQUIRE(channels.on_data(data_of(there, 7, 1), 100, start).take);

    channels.resume(start);

    const auto question = take(channels).value();
    const auto again = take(channels).value();
    CHECK(question.header.answer);
    CHECK(question.header.acknowledged == 1);
    CHECK(again.texts == std::vector<std::string>{"a"});
    CHECK(again.header.acknowledged == 1);
    CHECK(again.header.acknowledged_epoch == 7);
    CHECK(channels.resent_frames() == 1);
}

TEST_CASE("only a returned frame of the present epoch counts", "[channels]") {
    Channels channels(here, settings);
    REQUIRE(channels.add(*text_for(there, "a")));
    auto returned = data_of(there, 1, 1);
    returned.kind = FrameKind::returned;
    CHECK(channels.is_of_this_epoch(returned));

    static_cast<void>(channels.close(there, Error::dead_target));

    CHECK_FALSE(channels.is_of_this_epoch(returned));
    returned.source = elsewhere;
    CHECK_FALSE(channels.is_of_this_epoch(returned));
}

namespace {

EnvelopePtr text_between(std::uint64_t sender, std::uint64_t target, const std::string& text) {
    return make_envelope(detail::make_address({there, target}), detail::make_address({here, sender}), text);
}

/// Of a flood that waits, as the window is closed.
void flood(Channels& channels) {
    for (int i = 0; i < 10; ++i) REQUIRE(channels.add(*text_between(1, 1, std::string(40'000, 'x'))));
    while (channels.next(start)) {
    }
    REQUIRE(channels.unsent_bytes() > 100'000);
}

ChannelSettings narrow() {
    ChannelSettings narrow;
    narrow.window_bytes = 50'000;
    narrow.congested_bytes = 100'000;
    return narrow;
}

std::vector<std::string> small_ones(Channels& channels) {
    std::vector<std::string> texts;
    while (const auto frame = take(channels))
        for (const auto& text : frame->texts)
            if (text.size() < 100) texts.push_back(text);
    return texts;
}

}  // namespace

TEST_CASE("a small message overtakes what waits, and finds the way free, if nothing of its actors waits",
          "[channels]") {
    const ChannelSettings narrow_settings = narrow();
    Channels channels(here, narrow_settings);
    flood(channels);

    CHECK(channels.add(*text_between(2, 2, "first")) == Way::free);
    CHECK(channels.add(*text_between(2, 2, "second")) == Way::free);
    CHECK(channels.add(*text_between(1, 1, "of the flood")) == Way::congested);

    CHECK((small_ones(channels) == std::vector<std::string>{"first", "second"}));
    CHECK(channels.messages() == 13);
}

TEST_CASE("what is larger waits, and then the next small one of the same actors waits behind it", "[channels]") {
    const ChannelSettings narrow_settings = narrow();
    Channels channels(here, narrow_settings);
    flood(channels);

    CHECK(channels.add(*text_between(2, 2, std::string(5'000, 'y'))) == Way::congested);
    CHECK(channels.add(*text_between(2, 2, "small")) == Way::congested);

    CHECK(small_ones(channels).empty());
}

TEST_CASE("nothing overtakes what is for the process itself: it may create the one that the message is for",
          "[channels]") {
    const ChannelSettings narrow_settings = narrow();
    Channels channels(here, narrow_settings);
    flood(channels);

    CHECK(channels.add(*text_between(2, 0, std::string(5'000, 'y'))) == Way::congested);
    CHECK(channels.add(*text_between(4, 3, "to the one created")) == Way::congested);

    CHECK(small_ones(channels).empty());
}

TEST_CASE("those who overtake may do so only as fast as the others leave", "[channels]") {
    const ChannelSettings narrow_settings = narrow();
    Channels channels(here, narrow_settings);
    flood(channels);
    const std::string text(1'000, 'z');
    std::size_t overtook = 0;
    while (channels.add(*text_between(2, 2, text)) == Way::free) ++overtook;

    CHECK(overtook > 50);
    CHECK(overtook <= narrow_settings.ahead_bytes / text.size());
}

TEST_CASE("behind a small message that overtook, the window is narrow for a while", "[channels]") {
    ChannelSettings settings = narrow();
    settings.narrow_window_bytes = 30'000;
    settings.narrow_bytes = 60'000;
    Channels channels(here, settings);
    flood(channels);
    std::uint32_t sent = 2;
    REQUIRE(channels.add(*text_between(2, 2, "small")) == Way::free);
    CHECK(small_ones(channels).size() == 1);
    ++sent;
    const auto leave_when_all_has_arrived = [&] {
        REQUIRE(channels.on_word(word_of(there, 1, sent, 50'000), start));
        const std::uint32_t before = sent;
        while (take(channels)) ++sent;
        return sent - before;
    };

    CHECK(leave_when_all_has_arrived() == 1);
    CHECK(leave_when_all_has_arrived() == 2);
    CHECK(leave_when_all_has_arrived() == 2);
}

TEST_CASE("whoever granted no window is sent nothing ahead of it either", "[channels]") {
    const ChannelSettings narrow_settings = narrow();
    Channels channels(here, narrow_settings);
    flood(channels);
    REQUIRE(channels.on_word(word_of(there, 1, 0, 0), start));

    CHECK(channels.add(*text_between(2, 2, "small")) == Way::free);

    CHECK(small_ones(channels).empty());
    REQUIRE(channels.on_word(word_of(there, 1, 0, 50'000), start));
    CHECK(small_ones(channels) == std::vector<std::string>{"small"});
}

}  // namespace zanni::transport
