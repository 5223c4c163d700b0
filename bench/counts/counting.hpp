#pragma once

#include <cstdint>
#include <cstdlib>

#include <CLI/CLI.hpp>

/// What the programs share whose instructions are counted. Each does the same work `--count` times; from the counts of
/// two runs that differ in that only, counts.py takes what one costs.
namespace counts {

inline std::uint64_t read_count(int argc, char** argv, const char* question) {
    CLI::App app(question);
    std::uint64_t count = 10'000;
    app.add_option("--count", count, "how many")->capture_default_str()->check(CLI::PositiveNumber);
    try {
        app.parse(argc, argv);
    } catch (const CLI::ParseError& error) {
        std::exit(app.exit(error));
    }
    return count;
}

}  // namespace counts
