// How long does a small round trip by way of a NATS server take, while a flood goes to the same process?
// Raw sockets; the flood has a connection of its own here, and shares one at the other end. usage: peer_nats_flood PORT
// MILLISECONDS BYTES

#include "flooding.hpp"

int main(int argc, char** argv) {
    if (argc != 4) return std::fprintf(stderr, "usage: peer_nats_flood PORT MILLISECONDS BYTES\n"), 2;
    return nats::run([&] {
        const int port = std::stoi(argv[1]);
        const std::uint64_t milliseconds = std::stoull(argv[2]);
        const std::uint64_t bytes = std::stoull(argv[3]);
        nats::Client client(port, "pinger");
        client.who("s0");
        nats::Flooder flooder(port, "s0", bytes);
        const auto flooded_since = peer::Clock::now();
        const auto flooded_before = flooder.acknowledged();
        client.rally_for({"s0"}, milliseconds / 10);
        peer::begin();
        const auto times = client.rally_for({"s0"}, milliseconds);
        peer::end();
        const double took = peer::seconds_since(flooded_since);
        const auto flooded = flooder.stop() - flooded_before;
        const std::string what = "ping beside a flood of " + std::to_string(bytes) + " B";
        peer::report_latency(what, times);
        peer::report(what + ": the flood", static_cast<double>(flooded * bytes) / 1e6 / took, "MB/s");
    });
}
