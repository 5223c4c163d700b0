#pragma once

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <exception>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

#include <CLI/CLI.hpp>

#include <zanni/zanni.hpp>

#include "actors.hpp"

/// What the benchmarks between processes share. Each prints "begin" and "end" around what is measured, so that whoever
/// started it can look at the processor time of all processes, and then a line of JSON for each result.
namespace between {

using Clock = std::chrono::steady_clock;

constexpr auto longest = std::chrono::seconds(100);

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
    std::ranges::sort(values);
    return values[static_cast<std::size_t>(part * static_cast<double>(values.size() - 1))];
}

inline void report_latency(const std::string& what, const std::vector<double>& times_us) {
    report(what + ", p50", share(times_us, 0.5), "us");
    report(what + ", p99", share(times_us, 0.99), "us");
}

template <class Reply, class M>
Reply ask(zanni::System& system, const zanni::Address& target, const M& message) {
    auto reply = system.ask<Reply>(target, message, longest);
    if (!reply) throw std::runtime_error(reply.error().to_string());
    return std::move(*reply);
}

/// Pings one server, so many at once. In the program's own process.
struct Rally {
    zanni::Address server;
    std::uint64_t count = 0;
    std::uint64_t in_flight = 1;
};
struct Rallied {
    double seconds = 0;
    std::vector<double> times_us;  ///< of each; only when there is one at a time
};

class Pinger : public zanni::Actor {
public:
    void rally(const Rally& order, const zanni::Address& asker) {
        order_ = order;
        asker_ = asker;
        sent_ = received_ = 0;
        result_ = {};
        began_ = Clock::now();
        while (sent_ < std::min(order.in_flight, order.count)) ping();
    }
    void pong(const Pong& pong) {
        ++received_;
        if (order_.in_flight == 1) result_.times_us.push_back(static_cast<double>(clock_ns() - pong.sent_ns) / 1e3);
        if (sent_ < order_.count) return ping();
        if (received_ < order_.count) return;
        result_.seconds = std::chrono::duration<double>(Clock::now() - began_).count();
        send(asker_, std::move(result_));
    }
    using Behavior = zanni::Behavior<&Pinger::pong, &Pinger::rally>;

private:
    static std::int64_t clock_ns() { return Clock::now().time_since_epoch() / std::chrono::nanoseconds(1); }
    void ping() {
        ++sent_;
        send(order_.server, Ping{sent_, order_.in_flight == 1 ? clock_ns() : 0});
    }

    Rally order_;
    zanni::Address asker_;
    std::uint64_t sent_ = 0;
    std::uint64_t received_ = 0;
    Rallied result_;
    Clock::time_point began_;
};

/// Round trips for so long, by each pinger with its server at the same time, one ping outstanding each. Returns the
/// times of all.
inline std::vector<double> rally_for(zanni::ActorSystem& system, const std::vector<zanni::Address>& pingers,
                                     const std::vector<zanni::Address>& servers, std::uint64_t milliseconds) {
    constexpr std::uint64_t at_once = 20;
    const auto until = Clock::now() + std::chrono::milliseconds(milliseconds);
    auto endpoint = system.private_endpoint();
    std::vector<double> times_us;
    do {
        for (std::size_t i = 0; i < pingers.size(); ++i) endpoint.tell(pingers[i], Rally{servers[i], at_once, 1});
        for (std::size_t i = 0; i < pingers.size(); ++i) {
            const auto result = endpoint.listen<Rallied>(longest);
            if (!result) throw std::runtime_error(result.error().to_string());
            times_us.insert(times_us.end(), result->times_us.begin(), result->times_us.end());
        }
    } while (Clock::now() < until);
    return times_us;
}

/// The process at the other end gets a lane, a connection past the brokers, and time until it is up.
inline void bring_up_lane(zanni::ActorSystem& system) {
    const zanni::Address echo = system.create("between.Echo");
    system.request_lane(echo);
    rally_for(system, {system.create<Pinger>()}, {echo}, 600);
    system.tell(echo, zanni::ExitRequest{});
}

/// Runs `measure` with a system that has joined the convention, and says in one line what was wrong.
template <class Measure>
int run(CLI::App& app, int argc, char** argv, Measure measure) {
    std::string endpoint;
    unsigned workers = 1;
    bool lane = false;
    app.add_option("--join", endpoint, "endpoint of a host")->required();
    app.add_option("--workers", workers, "threads that run this program's actors")->capture_default_str();
    app.add_flag("--lane", lane, "by a connection past the brokers; else by the brokers");
    CLI11_PARSE(app, argc, argv);
    try {
        const auto lanes = lane ? zanni::LanePolicy::requested : zanni::LanePolicy::never;
        zanni::ActorSystem system(zanni::join(endpoint, {.lanes = lanes}), {.workers = workers});
        if (lane) bring_up_lane(system);
        measure(system);
    } catch (const std::exception& error) {
        std::fprintf(stderr, "%s: %s\n", argv[0], error.what());
        return 1;
    }
    return 0;
}

}  // namespace between
