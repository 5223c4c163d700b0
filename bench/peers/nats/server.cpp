// The other end of NATS's benchmarks: answers pings and counts what floods it, like the actors of bench/between/.
// usage: peer_nats_server PORT NAME

#include <unistd.h>

#include <cstdio>
#include <exception>
#include <string>

#include "connection.hpp"

namespace {

enum Subscription { echo = 1, who, expect, sink };

/// Counts what comes to NAME.sink, and says "a" for every so many and "d" for the last to who sent NAME.expect.
struct Sink {
    std::string asker;
    std::uint64_t expected = 0;
    std::uint64_t acknowledge_every = 0;
    std::uint64_t count = 0;
};

void serve(int port, const std::string& name) {
    nats::Connection connection(port);
    connection.subscribe(name + ".echo", echo);
    connection.subscribe(name + ".who", who);
    connection.subscribe(name + ".expect", expect);
    connection.subscribe(name + ".sink", sink);
    connection.flush();
    Sink counted;
    while (true) {
        connection.receive([&](const nats::Message& message) {
            if (message.subscription == echo) {
                connection.publish(message.reply_to, message.payload);
            } else if (message.subscription == sink) {
                ++counted.count;
                if (counted.acknowledge_every && counted.count % counted.acknowledge_every == 0)
                    connection.publish(counted.asker, "a");
                if (counted.count == counted.expected) connection.publish(counted.asker, "d");
            } else if (message.subscription == expect) {
                unsigned long long expected = 0, every = 0;
                std::sscanf(std::string(message.payload).c_str(), "%llu %llu", &expected, &every);
                counted = {std::string(message.reply_to), expected, every, 0};
            } else {
                connection.publish(message.reply_to, std::to_string(::getpid()));
            }
        });
    }
}

}  // namespace

int main(int argc, char** argv) {
    if (argc != 3) return std::fprintf(stderr, "usage: peer_nats_server PORT NAME\n"), 2;
    try {
        serve(std::stoi(argv[1]), argv[2]);
    } catch (const std::exception& error) {
        return std::fprintf(stderr, "%s\n", error.what()), 1;
    }
}
