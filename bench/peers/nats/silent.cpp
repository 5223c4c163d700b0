// What do others' round trips by way of a NATS server cost, when one of several processes that get messages has
// stopped? Raw sockets. usage: peer_nats_silent PORT MILLISECONDS

#include <signal.h>

#include "flooding.hpp"

int main(int argc, char** argv) {
    if (argc != 3) return std::fprintf(stderr, "usage: peer_nats_silent PORT MILLISECONDS\n"), 2;
    return nats::run([&] {
        const int port = std::stoi(argv[1]);
        const std::uint64_t milliseconds = std::stoull(argv[2]);
        const std::vector<std::string> others{"s1", "s2", "s3"};
        nats::Client client(port, "pinger");
        const int victim = client.who("s0");
        for (const auto& other : others) client.who(other);
        client.rally_for(others, milliseconds / 10);
        peer::begin();
        const auto before = client.rally_for(others, milliseconds);
        ::kill(victim, SIGSTOP);
        const std::string load(256, 'x');
        for (std::uint64_t i = 0; i < peer::window_of(load.size()); ++i) client.connection.publish("s0.sink", load);
        const auto beside = client.rally_for(others, milliseconds);
        ::kill(victim, SIGCONT);
        peer::end();
        peer::report_latency("others' round trips, all alive", before);
        peer::report_latency("others' round trips, one stopped", beside);
    });
}
