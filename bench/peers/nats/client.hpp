#pragma once

#include <cstring>
#include <exception>
#include <functional>
#include <string>
#include <vector>

#include "../common/measure.hpp"
#include "connection.hpp"

/// What the programs that ask NATS's servers share.
namespace nats {

using namespace peer;

/// One connection, whose inbox is known to a server once its who() has been answered.
class Client {
public:
    Client(int port, const std::string& role)
        : connection(port), inbox("inbox." + std::to_string(::getpid()) + '.' + role) {
        connection.subscribe(inbox, 0);
    }

    /// The process id of that server. Asks until it is answered, as a cluster may still be getting to know it.
    int who(const std::string& server) {
        int pid = 0;
        for (int tries = 0; !pid; ++tries) {
            if (tries == 100) throw std::runtime_error("nats: no server " + server);
            connection.publish(server + ".who", "", inbox);
            connection.receive([&](const Message& message) { pid = std::stoi(std::string(message.payload)); }, 100);
        }
        while (connection.receive([](const Message&) {}, 20)) {
        }
        return pid;
    }

    /// `in_flight` pings outstanding until each server has answered `count`. Returns the times of all, if there is one
    /// at a time.
    std::vector<double> rally(const std::vector<std::string>& servers, std::uint64_t count, std::uint64_t in_flight) {
        std::vector<std::string> subjects;
        for (const auto& server : servers) subjects.push_back(server + ".echo");
        std::vector<std::uint64_t> sent(servers.size());
        std::vector<double> times;
        if (in_flight == 1) times.reserve(count * servers.size());
        const auto ping = [&](std::uint64_t server) {
            const std::int64_t payload[2] = {static_cast<std::int64_t>(server), in_flight == 1 ? clock_ns() : 0};
            ++sent[server];
            connection.publish(subjects[server], {reinterpret_cast<const char*>(payload), sizeof payload}, inbox);
        };
        for (std::uint64_t server = 0; server < servers.size(); ++server)
            while (sent[server] < std::min(in_flight, count)) ping(server);
        std::uint64_t received = 0;
        while (received < count * servers.size()) {
            connection.receive([&](const Message& message) {
                std::int64_t payload[2];
                if (message.payload.size() != sizeof payload) return;
                std::memcpy(payload, message.payload.data(), sizeof payload);
                ++received;
                if (in_flight == 1) times.push_back(static_cast<double>(clock_ns() - payload[1]) / 1e3);
                if (sent[static_cast<std::size_t>(payload[0])] < count) ping(static_cast<std::uint64_t>(payload[0]));
            });
        }
        return times;
    }

    /// The same with one at a time, for so long.
    std::vector<double> rally_for(const std::vector<std::string>& servers, std::uint64_t milliseconds) {
        const auto until = Clock::now() + std::chrono::milliseconds(milliseconds);
        std::vector<double> times;
        do {
            const auto some = rally(servers, 20, 1);
            times.insert(times.end(), some.begin(), some.end());
        } while (Clock::now() < until);
        return times;
    }

    Connection connection;
    const std::string inbox;
};

/// Runs it, and says in one line what was wrong.
inline int run(const std::function<void()>& measure) {
    try {
        measure();
    } catch (const std::exception& error) {
        std::fprintf(stderr, "%s\n", error.what());
        return 1;
    }
    return 0;
}

}  // namespace nats
