#pragma once

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <cstdio>
#include <string>
#include <vector>

/// What the peers' C++ benchmarks between processes print: "begin" and "end" around what is measured, and a line of
/// JSON for each result.
namespace peer {

using Clock = std::chrono::steady_clock;

inline std::int64_t clock_ns() { return Clock::now().time_since_epoch() / std::chrono::nanoseconds(1); }
inline double seconds_since(Clock::time_point began) {
    return std::chrono::duration<double>(Clock::now() - began).count();
}

inline void begin() { std::puts("begin"), std::fflush(stdout); }
inline void end() { std::puts("end"), std::fflush(stdout); }

/// `messages`: among how many the processor time is to be shared; 0: it is no matter.
inline void report(const std::string& what, double value, const char* unit, std::uint64_t messages = 0) {
    std::printf(R"({"what":"%s","value":%.3f,"unit":"%s")", what.c_str(), value, unit);
    if (messages) std::printf(R"(,"messages":%llu)", static_cast<unsigned long long>(messages));
    std::puts("}");
    std::fflush(stdout);
}

inline double share(std::vector<double> values, double part) {
    if (values.empty()) return 0;
    std::sort(values.begin(), values.end());
    return values[static_cast<std::size_t>(part * static_cast<double>(values.size() - 1))];
}

inline void report_latency(const std::string& what, const std::vector<double>& times_us) {
    report(what + ", p50", share(times_us, 0.5), "us");
    report(what + ", p99", share(times_us, 0.99), "us");
}

inline void report_one_way(std::uint64_t count, std::uint64_t bytes, double seconds) {
    const double rate = static_cast<double>(count) / seconds;
    const std::string what = "one way, " + std::to_string(bytes) + " B";
    if (bytes < 1'024)
        report(what, rate, "1/s", count);
    else
        report(what, rate * static_cast<double>(bytes) / 1e6, "MB/s");
}

/// About 4 MiB, but at least 4 messages and at most 10,000: what a flood may have under way.
inline std::uint64_t window_of(std::uint64_t bytes) {
    return std::clamp<std::uint64_t>((std::uint64_t{4} << 20) / bytes, 4, 10'000);
}

}  // namespace peer
