// How long does a round trip to another process by way of a NATS server take, and how many a second with many in
// flight? A raw socket; what has gathered leaves as one write. usage: peer_nats_round_trip PORT COUNT IN-FLIGHT

#include "client.hpp"

int main(int argc, char** argv) {
    if (argc != 4) return std::fprintf(stderr, "usage: peer_nats_round_trip PORT COUNT IN-FLIGHT\n"), 2;
    return nats::run([&] {
        const std::uint64_t count = std::stoull(argv[2]);
        const std::uint64_t in_flight = std::stoull(argv[3]);
        nats::Client client(std::stoi(argv[1]), "pinger");
        client.who("s0");
        client.rally({"s0"}, count / 10 + 1, in_flight);
        peer::begin();
        const auto began = peer::Clock::now();
        const auto times = client.rally({"s0"}, count, in_flight);
        const double took = peer::seconds_since(began);
        peer::end();
        if (in_flight == 1)
            peer::report_latency("strict round trip", times);
        else
            peer::report("round trips, " + std::to_string(in_flight) + " in flight", static_cast<double>(count) / took,
                         "1/s", 2 * count);
    });
}
