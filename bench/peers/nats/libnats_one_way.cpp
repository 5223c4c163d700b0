// How many messages a second, or megabytes, do users of NATS's own client library send one way?
// usage: peer_nats_libnats_one_way PORT COUNT BYTES

#include "libnats_client.hpp"

int main(int argc, char** argv) {
    if (argc != 4) return std::fprintf(stderr, "usage: peer_nats_libnats_one_way PORT COUNT BYTES\n"), 2;
    try {
        const std::uint64_t count = std::stoull(argv[2]);
        const std::uint64_t bytes = std::stoull(argv[3]);
        libnats::Client client(argv[1]);
        client.flood(count / 10 + 1, bytes);
        peer::begin();
        const double took = client.flood(count, bytes);
        peer::end();
        peer::report_one_way(count, bytes, took);
    } catch (const std::exception& error) {
        return std::fprintf(stderr, "%s\n", error.what()), 1;
    }
}
