#include <catch2/catch.hpp>

#include <cstdint>
#include <optional>
#include <stdexcept>
#include <string>
#include <vector>

#include <zanni/envelope.hpp>
#include <zanni/marshal.hpp>

#include <zanni/gateway.hpp>
#include "frame.hpp"
#include "golden.hpp"

#include "outbox.hpp"
#include "parts.hpp"
#include "process_id.hpp"

namespace zanni::transport {

using test::hex;

namespace {

constexpr std::uint64_t here = process_id(0xa1000001, 3);
constexpr std::uint64_t there = process_id(0xa2000001, 1);
constexpr std::uint64_t elsewhere = process_id(0xa3000001, 1);

Address actor(std::uint64_t process, std::uint64_t number) { return detail::make_address({process, number}); }

EnvelopePtr text_for(std::uint64_t process, const std::string& text) {
    return make_envelope(actor(process, 11), actor(here, 22), text);
}

struct Taken {
    FrameHeader header;
    std::vector<std::string> texts;
};

/// The next frame, with the strings in it; nothing when there is none.
std::optional<Taken> take(Outbox& outbox) {
    const auto frame = outbox.take();
    if (!frame) return std::nullopt;
    Taken taken{check_frame(*frame).value(), {}};
    auto reader = RecordReader::open(taken.header, *frame).value();
    while (const auto record = reader.next().value())
        taken.texts.push_back(unmarshalled<std::string>(record->payload).value());
    return taken;
}

EnvelopePtr envelope_that_throws() {
    static const MessageInfo throwing{
        "test.Throws",
        nullptr,
        [](const Envelope&, std::vector<std::byte>&) { throw std::runtime_error("no text form"); },
        [](Envelope* envelope) noexcept { operator delete(envelope); },
        [](const Envelope&) { return std::span<const std::uint64_t>(); },
        nullptr};
    struct Throws : Envelope {
        Throws() : Envelope(throwing, 1) {}
    };
    EnvelopePtr envelope(new Throws);
    envelope->target = actor(there, 1);
    return envelope;
}

}  // namespace

TEST_CASE("an empty outbox has nothing to take", "[outbox]") {
    Outbox outbox(here);

    CHECK(outbox.empty());
    CHECK_FALSE(outbox.take());
}

TEST_CASE("messages for one process gather in one frame, in order", "[outbox]") {
    Outbox outbox(here);

    REQUIRE(outbox.add(*text_for(there, "one")));
    REQUIRE(outbox.add(*text_for(there, "two")));
    REQUIRE(outbox.add(*text_for(there, "three")));

    const auto frame = take(outbox).value();
    CHECK(frame.header.kind == FrameKind::data);
    CHECK(frame.header.source == here);
    CHECK(frame.header.destination == there);
    CHECK(frame.header.sequence == 1);
    CHECK(frame.texts == std::vector<std::string>{"one", "two", "three"});
    CHECK(outbox.empty());
}

TEST_CASE("a record holds the actors, the type and the marshalled message", "[outbox]") {
    Outbox outbox(here);
    const std::string text = "to be or not to be";

    REQUIRE(outbox.add(*text_for(there, text)));

    const auto frame = outbox.take().value();
    const auto header = check_frame(frame).value();
    const auto record = RecordReader::open(header, frame).value().next().value().value();
    CHECK(record.target_actor == 11);
    CHECK(record.sender_actor == 22);
    CHECK(record.type == message_id<std::string>);
    CHECK(hex(record.payload) == hex(marshalled(text)));
}

TEST_CASE("a message without a sender says so", "[outbox]") {
    Outbox outbox(here);

    REQUIRE(outbox.add(*make_envelope(actor(there, 1), Address{}, 7)));

    const auto frame = outbox.take().value();
    CHECK(RecordReader::open(check_frame(frame).value(), frame).value().next().value()->sender_actor == 0);
}

TEST_CASE("each process gets frames of its own, the oldest first, with its own sequence", "[outbox]") {
    Outbox outbox(here);
    REQUIRE(outbox.add(*text_for(there, "a")));
    REQUIRE(outbox.add(*text_for(elsewhere, "b")));
    REQUIRE(outbox.add(*text_for(there, "c")));

    const auto first = take(outbox).value();
    const auto second = take(outbox).value();
    REQUIRE(outbox.add(*text_for(elsewhere, "d")));
    const auto third = take(outbox).value();

    CHECK(first.header.destination == there);
    CHECK(first.texts == std::vector<std::string>{"a", "c"});
    CHECK(second.header.destination == elsewhere);
    CHECK(second.header.sequence == 1);
    CHECK(third.header.destination == elsewhere);
    CHECK(third.header.sequence == 2);
}

TEST_CASE("a frame of 32 KiB is closed, and the next one follows it", "[outbox]") {
    Outbox outbox(here);
    const std::string kilobyte(1024, 'x');
    constexpr int messages = 100;

    for (int i = 0; i < messages; ++i) REQUIRE(outbox.add(*text_for(there, kilobyte + std::to_string(i))));

    std::vector<std::string> texts;
    std::uint32_t sequence = 0;
    while (const auto frame = outbox.take()) {
        CHECK(frame->size() < Outbox::full_frame_bytes + 2 * kilobyte.size());
        auto reader = RecordReader::open(check_frame(*frame).value(), *frame).value();
        CHECK(check_frame(*frame).value().sequence == ++sequence);
        while (const auto record = reader.next().value())
            texts.push_back(unmarshalled<std::string>(record->payload).value());
    }
    CHECK(sequence == 4);
    REQUIRE(texts.size() == messages);
    for (int i = 0; i < messages; ++i) CHECK(texts[static_cast<std::size_t>(i)] == kilobyte + std::to_string(i));
}

TEST_CASE("what waits is counted to the byte", "[outbox]") {
    Outbox outbox(here);
    REQUIRE(outbox.add(*text_for(there, std::string(40'000, 'x'))));
    REQUIRE(outbox.add(*text_for(there, "y")));
    REQUIRE(outbox.add(*text_for(elsewhere, "z")));
    const std::size_t waiting = outbox.waiting_bytes();

    std::size_t taken = 0;
    while (const auto frame = outbox.take()) taken += frame->size();

    CHECK(taken == waiting);
    CHECK(outbox.waiting_bytes() == 0);
}

TEST_CASE("a large message leaves in parts, in its place among the others, and is put together again", "[outbox]") {
    Outbox outbox(here);
    const std::string text(5 * part_bytes / 2, 'x');
    REQUIRE(outbox.add(*text_for(there, "before")));
    REQUIRE(outbox.add(*text_for(there, text)));
    REQUIRE(outbox.add(*text_for(there, "after")));
    std::size_t left = outbox.waiting_bytes();

    Parts parts;
    std::vector<std::string> texts;
    std::vector<std::uint32_t> sequences;
    while (const auto frame = outbox.take()) {
        left -= frame->size();
        CHECK(frame->size() < part_bytes + 200);
        const auto header = check_frame(*frame).value();
        sequences.push_back(header.sequence);
        auto reader = RecordReader::open(header, *frame).value();
        while (const auto record = reader.next().value())
            if (const auto whole = parts.add(header.source, *record))
                texts.push_back(unmarshalled<std::string>(whole->payload()).value());
    }

    CHECK((texts == std::vector<std::string>{"before", text, "after"}));
    CHECK(sequences == std::vector<std::uint32_t>{1, 2, 3, 4, 5});
    CHECK(left == 0);
    CHECK(outbox.empty());
}

TEST_CASE("a part whose fellows are missing is lost with them, and nothing else is", "[outbox]") {
    const std::vector<std::byte> bytes(3, std::byte{0xc0});
    const auto part = [&](std::uint16_t left, bool continues, std::uint64_t type = 5) {
        return RecordView{.target_actor = 1,
                          .sender_actor = 2,
                          .type = type,
                          .bases = {},
                          .parts_left = left,
                          .continues = continues,
                          .payload = bytes};
    };
    Parts parts;

    CHECK_FALSE(parts.add(here, part(2, false)));
    CHECK_FALSE(parts.add(there, part(1, false)));
    CHECK_FALSE(parts.add(here, part(0, true)));  // the one before it is missing
    CHECK(parts.add(there, part(0, true))->payload().size() == 6);
    CHECK_FALSE(parts.add(here, part(1, false)));
    CHECK(parts.add(here, part(0, false, 6))->message_id() == 6);
    CHECK_FALSE(parts.add(here, part(1, false)));
    parts.forget([](std::uint64_t source) { return source == here; });
    CHECK_FALSE(parts.add(here, part(0, true)));
    CHECK(parts.add(here, part(0, false))->payload().size() == 3);
}

TEST_CASE("a message over the limit is refused and leaves the others alone", "[outbox]") {
    Outbox outbox(here);
    REQUIRE(outbox.add(*text_for(there, "before")));
    const std::size_t waiting = outbox.waiting_bytes();

    const auto refused = outbox.add(*text_for(there, std::string(message_bytes_max, 'x')));

    REQUIRE_FALSE(refused);
    CHECK(refused.error() == Error{Error::too_large, "message of 67108869 bytes, the limit is 67108864"});
    CHECK(outbox.waiting_bytes() == waiting);
    REQUIRE(outbox.add(*text_for(there, "after")));
    CHECK(take(outbox)->texts == std::vector<std::string>{"before", "after"});
}

TEST_CASE("a message whose marshalling throws leaves the others alone", "[outbox]") {
    Outbox outbox(here);
    REQUIRE(outbox.add(*text_for(there, "before")));

    CHECK_THROWS_AS(outbox.add(*envelope_that_throws()), std::runtime_error);

    REQUIRE(outbox.add(*text_for(there, "after")));
    CHECK(take(outbox)->texts == std::vector<std::string>{"before", "after"});
}

TEST_CASE("an outbox that holds too much refuses more until something has left", "[outbox]") {
    Outbox outbox(here);
    const auto large = text_for(there, std::string(15'000'000, 'x'));
    while (outbox.waiting_bytes() < Outbox::waiting_bytes_max) REQUIRE(outbox.add(*large));

    const auto refused = outbox.add(*text_for(there, "one more"));

    REQUIRE_FALSE(refused);
    CHECK(refused.error() == Error{Error::overloaded, "268435456 bytes wait to leave this process"});
    while (outbox.waiting_bytes() >= Outbox::waiting_bytes_max) REQUIRE(outbox.take());
    CHECK(outbox.add(*text_for(there, "one more")));
}

TEST_CASE("a forgotten destination begins anew unless something waits for it", "[outbox]") {
    Outbox outbox(here);
    REQUIRE(outbox.add(*text_for(there, "a")));
    REQUIRE(outbox.add(*text_for(elsewhere, "b")));
    REQUIRE(take(outbox));

    outbox.forget([](std::uint64_t) { return true; });

    CHECK(take(outbox)->texts == std::vector<std::string>{"b"});
    REQUIRE(outbox.add(*text_for(there, "c")));
    REQUIRE(outbox.add(*text_for(elsewhere, "d")));
    CHECK(take(outbox)->header.sequence == 1);
    CHECK(take(outbox)->header.sequence == 2);
}

}  // namespace zanni::transport
