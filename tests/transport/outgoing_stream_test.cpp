#include <catch2/catch.hpp>

#include <chrono>
#include <cstdint>
#include <vector>

#include "channel/outgoing_stream.hpp"
#include "channel_fixture.hpp"

namespace zanni::transport {

using namespace zanni::test;
using namespace std::chrono_literals;
using Numbers = std::vector<std::uint32_t>;

namespace {

/// A stream whose frames hold one message each, with a window of four frames or 4,000 bytes.
struct Sending {
    explicit Sending(ChannelSettings with = {}) : settings(narrow(with)) {}
    static ChannelSettings narrow(ChannelSettings settings) {
        settings.window_frames = 4;
        settings.window_bytes = 4'000;
        return settings;
    }

    const ChannelSettings settings;
    OutgoingStream stream{settings};
    TimePoint now = start;

    void add(int frames, std::size_t bytes = 100) {
        for (int i = 0; i < frames; ++i) stream.add({{}, std::vector<std::byte>(bytes), 1});
    }
    /// The numbers of what leaves.
    Numbers sent() {
        Numbers numbers;
        while (const KeptFrame* const frame = stream.next(now)) numbers.push_back(frame->header.sequence);
        return numbers;
    }
    bool hear(std::uint32_t acknowledged, std::uint32_t window = 4'000) {
        return hear(word_of(there, stream.epoch(), acknowledged, window));
    }
    bool hear(const FrameHeader& word) { return stream.on_word(word, now); }
    bool hear_missing(std::uint32_t acknowledged) {
        auto word = word_of(there, stream.epoch(), acknowledged, 4'000);
        word.missing = true;
        return hear(word);
    }
    /// Whether a question leaves after so long without a word.
    bool asks_after(Duration silence) {
        now += silence;
        static_cast<void>(stream.tick(now));
        return stream.take_question();
    }
};

}  // namespace

TEST_CASE("frames are numbered from 1, as many as the window has frames for", "[outgoing]") {
    Sending test;
    test.add(6);

    CHECK(test.sent() == Numbers{1, 2, 3, 4});
    CHECK_FALSE(test.stream.can_send());

    CHECK(test.hear(2));
    CHECK(test.sent() == Numbers{5, 6});
    CHECK(test.stream.messages() == 4);
}

TEST_CASE("one frame may reach over a window of bytes", "[outgoing]") {
    Sending test;
    test.add(3, 3'000);

    CHECK(test.sent() == Numbers{1, 2});

    CHECK(test.hear(1));
    CHECK(test.sent() == Numbers{3});
}

TEST_CASE("the peer says how large its window is", "[outgoing]") {
    Sending test;
    test.add(4, 1'000);
    REQUIRE(test.sent().size() == 4);

    CHECK(test.hear(4, 0));
    test.add(4, 1'000);
    CHECK(test.sent() == Numbers{});

    CHECK(test.hear(4, 1'500));
    CHECK(test.sent() == Numbers{5, 6});
}

TEST_CASE("an acknowledgement counts for all before it", "[outgoing]") {
    Sending test;
    test.add(4);
    REQUIRE(test.sent().size() == 4);

    CHECK(test.hear(4));

    CHECK(test.stream.settled());
    CHECK(test.stream.messages() == 0);
}

TEST_CASE("an acknowledgement of what was never sent is refused, and changes nothing", "[outgoing]") {
    Sending test;
    test.add(2);
    REQUIRE(test.sent().size() == 2);

    CHECK_FALSE(test.hear(3));
    CHECK_FALSE(test.hear(0x7fffffff));
    CHECK_FALSE(test.hear(word_of(there, 2, 0)));

    CHECK(test.stream.messages() == 2);
    CHECK(test.hear(2));
    CHECK(test.stream.settled());
}

TEST_CASE("an acknowledgement half of all numbers away is refused, also when nothing is under way", "[outgoing]") {
    Sending test;

    CHECK_FALSE(test.hear(0x80000000));

    test.add(1);
    CHECK(test.sent() == Numbers{1});
    CHECK(test.hear(1));
    CHECK_FALSE(test.hear(0x80000001));
    CHECK(test.stream.settled());
}

TEST_CASE("an older word, which was overtaken, is ignored with its window", "[outgoing]") {
    Sending test;
    test.add(8);
    REQUIRE(test.sent().size() == 4);
    CHECK(test.hear(3));
    REQUIRE(test.sent().size() == 3);
    CHECK(test.hear(4));

    CHECK(test.hear(3, 0));
    CHECK(test.hear(word_of(there, 0, 0, 0)));

    CHECK(test.sent() == Numbers{8});
}

TEST_CASE("after a silence the peer is asked, again after twice as long, up to the longest", "[outgoing]") {
    Sending test;
    test.add(1);
    REQUIRE(test.sent().size() == 1);

    CHECK_FALSE(test.asks_after(199ms));
    CHECK(test.asks_after(1ms));
    CHECK_FALSE(test.asks_after(399ms));
    CHECK(test.asks_after(1ms));
    CHECK(test.asks_after(800ms));
    CHECK(test.asks_after(1'600ms));
    for (int i = 0; i < 5; ++i) {
        CHECK_FALSE(test.asks_after(1'999ms));
        CHECK(test.asks_after(1ms));
    }
    CHECK(test.sent() == Numbers{});
}

TEST_CASE("what is newly acknowledged, or an answer, begins the silence anew", "[outgoing]") {
    Sending test;
    test.add(3);
    REQUIRE(test.sent().size() == 3);
    REQUIRE(test.asks_after(200ms));
    REQUIRE(test.asks_after(400ms));

    CHECK(test.hear(1));
    CHECK_FALSE(test.asks_after(199ms));
    CHECK(test.asks_after(1ms));

    CHECK(test.hear(1));  // the answer
    CHECK_FALSE(test.asks_after(199ms));
    CHECK(test.asks_after(1ms));
}

TEST_CASE("nobody is asked when all has arrived", "[outgoing]") {
    Sending test;
    test.add(1);
    REQUIRE(test.sent().size() == 1);
    CHECK(test.hear(1));

    CHECK(test.stream.due() == TimePoint::max());
    CHECK_FALSE(test.asks_after(1h));
}

TEST_CASE("the answer to a question brings again what is missing", "[outgoing]") {
    Sending test;
    test.add(4);
    REQUIRE(test.sent().size() == 4);
    REQUIRE(test.asks_after(200ms));

    CHECK(test.hear(2));

    CHECK(test.sent() == Numbers{3, 4});
    CHECK(test.stream.resent() == 2);
}

TEST_CASE("what was sent after the question isn't sent again for its answer", "[outgoing]") {
    Sending test;
    test.add(2);
    REQUIRE(test.sent().size() == 2);
    REQUIRE(test.asks_after(200ms));
    test.add(2);
    REQUIRE(test.sent() == Numbers{3, 4});

    CHECK(test.hear(0));

    CHECK(test.sent() == Numbers{1, 2});
}

TEST_CASE("a word that answers no question brings nothing again", "[outgoing]") {
    Sending test;
    test.add(2);
    REQUIRE(test.sent().size() == 2);

    CHECK(test.hear(1));
    CHECK(test.hear(1));

    CHECK(test.sent() == Numbers{});
}

TEST_CASE("a gap that the peer tells of brings all that was sent again", "[outgoing]") {
    Sending test;
    test.add(4);
    REQUIRE(test.sent().size() == 4);

    CHECK(test.hear_missing(1));

    CHECK(test.sent() == Numbers{2, 3, 4});
}

TEST_CASE("what is on its way again isn't begun once more, and stops with its acknowledgement", "[outgoing]") {
    Sending test;
    test.add(4);
    REQUIRE(test.sent().size() == 4);
    CHECK(test.hear_missing(0));
    CHECK(test.stream.next(test.now)->header.sequence == 1);

    CHECK(test.hear_missing(0));
    CHECK(test.stream.next(test.now)->header.sequence == 2);

    CHECK(test.hear(3));
    CHECK(test.sent() == Numbers{4});
}

TEST_CASE("after an interruption all goes once more, and the peer is asked", "[outgoing]") {
    Sending test;
    test.add(5);
    REQUIRE(test.sent().size() == 4);
    CHECK(test.hear(1));

    test.stream.resume(test.now);

    CHECK(test.stream.take_question());
    CHECK(test.sent() == Numbers{2, 3, 4, 5});
}

TEST_CASE("what was blocked for too long comes back, and what comes later has its chance", "[outgoing]") {
    Sending test;
    test.add(6);
    REQUIRE(test.sent().size() == 4);

    test.now += 59'999ms;
    CHECK(test.stream.tick(test.now).empty());
    test.now += 1ms;
    CHECK(test.stream.tick(test.now).size() == 2);

    CHECK(test.stream.messages() == 4);
    CHECK(test.stream.waiting_bytes() == 0);
    test.add(1);
    CHECK(test.hear(4));
    CHECK(test.sent() == Numbers{5});
}

TEST_CASE("a peer that answers but grants no window holds nothing up for ever", "[outgoing]") {
    Sending test;
    CHECK(test.hear(0, 0));
    test.add(1);
    CHECK(test.sent() == Numbers{});

    std::size_t back = 0;
    for (const auto until = test.now + 60s; test.now < until; test.now += 100ms) {
        back += test.stream.tick(test.now).size();
        if (test.stream.take_question()) CHECK(test.hear(0, 0));
        CHECK(test.sent() == Numbers{});
    }
    CHECK(back == 0);
    CHECK(test.stream.tick(test.now).size() == 1);
}

TEST_CASE("a window that opens at the last moment is still of use", "[outgoing]") {
    Sending test;
    CHECK(test.hear(0, 0));
    test.add(1);
    CHECK(test.sent() == Numbers{});

    test.now += 60s;
    CHECK(test.hear(0, 4'000));

    CHECK(test.stream.tick(test.now).empty());
    CHECK(test.sent() == Numbers{1});
}

TEST_CASE("a peer whose window is closed is asked whether it still is", "[outgoing]") {
    Sending test;
    CHECK(test.hear(0, 0));
    test.add(1);
    CHECK(test.sent() == Numbers{});

    CHECK_FALSE(test.asks_after(199ms));
    CHECK(test.asks_after(1ms));
    CHECK(test.hear(0, 4'000));
    CHECK(test.sent() == Numbers{1});
}

TEST_CASE("who gives up learns what may have arrived and what never left", "[outgoing]") {
    Sending test;
    test.add(6);
    REQUIRE(test.sent().size() == 4);
    CHECK(test.hear(1));

    const auto rest = test.stream.close();

    CHECK(rest.unknown.size() == 3);
    CHECK(rest.unsent.size() == 2);
    CHECK(test.stream.settled());
    CHECK(test.stream.messages() == 0);
    CHECK(test.stream.waiting_bytes() == 0);
    CHECK(test.stream.due() == TimePoint::max());
}

TEST_CASE("what is sent after giving up begins the next epoch, with a whole window", "[outgoing]") {
    Sending test;
    test.add(4);
    REQUIRE(test.sent().size() == 4);
    CHECK(test.hear(4, 0));
    static_cast<void>(test.stream.close());
    test.add(1);

    const KeptFrame* const frame = test.stream.next(test.now);

    REQUIRE(frame);
    CHECK(frame->header.epoch == 2);
    CHECK(frame->header.sequence == 1);
}

TEST_CASE("a word on an epoch that is over acknowledges nothing of this one", "[outgoing]") {
    Sending test;
    test.add(4);
    REQUIRE(test.sent().size() == 4);
    static_cast<void>(test.stream.close());
    test.add(2);
    REQUIRE(test.sent() == Numbers{1, 2});

    CHECK(test.hear(word_of(there, 1, 4)));

    CHECK(test.stream.messages() == 2);
}

TEST_CASE("numbers wrap", "[outgoing]") {
    Sending test({.first_sequence = 0xfffffffe});
    test.add(6);

    CHECK(test.sent() == Numbers{0xfffffffe, 0xffffffff, 0, 1});
    CHECK_FALSE(test.hear(2));
    CHECK(test.hear(0xffffffff));
    CHECK(test.hear(0xfffffffe));  // older
    CHECK(test.hear_missing(0));
    CHECK(test.sent() == Numbers{1, 2, 3});
    CHECK(test.hear(3));
    CHECK(test.stream.settled());
}

TEST_CASE("a word that knows nothing of this epoch is no word on the number 0", "[outgoing]") {
    Sending test({.first_sequence = 0xfffffffe});
    test.add(4);
    REQUIRE(test.sent().size() == 4);

    CHECK(test.hear(word_of(there, 0, 0)));
    CHECK(test.stream.messages() == 4);

    CHECK(test.hear(0xfffffffe));
    CHECK(test.hear(word_of(there, 0, 0)));
    CHECK(test.stream.messages() == 3);
}

TEST_CASE("epochs wrap, and none is 0", "[outgoing]") {
    Sending test({.first_epoch = 65535});

    static_cast<void>(test.stream.close());

    CHECK(test.stream.epoch() == 1);
    test.add(1);
    REQUIRE(test.sent().size() == 1);
    CHECK(test.hear(word_of(there, 65535, 1)));
    CHECK(test.stream.messages() == 1);
    CHECK_FALSE(test.hear(word_of(there, 2, 0)));
    CHECK(test.hear(1));
    CHECK(test.stream.settled());
}

}  // namespace zanni::transport
