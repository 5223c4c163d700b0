#include <catch2/catch.hpp>

#include <atomic>
#include <chrono>
#include <future>
#include <map>
#include <string>
#include <thread>
#include <vector>

#include "gateway_fixture.hpp"

namespace zanni::transport {

using namespace zanni::test;

namespace {

EnvelopePtr text_from(std::uint64_t sender, const std::string& text) {
    return make_envelope(actor(other_process, 1), actor(own_process, sender), text);
}

/// Stands in for a process' workers: one of them is always at the gateway.
class Driver {
public:
    explicit Driver(Gateway& gateway)
        : gateway_(gateway), thread_([this] {
              while (!stopping_) gateway_.wait(std::chrono::hours(1));
          }) {}
    ~Driver() {
        stopping_ = true;
        gateway_.wake();
        thread_.join();
    }

private:
    Gateway& gateway_;
    std::atomic<bool> stopping_{false};
    std::thread thread_;
};

}  // namespace

TEST_CASE("messages of many threads all leave while another waits at the socket, each thread's in order", "[gateway]") {
    constexpr int threads = 4;
    constexpr int each = 2'500;
    OpenGateway test;
    const Driver driver(test.gateway);

    std::vector<std::thread> posting;
    for (int t = 0; t < threads; ++t)
        posting.emplace_back([&test, t] {
            for (int i = 0; i < each; ++i)
                test.gateway.post(text_from(static_cast<std::uint64_t>(t + 1), std::to_string(i)));
        });

    std::map<std::uint64_t, int> arrived;
    bool in_order = true;
    std::uint32_t sequence = 0;
    for (int left = threads * each; left > 0;) {
        const auto received = test.receive_data();
        CHECK(received.header.sequence == ++sequence);
        auto reader = RecordReader::open(received.header, received.frame).value();
        while (const auto record = reader.next().value()) {
            in_order &=
                unmarshalled<std::string>(record->payload).value() == std::to_string(arrived[record->sender_actor]++);
            --left;
        }
    }
    for (auto& thread : posting) thread.join();
    CHECK(in_order);
    CHECK(arrived == std::map<std::uint64_t, int>{{1, each}, {2, each}, {3, each}, {4, each}});
    CHECK(test.inbox.returned.empty());
}

TEST_CASE("a message posted while another waits at the socket leaves at once, again and again", "[gateway]") {
    OpenGateway test;
    const Driver driver(test.gateway);

    // A lost wake-up would cost a second each: this would take half an hour instead of one second.
    for (int i = 0; i < 2'000; ++i) {
        test.gateway.post(text_from(1, std::to_string(i)));
        REQUIRE(test.receive_data().header.sequence == static_cast<std::uint32_t>(i + 1));
    }
}

TEST_CASE("a wake-up ends a wait, or the next one", "[gateway]") {
    OpenGateway test;

    test.gateway.wake();
    test.gateway.wait(std::chrono::hours(1));
    std::thread waking([&] { test.gateway.wake(); });
    test.gateway.wait(std::chrono::hours(1));

    waking.join();
    SUCCEED("neither waited for an hour");
}

TEST_CASE("whoever finds another at the socket goes on without it", "[gateway]") {
    OpenGateway test;
    const Driver driver(test.gateway);

    bool busy = false;
    const SystemClock clock;
    for (const auto until = clock.now() + deadline; !busy && clock.now() < until;) busy = !test.gateway.serve();

    CHECK(busy);
}

TEST_CASE("a gateway tells the broker how many actors there are", "[gateway]") {
    OpenGateway test;
    test.inbox.actors = 3;

    test.await_everything_sent();

    CHECK(test.receive_control<Report>().actors == 3);
}

TEST_CASE("a closed gateway has sent what waited, then its farewell", "[gateway]") {
    OpenGateway test;
    test.gateway.post(text_from(1, "last words"));

    auto closed = std::async(std::launch::async, [&] { test.gateway.close(); });

    CHECK(test.receive_data().header.records == 1);
    test.receive_control<Leave>();
    closed.get();
    CHECK(test.inbox.returned.empty());
}

TEST_CASE("a message posted after the end comes back as shut down", "[gateway]") {
    OpenGateway test;
    test.gateway.close();

    test.gateway.post(text_from(1, "too late"));

    REQUIRE(test.inbox.returned.size() == 1);
    CHECK(test.inbox.returned[0].reason == Error::shut_down);
    CHECK(test.inbox.returned[0].envelope->target == actor(other_process, 1));
}

TEST_CASE("a gateway closes although another waits at the socket", "[gateway]") {
    OpenGateway test;
    std::atomic<bool> closed{false};
    std::thread waiting([&] {
        while (!closed) test.gateway.wait(std::chrono::hours(1));
    });

    test.gateway.close();
    closed = true;
    test.gateway.wake();
    waiting.join();

    test.receive_control<Leave>();
}

TEST_CASE("a message too large for the bus comes back at once", "[gateway]") {
    OpenGateway test;

    test.gateway.post(text_from(1, std::string(message_bytes_max, 'x')));

    REQUIRE(test.inbox.returned.size() == 1);
    CHECK(test.inbox.returned[0].reason == Error::too_large);
}

}  // namespace zanni::transport
