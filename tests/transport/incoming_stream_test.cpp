#include <catch2/catch.hpp>

#include <chrono>
#include <cstdint>

#include "channel/incoming_stream.hpp"
#include "channel_fixture.hpp"

namespace zanni::transport {

using namespace zanni::test;
using namespace std::chrono_literals;

namespace {

struct Receiving {
    explicit Receiving(ChannelSettings with = {}) : settings(with) {}

    ChannelSettings settings;
    IncomingStream stream{settings};
    TimePoint now = start;

    bool takes(std::uint32_t sequence, std::uint16_t epoch = 1, std::size_t bytes = 100) {
        return stream.on_data(data_of(there, epoch, sequence), bytes, now).take;
    }
    /// What a frame that leaves now says.
    FrameHeader word() {
        FrameHeader header;
        stream.write_word(header);
        return header;
    }
    FrameHeader acknowledgement() {
        FrameHeader header;
        stream.write_acknowledgement(header);
        return header;
    }
};

}  // namespace

TEST_CASE("frames are taken in order, once each", "[incoming]") {
    Receiving test;

    CHECK(test.takes(1));
    CHECK(test.takes(2));
    CHECK_FALSE(test.takes(2));
    CHECK_FALSE(test.takes(1));
    CHECK_FALSE(test.takes(4));
    CHECK(test.takes(3));
    CHECK(test.takes(4));

    CHECK(test.stream.duplicates() == 2);
    CHECK(test.stream.gaps() == 1);
    CHECK(test.word().acknowledged == 4);
    CHECK(test.word().acknowledged_epoch == 1);
}

TEST_CASE("before anything has come the word is on epoch 0", "[incoming]") {
    Receiving test;

    CHECK(test.word().acknowledged_epoch == 0);
    CHECK_FALSE(test.stream.is_due());
    CHECK(test.stream.due() == TimePoint::max());
}

TEST_CASE("a few frames are acknowledged after 10 ms", "[incoming]") {
    Receiving test;
    CHECK(test.takes(1));
    test.now += 4ms;
    CHECK(test.takes(2));

    CHECK(test.stream.due() == start + 10ms);
    test.stream.tick(start + 10ms - 1ns);
    CHECK_FALSE(test.stream.is_due());
    test.stream.tick(start + 10ms);
    CHECK(test.stream.is_due());
}

TEST_CASE("a word in any frame spares the acknowledgement", "[incoming]") {
    Receiving test;
    CHECK(test.takes(1));

    CHECK(test.word().acknowledged == 1);

    CHECK(test.stream.due() == TimePoint::max());
    test.stream.tick(start + 1h);
    CHECK_FALSE(test.stream.is_due());
}

TEST_CASE("three sixteenths of the window are acknowledged at once, counted in frames", "[incoming]") {
    Receiving test;
    for (std::uint32_t i = 1; i <= 47; ++i) CHECK(test.takes(i));
    CHECK_FALSE(test.stream.is_due());

    CHECK(test.takes(48));

    CHECK(test.stream.is_due());
    CHECK(test.acknowledgement().acknowledged == 48);
    CHECK_FALSE(test.stream.is_due());
    CHECK(test.takes(49));
    CHECK_FALSE(test.stream.is_due());
}

TEST_CASE("three sixteenths of the window are acknowledged at once, counted in bytes", "[incoming]") {
    Receiving test;
    CHECK(test.takes(1, 1, 192 * 1024 - 1));
    CHECK_FALSE(test.stream.is_due());

    CHECK(test.takes(2, 1, 1));

    CHECK(test.stream.is_due());
}

TEST_CASE("a duplicate is acknowledged at once: its sender doesn't know", "[incoming]") {
    Receiving test;
    CHECK(test.takes(1));
    test.word();

    CHECK_FALSE(test.takes(1));

    CHECK(test.stream.is_due());
    CHECK_FALSE(test.acknowledgement().missing);
}

TEST_CASE("a gap is told at once, and only once until a frame is taken", "[incoming]") {
    Receiving test;
    CHECK(test.takes(1));

    CHECK_FALSE(test.takes(3));
    CHECK(test.stream.is_due());
    const auto told = test.acknowledgement();
    CHECK(told.missing);
    CHECK(told.acknowledged == 1);

    CHECK_FALSE(test.takes(4));
    CHECK_FALSE(test.stream.is_due());

    CHECK(test.takes(2));
    CHECK_FALSE(test.takes(4));
    CHECK(test.acknowledgement().missing);
}

TEST_CASE("a data frame can't tell of a gap, an acknowledgement still does", "[incoming]") {
    Receiving test;
    CHECK_FALSE(test.takes(2));

    CHECK_FALSE(test.word().missing);

    CHECK(test.stream.is_due());
    CHECK(test.acknowledgement().missing);
    CHECK_FALSE(test.stream.is_due());
}

TEST_CASE("a question is answered at once", "[incoming]") {
    Receiving test;

    test.stream.on_question();

    CHECK(test.stream.is_due());
    CHECK(test.acknowledgement().acknowledged == 0);
    CHECK_FALSE(test.stream.is_due());
}

TEST_CASE("a later epoch begins at its first frame, and says that the earlier one is void", "[incoming]") {
    Receiving test;
    CHECK_FALSE(test.stream.on_data(data_of(there, 1, 1), 100, start).new_epoch);
    CHECK(test.takes(2));

    CHECK(test.stream.on_data(data_of(there, 2, 2), 100, start).new_epoch);
    CHECK(test.acknowledgement().missing);
    CHECK(test.takes(1, 2));

    CHECK(test.word().acknowledged_epoch == 2);
    CHECK(test.word().acknowledged == 1);
}

TEST_CASE("a late frame of an epoch that is over is dropped", "[incoming]") {
    Receiving test;
    CHECK(test.takes(1, 2));

    CHECK_FALSE(test.takes(2, 1));
    CHECK_FALSE(test.takes(1, 1));

    CHECK(test.takes(2, 2));
    CHECK(test.stream.duplicates() == 2);
}

TEST_CASE("numbers and epochs wrap at the receiver too", "[incoming]") {
    Receiving test({.first_sequence = 0xffffffff});

    CHECK(test.takes(0xffffffff, 65535));
    CHECK(test.takes(0, 65535));
    CHECK_FALSE(test.takes(0xffffffff, 65535));
    CHECK(test.takes(1, 65535));

    CHECK(test.takes(0xffffffff, 1));
    CHECK_FALSE(test.takes(2, 65535));
    CHECK(test.word().acknowledged_epoch == 1);
}

}  // namespace zanni::transport
