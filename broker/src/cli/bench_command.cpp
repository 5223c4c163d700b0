#include <cstdio>
#include <memory>
#include <string>
#include <vector>

#include <CLI/App.hpp>
#include <CLI/Config.hpp>
#include <CLI/Formatter.hpp>

#include <zanni/actor_system.hpp>
#include <zanni/join.hpp>

#include "command.hpp"
#include "endpoint_flags.hpp"
#include "json.hpp"

/// `zanni bench ping-pong`: asks the echo module's requestor, wherever a host offers `Client`, to play with a server,
/// wherever one offers `Server`.
namespace zanni::cli {

namespace {

// The requestor's messages, as samples/echo/echo.hpp defines them: programs share names and shapes, not headers.
struct Run {
    static constexpr auto message_name = "echo.Run";
    std::uint64_t count = 0;
    std::uint64_t in_flight = 1;
};
struct Done {
    static constexpr auto message_name = "echo.Done";
    std::uint64_t count = 0;
    double seconds = 0;
    double p50_us = 0;
    double p99_us = 0;
    std::string failure;
};

constexpr Duration join_longest = std::chrono::seconds(5);

struct PingPongFlags {
    std::string endpoint = default_endpoint;
    std::vector<std::uint64_t> in_flight{1, 1'000, 100'000};
    std::uint64_t count = 0;  // 0: as many as take about a second here
    std::uint64_t longest_s = 120;
    bool json = false;
    std::string keys;
};

std::uint64_t round_trips(const PingPongFlags& flags, std::uint64_t in_flight) {
    constexpr std::uint64_t strict = 10'000;
    constexpr std::uint64_t in_batches = 1'000'000;
    return flags.count ? flags.count : in_flight == 1 ? strict : in_batches;
}

Done play(ActorSystem& system, const Address& requestor, const Run& run, Duration longest) {
    auto done = system.ask<Done>(requestor, run, longest);
    if (!done) throw std::runtime_error("the requestor gave no result: " + done.error().to_string());
    if (!done->failure.empty()) throw std::runtime_error("the ping-pong broke off: " + done->failure);
    return *done;
}

void print_head() {
    std::printf("%-18s %12s %16s %12s %12s %14s\n", "ping-pong", "round trips", "round trips/s", "p50 us", "p99 us",
                "messages/s");
    std::fflush(stdout);
}

void print_row(const Run& run, const Done& done, bool json) {
    const double rate = static_cast<double>(done.count) / done.seconds;
    if (json) {
        JsonWriter out;
        out.begin_object().key("in_flight").value(static_cast<std::int64_t>(run.in_flight));
        out.key("count").value(static_cast<std::int64_t>(done.count)).key("round_trips_per_s").value(rate);
        out.key("p50_us")
            .value(done.p50_us)
            .key("p99_us")
            .value(done.p99_us)
            .key("messages_per_s")
            .value(2 * rate)
            .end_object();
        std::puts(out.text().c_str());
    } else {
        const std::string mode = run.in_flight == 1 ? "strict" : std::to_string(run.in_flight) + " in flight";
        std::printf("%-18s %12llu %16.0f %12.1f %12.1f %14.0f\n", mode.c_str(),
                    static_cast<unsigned long long>(done.count), rate, done.p50_us, done.p99_us, 2 * rate);
    }
    std::fflush(stdout);
}

std::string why_none(const Error& error) {
    return error.to_string() + (error.code == Error::unknown_type ? "; start the hosts with --load libecho.so" : "");
}

void run_ping_pong(const PingPongFlags& flags) {
    ActorSystem system(join(checked_join(flags.endpoint),
                            {.program = "zanni bench", .wait_longest = join_longest, .keys = flags.keys}),
                       {.workers = 1});
    const auto requestor = system.create("echo.EchoRequestor");
    if (!requestor) throw std::runtime_error(why_none(requestor.error()));
    const auto longest = std::chrono::seconds(flags.longest_s);
    try {
        play(system, *requestor, {1'000, 1},
             longest);  // the server's creation and cold caches are not what is measured
        if (!flags.json) print_head();
        for (const std::uint64_t in_flight : flags.in_flight) {
            const Run run{round_trips(flags, in_flight), in_flight};
            print_row(run, play(system, *requestor, run, longest), flags.json);
        }
    } catch (...) {
        system.tell(*requestor, ExitRequest{});
        throw;
    }
    system.tell(*requestor, ExitRequest{});
}

}  // namespace

void add_bench_command(CLI::App& app) {
    CLI::App* const bench = app.add_subcommand("bench", "measure a running convention");
    bench->require_subcommand(1);
    const auto flags = std::make_shared<PingPongFlags>();
    CLI::App* const command =
        bench->add_subcommand("ping-pong", "round trips between two actors on the hosts that offer Client and Server");
    command->add_option("--join", flags->endpoint, "endpoint of the leader, or of another host")->capture_default_str();
    add_keys_flag(*command, flags->keys);
    command->add_option("--in-flight", flags->in_flight, "pings under way at once; 1 is strict; several: 1,1000,100000")
        ->delimiter(',')
        ->check(CLI::Range(std::uint64_t{1}, std::uint64_t{1'000'000}))
        ->capture_default_str();
    command->add_option("--count", flags->count, "round trips of each run (default: 10000 strict, 1000000 otherwise)")
        ->check(CLI::Range(std::uint64_t{1}, std::uint64_t{100'000'000}));
    command->add_option("--timeout", flags->longest_s, "seconds that each run may take")->capture_default_str();
    command->add_flag("--json", flags->json, "one JSON object per line");
    command->callback([flags] { run_ping_pong(*flags); });
}

}  // namespace zanni::cli
