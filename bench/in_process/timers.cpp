// How many timers a second are started and cancelled, while 100,000 others are pending?

#include "measure.hpp"

namespace {

using namespace std::chrono_literals;

constexpr int pending = 100'000;

struct Begin {
    std::uint64_t count = 0;
};
struct Done {};

class Clock : public zanni::Actor {
public:
    Clock() {
        for (int i = 0; i < pending; ++i) wakeup_after(1h + std::chrono::microseconds(i * 7919 % pending));
    }
    Done begin(const Begin& begin) {
        for (std::uint64_t i = 0; i < begin.count; ++i)
            cancel(wakeup_after(30min + std::chrono::microseconds(i * 7919 % pending)));
        return {};
    }
    using Behavior = zanni::Behavior<&Clock::begin>;
};

}  // namespace

int main(int argc, char** argv) {
    const auto flags = bench::read_flags(argc, argv, "timers started and cancelled, beside 100,000 others", 1'000'000);
    zanni::ActorSystem system({.workers = flags.workers});
    const zanni::Address clock = system.create<Clock>();
    bench::report("timers started and cancelled", flags, [&] {
        const auto began = std::chrono::steady_clock::now();
        bench::ask<Done>(system, clock, Begin{flags.count});
        return bench::seconds_since(began);
    });
}
