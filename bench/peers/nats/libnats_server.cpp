// The other end of the benchmarks that use NATS's own client library: answers pings, and counts what comes one way.
// usage: peer_nats_libnats_server PORT NAME

#include <unistd.h>

#include <cstdint>
#include <cstdio>
#include <exception>
#include <string>

#include "libnats.hpp"

namespace {

class Server {
public:
    Server(const std::string& port, const std::string& name) : connection_(port) {
        connection_.subscribe<&Server::echo>(name + ".echo", *this);
        connection_.subscribe<&Server::expect>(name + ".expect", *this);
        connection_.subscribe<&Server::sink>(name + ".sink", *this);
        connection_.flush();
    }

private:
    void echo(std::string_view data, const char* reply_to) { connection_.publish(reply_to, data); }
    /// By another thread of the library's than sink(): answered, so that nothing is counted before.
    void expect(std::string_view data, const char* reply_to) {
        expected_ = std::stoull(std::string(data));
        asker_ = reply_to;
        count_ = 0;
        connection_.publish(reply_to, "a");
    }
    void sink(std::string_view, const char*) {
        if (++count_ == expected_) connection_.publish(asker_.c_str(), "d");
    }

    std::uint64_t expected_ = 0;
    std::uint64_t count_ = 0;
    std::string asker_;
    libnats::Connection connection_;  // goes first, with its threads
};

}  // namespace

int main(int argc, char** argv) {
    if (argc != 3) return std::fprintf(stderr, "usage: peer_nats_libnats_server PORT NAME\n"), 2;
    try {
        const Server server(argv[1], argv[2]);
        for (;;) ::pause();
    } catch (const std::exception& error) {
        return std::fprintf(stderr, "%s\n", error.what()), 1;
    }
}
