#include <catch2/catch.hpp>

#include <atomic>
#include <condition_variable>
#include <mutex>
#include <semaphore>

#include "bases.hpp"
#include "household.hpp"

namespace zanni {

namespace {

using namespace test;

struct Block {};
struct Open {};
struct Opened {
    bool in_time = false;
};

/// A bus in a queue: a test puts messages in, and counts what comes out.
class QueueGateway final : public Gateway {
public:
    void open(Inbox& inbox, const Registry&) override { inbox_ = &inbox; }
    void close() override {}
    std::uint64_t process() const override { return 0x0000000100000001; }
    Capabilities capabilities() const override { return {}; }
    Way post(EnvelopePtr envelope) override {
        if (const auto* const opened = envelope->get<Opened>()) in_time = opened->in_time;
        posted.release();
        return Way::free;
    }
    Way way_to(std::uint64_t) override { return Way::free; }
    std::expected<std::uint64_t, Error> place(std::string_view, const Requirements&) override {
        return std::unexpected(Error{Error::unknown_type, {}});
    }
    void announce_dead_letter_handlers(std::vector<Address>) override {}
    std::expected<void, Error> update_capability(const std::string&, const std::optional<CapabilityValue>&) override {
        return {};
    }
    bool serve() override {
        deliver_all();
        return true;
    }
    void wait(Duration longest) override {
        {
            std::unique_lock lock(mutex_);
            changed_.wait_for(lock, longest, [this] { return woken_ || !arrived_.empty(); });
            woken_ = false;
        }
        deliver_all();
    }
    void wake() override {
        const std::scoped_lock lock(mutex_);
        woken_ = true;
        ++wakes_;
        changed_.notify_all();
    }

    template <class M>
    void arrive(const Address& target, M&& message) {
        const std::scoped_lock lock(mutex_);
        arrived_.push_back(make_envelope(target, far_actor, std::forward<M>(message)));
        changed_.notify_all();
    }
    int wakes() {
        const std::scoped_lock lock(mutex_);
        return wakes_;
    }

    const Address far_actor = detail::make_address({0x0000000200000001, 7});
    std::counting_semaphore<> posted{0};
    std::atomic<bool> in_time{true};

private:
    void deliver_all() {
        std::vector<EnvelopePtr> arrived;
        {
            const std::scoped_lock lock(mutex_);
            arrived.swap(arrived_);
        }
        for (auto& envelope : arrived) inbox_->deliver(std::move(envelope));
    }

    Inbox* inbox_ = nullptr;
    std::mutex mutex_;  // guards what follows
    std::condition_variable changed_;
    std::vector<EnvelopePtr> arrived_;
    bool woken_ = false;
    int wakes_ = 0;
};

std::counting_semaphore<> blocked{0};
std::counting_semaphore<> gate{0};

class Opener : public Actor {
public:
    void open(const Open&) { gate.release(); }
    using Behavior = zanni::Behavior<&Opener::open>;
};

class Blocker : public Actor {
public:
    Opened block(const Block&) {
        blocked.release();
        return {gate.try_acquire_for(patience)};
    }
    using Behavior = zanni::Behavior<&Blocker::block>;
};

struct Bus {
    explicit Bus(unsigned workers) : Bus(std::make_unique<QueueGateway>(), workers) {}
    Bus(std::unique_ptr<QueueGateway> made, unsigned workers)
        : gateway(made.get()),
          system(std::move(made), ActorSystem::Options{.workers = workers, .capabilities = {}, .registry = nullptr}) {}
    QueueGateway* gateway;
    ActorSystem system;
};

}  // namespace

TEST_CASE("what arrives at the gateway is handled, and the reply posted, by one worker or several") {
    const unsigned workers = GENERATE(1U, 2U, 4U);
    Bus bus(workers);
    const auto child = bus.system.create<Child>();

    for (int i = 0; i < 500; ++i) {
        bus.gateway->arrive(child, Knock{});
        REQUIRE(bus.gateway->posted.try_acquire_for(patience));
    }

    check_at_rest(bus.system);
}

TEST_CASE("a handler that blocks the worker from the gateway doesn't leave the gateway unattended") {
    const unsigned workers = GENERATE(2U, 3U);
    Bus bus(workers);
    const auto opener = bus.system.create<Opener>();
    const auto blocker = bus.system.create<Blocker>();

    for (int round = 0; round < 20; ++round) {
        if (round % 4 == 0) CHECK_FALSE(bus.system.listen<Opened>(20ms));  // until nobody is on watch any more
        bus.gateway->arrive(blocker, Block{});
        blocked.acquire();
        bus.gateway->arrive(opener, Open{});
        REQUIRE(bus.gateway->posted.try_acquire_for(2 * patience));
        REQUIRE(bus.gateway->in_time);
    }

    CHECK(bus.system.shut_down(patience));
}

TEST_CASE("a worker that delivers at the gateway doesn't wake itself") {
    Bus bus(1);
    const auto child = bus.system.create<Child>();
    const int before = bus.gateway->wakes();

    for (int i = 0; i < 100; ++i) {
        bus.gateway->arrive(child, Knock{});
        REQUIRE(bus.gateway->posted.try_acquire_for(patience));
    }

    CHECK(bus.gateway->wakes() == before);
    check_at_rest(bus.system);
}

}  // namespace zanni
