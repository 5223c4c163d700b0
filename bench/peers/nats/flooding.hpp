#pragma once

#include <atomic>
#include <thread>

#include "client.hpp"

namespace nats {

/// Sends to a server's sink as fast as it acknowledges, with at most a window under way, on a thread and connection of
/// its own: so no ping has to wait behind it at the sender's.
class Flooder {
public:
    Flooder(int port, const std::string& server, std::uint64_t bytes)
        : thread_([this, port, server, bytes] { run([&] { flood(port, server, bytes); }); }) {
        while (acknowledged_ == 0) std::this_thread::sleep_for(std::chrono::milliseconds(1));
    }
    ~Flooder() { stop(); }

    std::uint64_t acknowledged() const { return acknowledged_; }
    /// How many have been acknowledged. Waits for what is under way.
    std::uint64_t stop() {
        stopping_ = true;
        if (thread_.joinable()) thread_.join();
        return acknowledged_;
    }

private:
    void flood(int port, const std::string& server, std::uint64_t bytes) {
        Client client(port, "flooder");
        client.who(server);
        const std::string subject = server + ".sink";
        const std::string payload(bytes, 'x');
        const std::uint64_t window = window_of(bytes);
        const std::uint64_t quarter = std::max<std::uint64_t>(1, window / 4);
        client.connection.publish(server + ".expect", "0 " + std::to_string(quarter), client.inbox);
        std::uint64_t sent = 0, received = 0;
        while (!stopping_ || received + quarter <= sent) {
            for (; !stopping_ && sent - received < window; ++sent) client.connection.publish(subject, payload);
            client.connection.receive([&](const Message&) { received += quarter; });
            if (!stopping_) acknowledged_ = received;
        }
    }

    std::atomic<bool> stopping_ = false;
    std::atomic<std::uint64_t> acknowledged_ = 0;
    std::thread thread_;
};

}  // namespace nats
