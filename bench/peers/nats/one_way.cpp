// How many messages a second, or megabytes, does one process send another by way of a NATS server?
// A raw socket; 64 KiB leave as one write. usage: peer_nats_one_way PORT COUNT BYTES

#include "client.hpp"

namespace {

double seconds(nats::Client& client, std::uint64_t count, std::uint64_t bytes) {
    const std::string payload(bytes, 'x');
    const auto began = peer::Clock::now();
    client.connection.publish("s0.expect", std::to_string(count) + " 0", client.inbox);
    for (std::uint64_t i = 0; i < count; ++i) client.connection.publish("s0.sink", payload);
    bool done = false;
    while (!done) client.connection.receive([&](const nats::Message& message) { done = message.payload == "d"; });
    return peer::seconds_since(began);
}

}  // namespace

int main(int argc, char** argv) {
    if (argc != 4) return std::fprintf(stderr, "usage: peer_nats_one_way PORT COUNT BYTES\n"), 2;
    return nats::run([&] {
        const std::uint64_t count = std::stoull(argv[2]);
        const std::uint64_t bytes = std::stoull(argv[3]);
        nats::Client client(std::stoi(argv[1]), "source");
        client.who("s0");
        seconds(client, count / 10 + 1, bytes);
        peer::begin();
        const double took = seconds(client, count, bytes);
        peer::end();
        peer::report_one_way(count, bytes, took);
    });
}
