#include <algorithm>
#include <chrono>
#include <cstdint>
#include <iostream>
#include <stdexcept>
#include <string>
#include <thread>

#include <zanni/zanni.hpp>

/// A sensor measures as fast as it can, a filter smooths what it says, a store is slow. The filter throws on what no
/// sensor can have measured, and is restarted; the store's mailbox holds 50 readings, and whoever would overfill it is
/// paused. At the end every reading is accounted for, and none of the three ever had to wait for another by itself.
namespace {

using namespace std::chrono_literals;

constexpr std::uint64_t readings = 20'500;
constexpr std::uint32_t store_mailbox = 50;

struct Reading {
    std::uint64_t number = 0;
    double celsius = 0;
};
struct Smoothed {
    std::uint64_t number = 0;
    double celsius = 0;
};
struct NoMore {};
struct Measure {
    zanni::Address filter;
    std::uint64_t left = 0;
};
struct Start {};
struct Stored {
    std::uint64_t count = 0;
    std::uint64_t gaps = 0;  ///< places where a reading is missing
    std::uint64_t deepest = 0;
};
struct Summary {
    std::uint64_t rejected = 0;
    std::uint64_t restarts = 0;
    Stored stored;
};

/// Slow, as disks are. Looks into its own mailbox.
class Store : public zanni::Actor {
public:
    static constexpr zanni::MailboxLimit mailbox{.messages_max = store_mailbox};

    void store(const Smoothed& reading) {
        if (reading.number != last_ + 1) ++stored_.gaps;
        last_ = reading.number;
        if (++stored_.count % 100 == 0) std::this_thread::sleep_for(1ms);
    }
    Stored finish(const NoMore&) { return stored_; }
    using Behavior = zanni::Behavior<&Store::store, &Store::finish>;

private:
    std::uint64_t last_ = 0;
    Stored stored_;
};

/// Means of three. What it has seen is gone with a restart, where it goes on from the next reading.
class Filter : public zanni::Actor {
public:
    using Initializing = zanni::Initializing<zanni::Address>;

    void feed(const zanni::Address& store) { store_ = store; }
    void smooth(const Reading& reading) {
        if (reading.celsius > 200) throw std::runtime_error("no sensor survives " + std::to_string(reading.celsius));
        before_last_ = last_;
        last_ = latest_;
        latest_ = reading.celsius;
        send(store_, Smoothed{reading.number, (before_last_ + last_ + latest_) / 3});
    }
    using Behavior = zanni::Behavior<&Filter::feed, &Filter::smooth>;

private:
    zanni::Address store_;
    double before_last_ = 20, last_ = 20, latest_ = 20;
};

/// One reading in a thousand is nonsense. It is told which ones the filter could not take.
class Sensor : public zanni::Actor {
public:
    void measure(const Measure& measure) {
        filter_ = measure.filter;
        left_ = measure.left;
        send(address(), Start{});
    }
    /// Some at a time: between two turns it can be paused, and hears what comes back.
    void go_on(const Start&) {
        for (int i = 0; i < 10 && left_ > 0; ++i, --left_) {
            const std::uint64_t number = ++number_;
            send(filter_, Reading{number, number % 1'000 == 0 ? 4'000.0 : 20.0 + static_cast<double>(number % 7)});
        }
        if (left_ > 0) send(address(), Start{});
    }
    void rejected(const zanni::PoisonMessage&) { ++rejected_; }
    std::uint64_t how_many(const NoMore&) { return rejected_; }
    using Behavior = zanni::Behavior<&Sensor::measure, &Sensor::go_on, &Sensor::rejected, &Sensor::how_many>;

private:
    zanni::Address filter_;
    std::uint64_t left_ = 0;
    std::uint64_t number_ = 0;
    std::uint64_t rejected_ = 0;
};

/// Makes the three, and says what is to follow a failure of the filter.
class Plant : public zanni::Actor {
public:
    zanni::Task<Summary> run(const Start&) {
        send(filter_, store_);
        send(sensor_, Measure{filter_, readings});
        Summary summary;
        do {
            co_await sleep_for(10ms);
            const auto status = co_await ask<zanni::ActorStatus>(store_, zanni::StatusRequest{}, 60s);
            const auto stored = co_await ask<Stored>(store_, NoMore{}, 60s);
            const auto rejected = co_await ask<std::uint64_t>(sensor_, NoMore{}, 60s);
            const auto filter = co_await ask<zanni::ActorStatus>(filter_, zanni::StatusRequest{}, 60s);
            if (!status || !stored || !rejected || !filter) throw std::runtime_error("one of them does not answer");
            const std::uint64_t deepest = std::max(summary.stored.deepest, status->waiting);
            summary = {*rejected, filter->restarts, *stored};
            summary.stored.deepest = deepest;
        } while (summary.stored.count + summary.rejected < readings);
        co_return summary;
    }
    using Behavior = zanni::Behavior<&Plant::run>;

private:
    static zanni::SupervisionPolicy restarted() {
        return {.on_failure = zanni::SupervisionPolicy::OnFailure::restart, .restarts_max = 100, .period = 1h};
    }
    zanni::Address store_ = create<Store>();
    zanni::Address filter_ = create<Filter>({.supervision = restarted()});
    zanni::Address sensor_ = create<Sensor>();
};

}  // namespace

int main() {
    zanni::ActorSystem system;
    const zanni::Address plant = system.create<Plant>();
    const auto summary = system.ask<Summary>(plant, Start{}, 100s);
    if (!summary) return std::cerr << summary.error() << '\n', 1;
    const bool is_bounded = summary->stored.deepest <= store_mailbox + 20;  // one turn of the filter may come on top
    std::cout << readings << " readings: " << summary->stored.count << " stored, in order; " << summary->rejected
              << " rejected, which leaves " << summary->stored.gaps
              << " gaps; lost without a word: " << readings - summary->stored.count - summary->rejected << '\n'
              << "the filter was restarted " << summary->restarts << " times\n"
              << "before the store waited "
              << (is_bounded ? "about " + std::to_string(store_mailbox) + " readings at most"
                             : std::to_string(summary->stored.deepest) + " readings")
              << ": the sensor was paused while there were more\n";
}
