// How long does a small round trip to another process take, while others flood that process with messages?

#include "flooding.hpp"

int main(int argc, char** argv) {
    using namespace between;
    CLI::App app("A small ping beside a flood to the same process");
    std::uint64_t milliseconds = 500;
    std::uint64_t bytes = 256;
    app.add_option("--milliseconds", milliseconds, "for so long")->capture_default_str();
    app.add_option("--bytes", bytes, "of each message of the flood")
        ->capture_default_str()
        ->check(CLI::Range(1, 16 << 20));
    return run(app, argc, argv, [&](zanni::ActorSystem& system) {
        const zanni::Address server = system.create("between.Echo");
        const zanni::Address sink = system.create("between.Sink");
        const zanni::Address pinger = system.create<Pinger>();
        const zanni::Address flooder = system.create<Flooder>();
        system.tell(flooder, KeepFlooding{sink, bytes, window_of(bytes)});
        const auto began = Clock::now();
        rally_for(system, {pinger}, {server}, milliseconds / 10);
        begin();
        const auto times_us = rally_for(system, {pinger}, {server}, milliseconds);
        end();
        const double took = std::chrono::duration<double>(Clock::now() - began).count();
        const auto flooded = ask<Acknowledged>(system, flooder, StopFlooding{});
        const std::string what = "ping beside a flood of " + std::to_string(bytes) + " B";
        report_latency(what, times_us);
        report(what + ": the flood", static_cast<double>(flooded.count * bytes) / 1e6 / took, "MB/s");
        system.tell(server, zanni::ExitRequest{});
        system.tell(sink, zanni::ExitRequest{});
    });
}
