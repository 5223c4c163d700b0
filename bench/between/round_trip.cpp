// How long does a round trip to an actor of another process take, and how many a second with many in flight?

#include "measure.hpp"

int main(int argc, char** argv) {
    CLI::App app("Round trips to an actor of another process");
    std::uint64_t count = 10'000;
    std::uint64_t in_flight = 1;
    app.add_option("--count", count, "round trips")->capture_default_str();
    app.add_option("--in-flight", in_flight, "pings outstanding; 1 is strict")->capture_default_str();
    return between::run(app, argc, argv, [&](zanni::ActorSystem& system) {
        const zanni::Address server = system.create("between.Echo");
        const zanni::Address pinger = system.create<between::Pinger>();
        between::ask<between::Rallied>(system, pinger, between::Rally{server, count / 10 + 1, in_flight});
        between::begin();
        const auto result = between::ask<between::Rallied>(system, pinger, between::Rally{server, count, in_flight});
        between::end();
        if (in_flight == 1)
            between::report_latency("strict round trip", result.times_us);
        else
            between::report("round trips, " + std::to_string(in_flight) + " in flight",
                            static_cast<double>(count) / result.seconds, "1/s", 2 * count);
        system.tell(server, zanni::ExitRequest{});
    });
}
