#include <catch2/catch.hpp>

#include <chrono>
#include <functional>
#include <future>
#include <string>

#include "control.hpp"
#include "enrolment.hpp"
#include "golden.hpp"
#include "sockets.hpp"

namespace zanni::transport {

namespace {

using test::HandWrittenBroker;

constexpr std::uint64_t assigned = process_id(0xa1000001, 7);

/// The id that enrol() brought, or what it threw, while a broker answers as told.
std::string enrolled(HandWrittenBroker& broker,
                     const std::function<void(const HandWrittenBroker::Received& hello)>& answer) {
    auto outcome = std::async(std::launch::async, [&]() -> std::string {
        try {
            Context context;
            return std::to_string(enrol(context, broker.endpoint(), test::deadline));
        } catch (const std::runtime_error& error) {
            return error.what();
        }
    });
    answer(broker.receive());
    return outcome.get();
}

}  // namespace

TEST_CASE("a newcomer says hello and takes the id that it is given", "[enrolment]") {
    HandWrittenBroker broker;

    const auto outcome = enrolled(broker, [&](const auto& hello) {
        CHECK(hello.header.source == 0);
        CHECK(hello.template message<Hello>());
        broker.send(hello.from, Welcome{assigned, "0.1.0"});
    });

    CHECK(outcome == std::to_string(assigned));
}

TEST_CASE("a newcomer whom nobody answers says so", "[enrolment]") {
    HandWrittenBroker broker;
    Context context;

    CHECK_THROWS_WITH(enrol(context, broker.endpoint(), std::chrono::milliseconds(20)),
                      broker.endpoint() + ": no broker answers");
}

TEST_CASE("a newcomer that is refused says why", "[enrolment]") {
    HandWrittenBroker broker;

    const auto outcome = enrolled(broker, [&](const auto& hello) {
        broker.send(hello.from, Refused{Error::overloaded, "the house is full"});
    });

    CHECK(outcome == broker.endpoint() + ": refused: the house is full");
}

TEST_CASE("a newcomer that is answered with garbage says so", "[enrolment]") {
    HandWrittenBroker broker;

    const auto outcome = enrolled(broker, [&](const auto& hello) {
        broker.send(hello.from, std::as_bytes(std::span("HTTP/1.1 400 Bad Request", 24)));
    });

    CHECK(outcome == broker.endpoint() + ": whoever answers is no Zanni broker: frame of 24 bytes, a header has 40");
}

TEST_CASE("a newcomer that meets another version of the protocol names both", "[enrolment]") {
    HandWrittenBroker broker;

    const auto outcome = enrolled(broker, [&](const auto& hello) {
        auto frame = control_frame(0, 0, Welcome{assigned, "9.0.0"});
        frame[0] = std::byte{9};
        broker.send(hello.from, std::span<const std::byte>(frame));
    });

    CHECK(outcome ==
          broker.endpoint() +
              ": whoever answers is no Zanni broker: frame of protocol version 9, this end speaks version 1");
}

TEST_CASE("a newcomer that is given no usable id says so", "[enrolment]") {
    HandWrittenBroker broker;
    const auto useless = GENERATE(std::uint64_t{0}, process_id(0x00000001, 1));

    const auto outcome = enrolled(broker, [&](const auto& hello) {
        broker.send(hello.from, Welcome{useless, "0.1.0"});
    });

    CHECK(outcome == broker.endpoint() + ": the broker gave no process id");
}

TEST_CASE("an endpoint to connect to is looked up first", "[enrolment]") {
    CHECK(connectable("tcp://localhost:1900") == "tcp://127.0.0.1:1900");
    CHECK_THROWS_WITH(connectable("leader"), "'leader' is no endpoint: expected tcp://HOST:PORT or ipc://PATH");
    CHECK_THROWS_WITH(connectable("tcp://no such host:1"),
                      Catch::StartsWith("tcp://no such host:1: host 'no such host': "));
}

}  // namespace zanni::transport
