// How many round trips a second do users of NATS's own client library get, with many in flight?
// usage: peer_nats_libnats_round_trip PORT COUNT IN-FLIGHT

#include "libnats_client.hpp"

int main(int argc, char** argv) {
    if (argc != 4) return std::fprintf(stderr, "usage: peer_nats_libnats_round_trip PORT COUNT IN-FLIGHT\n"), 2;
    try {
        const std::uint64_t count = std::stoull(argv[2]);
        const std::uint64_t in_flight = std::stoull(argv[3]);
        libnats::Client client(argv[1]);
        client.rally(count / 10 + 1, in_flight);
        peer::begin();
        const double took = client.rally(count, in_flight);
        peer::end();
        if (in_flight == 1)
            peer::report_latency("strict round trip", client.times_us());
        else
            peer::report("round trips, " + std::to_string(in_flight) + " in flight", static_cast<double>(count) / took,
                         "1/s", 2 * count);
    } catch (const std::exception& error) {
        return std::fprintf(stderr, "%s\n", error.what()), 1;
    }
}
