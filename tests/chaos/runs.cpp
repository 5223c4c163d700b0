#include "runs.hpp"

#include <algorithm>
#include <cstdio>
#include <stdexcept>

#include "faults.hpp"

namespace chaos {

namespace {

constexpr int couriers_per_host = 2;
constexpr auto settle_longest = 100s;  // over the time after which a channel gives up
const Write steadily{~std::uint64_t{0} >> 1, 10, 5ms, 40};

zanni::Duration elapsed(std::chrono::steady_clock::time_point began) {
    return std::chrono::steady_clock::now() - began;
}

void run_fault(Stage& stage, const Fault& fault, Report& report) {
    const auto began = std::chrono::steady_clock::now();
    stage.wrong.clear();
    stage.traffic.hire(couriers_per_host);
    stage.traffic.write(steadily);
    stage.wait(stage.between(300ms, 600ms));
    fault.run(stage);
    stage.wait(500ms);
    const std::string unhealthy = stage.convention.await_health();
    stage.traffic.hold();
    Account account = stage.traffic.settle(settle_longest);
    account.wrong.insert(account.wrong.end(), stage.wrong.begin(), stage.wrong.end());
    if (!unhealthy.empty()) account.wrong.push_back(unhealthy);
    if (fault.harm == Fault::Harm::none && account.dead_but_alive != 0)
        account.wrong.push_back(std::to_string(account.dead_but_alive) + " dead letters between couriers that live");
    stage.traffic.dismiss();
    report.add(std::string(fault.name), account, elapsed(began));
}

std::vector<const Fault*> faults_of(const Stage& stage, const Schedule& schedule) {
    std::vector<const Fault*> chosen;
    for (const auto& name : schedule.faults)
        if (std::ranges::find(all_faults(), name, &Fault::name) == all_faults().end())
            throw std::runtime_error("there is no fault '" + name + "'");
    for (const Fault& fault : all_faults()) {
        const bool is_wanted = schedule.faults.empty() || std::ranges::count(schedule.faults, fault.name) != 0;
        const bool is_possible = stage.network.has_links() || !fault.needs_links;
        if (is_wanted && is_possible && (!schedule.brief || fault.time == Fault::Time::brief)) chosen.push_back(&fault);
    }
    return chosen;
}

}  // namespace

/// All of them in an order drawn from the seed, then all again in another.
void run_faults(Stage& stage, const Schedule& schedule, Report& report) {
    const auto began = std::chrono::steady_clock::now();
    for (auto round = faults_of(stage, schedule);;) {
        for (std::size_t i = round.size(); i > 1; --i) std::swap(round[i - 1], round[stage.random.next() % i]);
        for (const Fault* const fault : round) {
            if (elapsed(began) >= schedule.time) return;
            run_fault(stage, *fault, report);
        }
    }
}

void run_kills(Stage& stage, std::uint64_t kills, std::uint64_t messages, Report& report) {
    const auto began = std::chrono::steady_clock::now();
    stage.traffic.hire(couriers_per_host);
    const std::uint64_t ways = stage.traffic.ways();
    const Write share{(messages + ways * kills - 1) / (ways * kills), 20, {}, 40};
    for (std::uint64_t i = 0; i < kills; ++i) {
        stage.traffic.write(share);
        stage.wait(stage.between(0ms, 150ms));
        const std::string host = i % 2 == 0 ? "leader" : host_names[1 + i / 2 % 2];
        stage.convention.kill_broker(host);
        stage.wait(stage.between(0ms, 300ms));
        stage.convention.start_broker(host);
        stage.wait(stage.between(100ms, 600ms));
        if (i % 10 == 9)
            std::printf("%llu brokers killed, %.0f s\n", static_cast<unsigned long long>(i + 1),
                        std::chrono::duration<double>(elapsed(began)).count());
        std::fflush(stdout);
    }
    const std::string unhealthy = stage.convention.await_health();
    Account account = stage.traffic.settle(settle_longest);
    if (!unhealthy.empty()) account.wrong.push_back(unhealthy);
    if (account.dead_but_alive != 0)
        account.wrong.push_back(std::to_string(account.dead_but_alive) + " dead letters between couriers that live");
    stage.traffic.dismiss();
    report.add("kill broker, full traffic", account, elapsed(began));
}

}  // namespace chaos
