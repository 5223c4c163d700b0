// How fast could a ping-pong through N brokers be if nothing but libzmq stood in the way?
//
// Every role is an OS process, and the way is the one that Zanni's frames take:
//   --brokers 0   requestor -ipc- server, as a lane between two processes of a host
//   --brokers 1   requestor -ipc- leader -ipc- server
//   --brokers 2   requestor -ipc- leader -tcp- worker B -ipc- server
//   --brokers 3   requestor -ipc- worker A -tcp- leader -tcp- worker B -ipc- server

#include <chrono>
#include <cstdint>
#include <exception>
#include <iomanip>
#include <iostream>
#include <optional>
#include <stdexcept>
#include <vector>

#include <CLI/CLI.hpp>

#include "plain_zmq/conductor.hpp"

namespace {

using plain_zmq::Result;
using plain_zmq::Run;

struct Options {
    int brokers = 3;
    std::vector<std::uint64_t> in_flight{1, 1'000, 100'000};
    std::optional<std::uint64_t> count;
    std::size_t payload_bytes = 16;
    bool one_way = false;
    bool json = false;
};

// No queue on the way refuses a ping, so all of them may come to lie in one process's memory.
constexpr std::uint64_t bytes_in_flight_max = std::uint64_t{1} << 30;

const char* mode_of(const Run& run) {
    if (run.one_way) return "one way";
    return run.in_flight == 1 ? "strict" : "windowed";
}

double microseconds(std::chrono::nanoseconds time) { return static_cast<double>(time.count()) / 1e3; }

double round_trips_per_second(const Run& run, const Result& result) {
    return static_cast<double>(run.count) / std::chrono::duration<double>(result.elapsed).count();
}

void print_json(const Run& run, const Result& result) {
    const auto rate = round_trips_per_second(run, result);
    std::cout << std::fixed << std::setprecision(1) << "{\"mode\":\"" << mode_of(run)
              << "\",\"brokers\":" << run.brokers << ",\"in_flight\":" << run.in_flight << ",\"count\":" << run.count
              << ",\"round_trips_per_s\":" << rate << ",\"payload\":" << run.payload_bytes
              << ",\"p50_us\":" << microseconds(result.p50) << ",\"p99_us\":" << microseconds(result.p99)
              << ",\"messages_per_s\":" << 2 * rate << "}" << '\n'
              << std::flush;
}

void print_heading() {
    std::cout
        << "mode      brokers  in flight      count  round trips/s   messages/s     p50 us     p99 us     max us\n";
}

void print_row(const Run& run, const Result& result) {
    const auto rate = round_trips_per_second(run, result);
    std::cout << std::left << std::setw(8) << mode_of(run) << std::right << std::fixed << std::setprecision(0)
              << std::setw(9) << run.brokers << std::setw(11) << run.in_flight << std::setw(11) << run.count
              << std::setw(15) << rate << std::setw(13) << 2 * rate << std::setprecision(1) << std::setw(11)
              << microseconds(result.p50) << std::setw(11) << microseconds(result.p99) << std::setw(11)
              << microseconds(result.max) << '\n'
              << std::flush;
}

void measure(const Options& options) {
    if (!options.json) print_heading();
    for (const auto in_flight : options.in_flight) {
        if (in_flight * options.payload_bytes > bytes_in_flight_max) {
            throw std::runtime_error("--in-flight times --payload may be 1 GiB at most");
        }
        const std::uint64_t usual_count = in_flight == 1 ? 20'000 : 2'000'000;
        const Run run{options.brokers, in_flight, options.count.value_or(usual_count), options.payload_bytes,
                      options.one_way};
        const auto result = conduct(run);
        options.json ? print_json(run, result) : print_row(run, result);
    }
}

void declare(CLI::App& app, Options& options) {
    app.add_option("--brokers", options.brokers, "Brokers on the way")->check(CLI::Range(0, 3))->capture_default_str();
    app.add_option("--in-flight", options.in_flight, "Pings outstanding; 1 is strict ping-pong; a list measures each")
        ->delimiter(',')
        ->check(CLI::Range(1, 10'000'000))
        ->capture_default_str();
    app.add_option("--count", options.count, "Round trips to measure (default: 20,000 strict, 2,000,000 windowed)")
        ->check(CLI::Range(std::int64_t{1}, std::int64_t{1'000'000'000'000}));
    app.add_option("--payload", options.payload_bytes, "Bytes of each ping behind its record header")
        ->check(CLI::Range(16, 1'048'576))
        ->capture_default_str();
    app.add_flag(
        "--one-way", options.one_way,
        "Messages that are counted at the other end instead of pings; in flight is what isn't known to have come");
    app.add_flag("--json", options.json, "One line of JSON per run instead of the table");
}

}  // namespace

int main(int argc, char** argv) {
    CLI::App app("Ping-pong over plain ZeroMQ: the ceiling that Zanni is compared with");
    Options options;
    declare(app, options);
    CLI11_PARSE(app, argc, argv);
    try {
        measure(options);
    } catch (const std::exception& error) {
        std::cerr << "plain_zmq_ping_pong: " << error.what() << '\n';
        return 1;
    }
    return 0;
}
