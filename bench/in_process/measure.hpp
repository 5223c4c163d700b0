#pragma once

#include <algorithm>
#include <chrono>
#include <cmath>
#include <cstdint>
#include <iomanip>
#include <iostream>
#include <stdexcept>
#include <string>
#include <vector>

#include <CLI/CLI.hpp>

#include <zanni/actor_system.hpp>

/// What the benchmarks within one process share: their flags, the repeats, the table.
namespace bench {

using namespace std::chrono_literals;

struct Flags {
    std::uint64_t count = 0;
    std::uint64_t actors = 0;
    unsigned workers = 1;
    int repeats = 5;
    bool json = false;
    std::string only;
};

/// `actors`: how many share the work, for a question that can vary it.
inline Flags read_flags(int argc, char** argv, const std::string& question, std::uint64_t count,
                        std::uint64_t actors = 0) {
    CLI::App app(question);
    Flags flags;
    flags.count = count;
    flags.actors = actors;
    app.add_option("--count", flags.count, "how many in one repeat")->capture_default_str()->check(CLI::PositiveNumber);
    if (actors)
        app.add_option("--actors", flags.actors, "how many actors share it")
            ->capture_default_str()
            ->check(CLI::Range(1, 60'000));
    app.add_option("--workers", flags.workers, "threads that run actors")->capture_default_str();
    app.add_option("--repeats", flags.repeats)->capture_default_str()->check(CLI::PositiveNumber);
    app.add_option("--only", flags.only, "of several results, those whose name begins so");
    app.add_flag("--json", flags.json, "a line of JSON with every repeat");
    try {
        app.parse(argc, argv);
    } catch (const CLI::ParseError& error) {
        std::exit(app.exit(error));
    }
    return flags;
}

inline double seconds_since(std::chrono::steady_clock::time_point began) {
    return std::chrono::duration<double>(std::chrono::steady_clock::now() - began).count();
}

/// `run` does it `count` times and returns how many seconds that took. Prints the rates: the median, the least, the
/// most.
template <class Run>
void report(const std::string& what, const Flags& flags, Run run) {
    if (!what.starts_with(flags.only)) return;
    std::vector<double> rates;
    for (int i = 0; i < flags.repeats; ++i) rates.push_back(static_cast<double>(flags.count) / run());
    if (flags.json) {
        std::cout << R"({"what":")" << what << R"(","workers":)" << flags.workers << R"(,"count":)" << flags.count
                  << R"(,"per_second":[)";
        for (std::size_t i = 0; i < rates.size(); ++i) std::cout << (i ? "," : "") << std::llround(rates[i]);
        std::cout << "]}\n";
        return;
    }
    std::ranges::sort(rates);
    const auto thousands = [](double rate) { return std::llround(rate / 1e3); };
    std::cout << std::left << std::setw(44) << what << std::right << std::setw(2) << flags.workers << " workers"
              << std::setw(9) << thousands(rates[rates.size() / 2]) << " k/s   (" << thousands(rates.front()) << " - "
              << thousands(rates.back()) << ", n=" << rates.size() << ")\n";
}

/// The answer, or the end of the benchmark with what was wrong.
template <class Reply, class M>
Reply ask(zanni::System& system, const zanni::Address& target, const M& message) {
    auto reply = system.ask<Reply>(target, message, 120s);
    if (!reply) throw std::runtime_error(reply.error().to_string());
    return std::move(*reply);
}

}  // namespace bench
