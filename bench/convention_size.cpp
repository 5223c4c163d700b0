// How long does a convention of many hosts take to become one, and what do its brokers say to each other when one host
// changes? In the simulator, on virtual time: links of 50 to 500 us, every broker and process at once.

#include <cinttypes>
#include <cstdio>
#include <exception>
#include <optional>
#include <stdexcept>
#include <string>
#include <vector>

#include <CLI/CLI.hpp>

#include <zanni/actor.hpp>
#include <zanni/simulated_convention.hpp>

namespace {

using namespace std::chrono_literals;

struct Offer {
    bool offers = true;
};
struct Offered {};
struct Count {};
struct Counted {
    std::uint64_t updates = 0;
};

/// Counts what it hears of the convention, and changes what its host offers.
class Registrar : public zanni::Actor {
public:
    static constexpr auto actor_name = "bench.Registrar";
    Registrar() { notify_on_convention_changes(); }
    void hear(const zanni::ConventionUpdate&) { ++updates_; }
    Offered offer(const Offer& offer) {
        if (!update_capability("Changed", offer.offers)) throw std::runtime_error("not taken");
        return {};
    }
    Counted count(const Count&) { return {updates_}; }
    using Behavior = zanni::Behavior<&Registrar::hear, &Registrar::offer, &Registrar::count>;

private:
    std::uint64_t updates_ = 0;
};

/// Milliseconds of virtual time until the registrar has heard so much; negative: never.
double ms_until(zanni::SimulatedConvention& convention, zanni::System& application, const zanni::Address& registrar,
                std::uint64_t updates, zanni::Duration began) {
    while (convention.elapsed() - began < 10s) {
        const auto counted = application.ask<Counted>(registrar, Count{}, 1s);
        if (counted && counted->updates >= updates) return (convention.elapsed() - began) / 1us / 1e3;
        convention.run_for(100us);
    }
    return -1;
}

void measure(int hosts, const zanni::Registry& registry) {
    zanni::SimulatedConvention::Options options;
    options.registry = &registry;
    options.steps_max = 100'000'000;
    for (int i = 0; i < hosts; ++i) options.hosts.push_back({"host" + std::to_string(i), {{"Host", std::int64_t{i}}}});
    zanni::SimulatedConvention convention(options);
    const double joined_ms = (convention.elapsed() - 500ms) / 1us / 1e3;  // it waits so long when all have joined
    const std::uint64_t joining = convention.news_frames();

    auto& application = convention.application("host0");
    const zanni::Address last =
        application.create("bench.Registrar", {.requirements = {{"Host", std::int64_t{hosts - 1}}}});
    const zanni::Address first = application.create("bench.Registrar");
    const std::uint64_t known = application.ask<Counted>(first, Count{}, 1s).value().updates;
    const std::uint64_t before = convention.news_frames();
    const auto began = convention.elapsed();
    application.ask<Offered>(last, Offer{}, 1s).value();
    const double changed_ms = ms_until(convention, application, first, known + 1, began);
    convention.run_for(100ms);
    const std::uint64_t changing = convention.news_frames() - before;
    std::printf("%6d %12.1f %14" PRIu64 " %14" PRIu64 " %14.1f %10" PRIu64 "\n", hosts, joined_ms, joining, changing,
                changed_ms, known);
    std::fflush(stdout);
}

}  // namespace

int main(int argc, char** argv) {
    CLI::App app{"Convention size: time to join and control messages, in the simulator"};
    std::vector<int> sizes{10, 50, 100, 200};
    app.add_option("--hosts", sizes, "sizes to measure")->check(CLI::Range(2, 400));
    CLI11_PARSE(app, argc, argv);
    try {
        zanni::Registry registry;
        registry.add<Registrar>();
        std::printf("%6s %12s %14s %14s %14s %10s\n", "hosts", "all in, ms", "frames to join", "frames/change",
                    "told after, ms", "known");
        for (const int hosts : sizes) measure(hosts, registry);
    } catch (const std::exception& error) {
        std::fprintf(stderr, "bench_convention_size: %s\n", error.what());
        return 1;
    }
    return 0;
}
