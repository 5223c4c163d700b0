#include <catch2/catch.hpp>

#include <atomic>
#include <chrono>
#include <thread>

#include "socket.hpp"
#include "wake_fd.hpp"

namespace zanni::transport {

namespace {

bool is_signalled(const WakeFd& wake) {
    PollItem item{nullptr, wake.fd()};
    poll({&item, 1}, Duration::zero());
    return item.ready;
}

}  // namespace

TEST_CASE("a signal makes the descriptor readable until it is cleared", "[wake]") {
    WakeFd wake;
    CHECK_FALSE(is_signalled(wake));

    wake.signal();
    CHECK(is_signalled(wake));

    wake.clear();
    CHECK_FALSE(is_signalled(wake));
}

TEST_CASE("signals that meet count once", "[wake]") {
    WakeFd wake;

    wake.signal();
    wake.signal();
    wake.clear();

    CHECK_FALSE(is_signalled(wake));
    wake.signal();
    CHECK(is_signalled(wake));
}

TEST_CASE("clearing what wasn't signalled does no harm", "[wake]") {
    WakeFd wake;

    wake.clear();
    wake.signal();

    CHECK(is_signalled(wake));
}

TEST_CASE("whatever was done before a signal is seen after the wake-up", "[wake]") {
    constexpr int steps = 20'000;
    WakeFd wake;
    std::atomic<int> done{0};

    std::thread signaller([&] {
        for (int i = 0; i < steps; ++i) {
            done.fetch_add(1);
            wake.signal();
        }
    });
    int seen = 0;
    bool woken = true;
    while (seen < steps && woken) {
        PollItem item{nullptr, wake.fd()};
        poll({&item, 1}, std::chrono::seconds(10));
        woken = item.ready;
        if (woken) wake.clear();
        seen = done.load();
    }
    signaller.join();

    CHECK(seen == steps);
}

}  // namespace zanni::transport
