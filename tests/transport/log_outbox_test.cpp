#include <catch2/catch.hpp>

#include <string>

#include "log_outbox.hpp"

namespace zanni::transport {

using namespace std::chrono_literals;

TEST_CASE("a hundred records leave at once, then twenty per second", "[D11]") {
    ManualClock clock;
    LogLimiter limiter;
    const auto admitted = [&] {
        int count = 0;
        for (int i = 0; i < 1'000; ++i) count += limiter.admit(clock.now());
        return count;
    };

    CHECK(admitted() == 100);
    CHECK(admitted() == 0);
    clock.advance(1s);
    CHECK(admitted() == 20);
    clock.advance(49ms);
    CHECK(admitted() == 0);
    clock.advance(1ms);
    CHECK(admitted() == 1);
    clock.advance(1h);
    CHECK(admitted() == 100);
}

TEST_CASE("what is suppressed is told once, a second after the first", "[D11]") {
    ManualClock clock;
    LogLimiter limiter;
    CHECK_FALSE(limiter.take_suppressed(clock.now()));

    for (int i = 0; i < 117; ++i) limiter.admit(clock.now());

    clock.advance(999ms);
    CHECK_FALSE(limiter.take_suppressed(clock.now()));
    clock.advance(1ms);
    CHECK(limiter.take_suppressed(clock.now()) == 17u);
    CHECK_FALSE(limiter.take_suppressed(clock.now()));
}

TEST_CASE("in a flood every record is told or counted", "[D11]") {
    ManualClock clock;
    LogOutbox outbox;
    std::uint64_t told = 0;
    std::uint64_t counted = 0;
    const auto take = [&] {
        for (const LogRecord& record : outbox.take(clock.now()))
            if (record.text == "flood")
                ++told;
            else
                counted += std::stoull(record.text);
    };

    for (int second = 0; second < 10; ++second)
        for (int i = 0; i < 1'000; ++i, clock.advance(1ms)) {
            outbox.add({log::Level::warn, "flood"}, clock.now());
            take();
        }
    clock.advance(2s);
    take();

    CHECK(told + counted == 10'000);
    CHECK(told == 299);
}

TEST_CASE("while nothing leaves, a hundred records wait and the rest is counted", "[D11]") {
    ManualClock clock;
    LogOutbox outbox;

    for (int i = 0; i < 150; ++i, clock.advance(50ms)) outbox.add({log::Level::error, "x"}, clock.now());

    const auto records = outbox.take(clock.now());
    REQUIRE(records.size() == 101);
    CHECK(records.front().level == 3);
    CHECK(records.back().text == "50 log records suppressed");
}

TEST_CASE("a record's text is bounded on its way", "[D11]") {
    ManualClock clock;
    LogOutbox outbox;

    outbox.add({log::Level::warn, std::string(5'000, 'x') + "\n"}, clock.now());

    CHECK(outbox.take(clock.now()).at(0).text.size() == log_text_bytes_max);
}

}  // namespace zanni::transport
