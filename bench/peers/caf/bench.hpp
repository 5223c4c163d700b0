#pragma once

#include <chrono>
#include <cstdint>
#include <cstdio>
#include <string>

#include <caf/all.hpp>

/// How a benchmark in CAF is started, timed and reported. Numbers come as flags of CAF's own kind (--count=1000), and
/// so do the scheduler's settings: --scheduler.max-threads=1 --scheduler.max-throughput=300.
namespace peer {

using go = caf::atom_constant<caf::atom("go")>;
using hello = caf::atom_constant<caf::atom("hello")>;
using drop = caf::atom_constant<caf::atom("drop")>;
using ping = caf::atom_constant<caf::atom("ping")>;
using pong = caf::atom_constant<caf::atom("pong")>;
using portion = caf::atom_constant<caf::atom("portion")>;
using done = caf::atom_constant<caf::atom("done")>;

struct Config : caf::actor_system_config {
    std::uint64_t count = 1'000'000;
    std::uint64_t actors = 100;
    Config() {
        opt_group{custom_options_, "global"}
            .add(count, "count", "how many")
            .add(actors, "actors", "how many actors share it");
    }
};

inline void report(const std::string& what, double value, const char* unit) {
    std::printf("{\"what\":\"%s\",\"value\":%.3f,\"unit\":\"%s\"}\n", what.c_str(), value, unit);
    std::fflush(stdout);
}

/// `run(n)` does it n times. A tenth of it first warms up.
template <class Run>
void rate(const std::string& what, std::uint64_t count, Run run) {
    run(count / 10 + 1);
    const auto began = std::chrono::steady_clock::now();
    run(count);
    const std::chrono::duration<double> took = std::chrono::steady_clock::now() - began;
    report(what, static_cast<double>(count) / took.count(), "1/s");
}

/// Waits for that many `done`.
inline void gather(caf::scoped_actor& self, std::uint64_t count) {
    std::uint64_t i = 0;
    self->receive_for(i, count)([](done) {});
}

}  // namespace peer
