// How long does a small round trip to another process take, while others flood that process with messages?

#include "flooding.hpp"

int main(int argc, char** argv) {
    using namespace between;
    CLI::App app("A small ping beside a flood to the same process");
    std::uint64_t count = 2'000;
    std::uint64_t bytes = 256;
    app.add_option("--count", count, "round trips")->capture_default_str();
    app.add_option("--bytes", bytes, "of each message of the flood")
        ->capture_default_str()
        ->check(CLI::Range(1, 16 << 20));
    return run(app, argc, argv, [&](zanni::ActorSystem& system) {
        const zanni::Address server = system.create("between.Echo");
        const zanni::Address sink = system.create("between.Sink");
        const zanni::Address pinger = system.create<Pinger>();
        const zanni::Address flooder = system.create<Flooder>();
        system.tell(flooder, KeepFlooding{sink, bytes, window_of(bytes)});
        const double warm_up = ask<Rallied>(system, pinger, Rally{server, count / 10 + 1, 1}).seconds;
        begin();
        const auto result = ask<Rallied>(system, pinger, Rally{server, count, 1});
        end();
        const auto flooded = ask<Acknowledged>(system, flooder, StopFlooding{});
        const std::string what = "ping beside a flood of " + std::to_string(bytes) + " B";
        report_latency(what, result.times_us);
        report(what + ": the flood", static_cast<double>(flooded.count * bytes) / 1e6 / (warm_up + result.seconds),
               "MB/s");
        system.tell(server, zanni::ExitRequest{});
        system.tell(sink, zanni::ExitRequest{});
    });
}
