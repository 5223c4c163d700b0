#pragma once

#include <signal.h>
#include <unistd.h>

#include <stdexcept>
#include <string>
#include <vector>

#include <caf/all.hpp>
#include <caf/io/all.hpp>

#include "../common/measure.hpp"

/// What the benchmarks between CAF's processes share. The other end is peer_caf_server; CAF's nodes connect directly.
namespace peer {

using go = caf::atom_constant<caf::atom("go")>;
using ping = caf::atom_constant<caf::atom("ping")>;
using pong = caf::atom_constant<caf::atom("pong")>;
using load = caf::atom_constant<caf::atom("load")>;
using expect = caf::atom_constant<caf::atom("expect")>;
using acknowledged = caf::atom_constant<caf::atom("ack")>;
using hello = caf::atom_constant<caf::atom("hello")>;
using stop = caf::atom_constant<caf::atom("stop")>;
using done = caf::atom_constant<caf::atom("done")>;

struct Config : caf::actor_system_config {
    std::uint64_t count = 10'000;
    std::uint64_t in_flight = 1;
    std::uint64_t milliseconds = 500;
    std::uint64_t bytes = 16;
    std::string ports;  ///< of the servers: "4711,4712"
    Config() {
        load_module();
        opt_group{custom_options_, "global"}
            .add(count, "count", "how many")
            .add(in_flight, "in-flight", "pings outstanding")
            .add(milliseconds, "milliseconds", "for so long")
            .add(bytes, "bytes", "of each message")
            .add(ports, "ports", "of the servers");
    }

private:
    void load_module() { load<caf::io::middleman>(); }
};

struct Server {
    caf::actor echo;
    caf::actor sink;
    std::int32_t pid = 0;
};

inline std::vector<std::uint16_t> ports_of(const Config& config) {
    std::vector<std::uint16_t> ports;
    for (std::size_t at = 0; at < config.ports.size(); at = config.ports.find(',', at) + 1) {
        ports.push_back(static_cast<std::uint16_t>(std::stoi(config.ports.substr(at))));
        if (config.ports.find(',', at) == std::string::npos) break;
    }
    return ports;
}

inline Server connect(caf::actor_system& system, std::uint16_t port) {
    const auto hub = system.middleman().remote_actor("127.0.0.1", port);
    if (!hub) throw std::runtime_error("no server at port " + std::to_string(port));
    caf::scoped_actor self(system);
    Server server;
    self->request(*hub, std::chrono::seconds(10), go::value)
        .receive(
            [&](const caf::actor& echo, const caf::actor& sink, std::int32_t pid) {
                server = {echo, sink, pid};
            },
            [&](const caf::error& error) { throw std::runtime_error(system.render(error)); });
    return server;
}

/// Pings one server, so many at once; says (done, times_us), which are those of each if there is one at a time.
struct Pinger {
    caf::actor server, asker;
    std::uint64_t count = 0, in_flight = 0, sent = 0, received = 0;
    std::vector<double> times_us;
};

inline caf::behavior pinger(caf::stateful_actor<Pinger>* self) {
    const auto next = [=] {
        auto& state = self->state;
        ++state.sent;
        self->send(state.server, ping::value, caf::actor(self), state.sent, state.in_flight == 1 ? clock_ns() : 0);
    };
    return {
        [=](go, const caf::actor& server, std::uint64_t count, std::uint64_t in_flight, const caf::actor& asker) {
            self->state = {server, asker, count, in_flight, 0, 0, {}};
            while (self->state.sent < std::min(in_flight, count)) next();
        },
        [=](pong, std::uint64_t, std::int64_t sent_ns) {
            auto& state = self->state;
            ++state.received;
            if (state.in_flight == 1) state.times_us.push_back(static_cast<double>(clock_ns() - sent_ns) / 1e3);
            if (state.sent < state.count) return next();
            if (state.received == state.count) self->send(state.asker, done::value, std::move(state.times_us));
        },
    };
}

inline std::vector<double> rally(caf::actor_system& system, const std::vector<caf::actor>& servers, std::uint64_t count,
                                 std::uint64_t in_flight) {
    caf::scoped_actor self(system);
    for (const auto& server : servers)
        self->send(system.spawn(pinger), go::value, server, count, in_flight, caf::actor(self));
    std::vector<double> times;
    std::size_t i = 0;
    self->receive_for(i, servers.size())(
        [&](done, const std::vector<double>& some) { times.insert(times.end(), some.begin(), some.end()); });
    return times;
}

/// The same with one at a time, for so long.
inline std::vector<double> rally_for(caf::actor_system& system, const std::vector<caf::actor>& servers,
                                     std::uint64_t milliseconds) {
    const auto until = Clock::now() + std::chrono::milliseconds(milliseconds);
    std::vector<double> times;
    do {
        const auto some = rally(system, servers, 20, 1);
        times.insert(times.end(), some.begin(), some.end());
    } while (Clock::now() < until);
    return times;
}

/// Sends to a sink as fast as it acknowledges, with at most a window under way, until it is told to stop.
struct Flooder {
    caf::actor sink, asker;
    std::string bytes;
    std::uint64_t sent = 0, acknowledged = 0, until_stopped = 0;
    bool stopping = false;
};

inline caf::behavior flooder(caf::stateful_actor<Flooder>* self, const caf::actor& sink, std::uint64_t bytes) {
    const auto more = [=](std::uint64_t count) {
        self->state.sent += count;
        for (std::uint64_t i = 0; i < count; ++i) self->send(sink, load::value, self->state.bytes);
    };
    const auto report_if_all = [=] {
        const auto& state = self->state;
        if (state.stopping && state.acknowledged == state.sent)
            self->send(state.asker, done::value, state.until_stopped);
    };
    self->state.bytes.assign(bytes, 'x');
    const std::uint64_t window = window_of(bytes);
    self->send(sink, expect::value, caf::actor(self), std::uint64_t{0}, std::max<std::uint64_t>(1, window / 4));
    more(window);
    return {
        [=](acknowledged, std::uint64_t some) {
            self->state.acknowledged += some;
            if (!self->state.stopping) more(some);
            report_if_all();
        },
        [=](stop, const caf::actor& asker) {
            self->state.asker = asker;
            self->state.until_stopped = self->state.acknowledged;
            self->state.stopping = true;
            report_if_all();
        },
    };
}

/// How many messages of the flood were acknowledged. Waits for what is under way.
inline std::uint64_t stop_flood(caf::actor_system& system, const caf::actor& flood) {
    caf::scoped_actor self(system);
    self->send(flood, stop::value, caf::actor(self));
    std::uint64_t flooded = 0;
    self->receive([&](done, std::uint64_t count) { flooded = count; });
    return flooded;
}

/// The end of a program that has said all: what CAF's own takes is no matter here.
[[noreturn]] inline void leave() {
    std::fflush(stdout);
    ::_exit(0);
}

}  // namespace peer
