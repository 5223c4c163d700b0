#include <charconv>
#include <cstdint>
#include <iostream>
#include <optional>
#include <string>

#include <zanni/random.hpp>
#include <zanni/simulated_convention.hpp>

#include "shop.hpp"

/// Is an order shipped twice when links break and brokers restart? A shop on a simulated convention of three hosts,
/// with as many outages as there are seeds. `outage careless 1` replays one run: it shows what happened, message by
/// message.
namespace {

using namespace std::chrono_literals;

constexpr std::uint64_t seeds = 200;
constexpr std::uint64_t orders = 1'000;

const zanni::Registry& types() {
    static const zanni::Registry registry = [] {
        zanni::Registry types;
        types.add<shop::Desk>();
        types.add<shop::Warehouse>();
        return types;
    }();
    return registry;
}

/// One run: a thousand orders while things go wrong, none of it for long enough to make a host seem down.
class Outage {
public:
    Outage(std::uint64_t seed, bool careful, bool keep_trace)
        : random_(seed),
          careful_(careful),
          convention_({.seed = seed,
                       .hosts = {{"leader"}, {"north", {{"Desk", true}}}, {"south", {{"Warehouse", true}}}},
                       .registry = &types(),
                       .keep_trace = keep_trace}) {}

    /// Errors: throws SimulationFailed when not each order was shipped once.
    void run() {
        auto& application = convention_.application("leader");
        const zanni::Address desk = application.create<shop::Desk>();
        const zanni::Address warehouse = application.create<shop::Warehouse>();
        for (std::uint64_t i = 1 + below(3); i > 0; --i)
            convention_.later(std::chrono::milliseconds(below(1'500)), [this] { go_wrong(); });

        application.tell(desk, shop::Sell{warehouse, orders, careful_});
        convention_.run_for(20s);

        const auto confirmed = application.ask<std::uint64_t>(desk, shop::HowMany{}, 1s).value();
        const auto shipped = application.ask<std::uint64_t>(warehouse, shop::HowMany{}, 1s).value();
        convention_.check(confirmed == orders,
                          std::to_string(confirmed) + " of " + std::to_string(orders) + " orders confirmed");
        convention_.check(shipped == orders,
                          std::to_string(shipped) + " shipments of " + std::to_string(orders) + " orders");
    }

    const std::string& history() const { return history_; }
    std::string trace() const { return convention_.trace(); }

private:
    std::uint64_t below(std::uint64_t bound) { return random_.next() % bound; }

    void go_wrong() {
        const std::string host = below(2) == 0 ? "north" : "south";
        const auto time = std::chrono::milliseconds(50 + below(950));
        if (below(2) == 0) {
            note(host + " can't reach the leader", time);
            convention_.cut(host, "leader");
            convention_.later(time, [this, host] { convention_.heal(host, "leader"); });
        } else {
            note("the broker of " + host + " is killed", time);
            convention_.kill_broker(host);
            convention_.later(time, [this, host] { convention_.start_broker(host); });
        }
    }

    void note(const std::string& what, std::chrono::milliseconds time) {
        const auto now = std::chrono::duration_cast<std::chrono::milliseconds>(convention_.elapsed());
        history_ +=
            "  at " + std::to_string(now.count()) + " ms " + what + ", for " + std::to_string(time.count()) + " ms\n";
    }

    zanni::SeededRandom random_;
    const bool careful_;
    std::string history_;
    zanni::SimulatedConvention convention_;
};

/// What went wrong with that seed, if anything.
std::optional<std::string> failure(std::uint64_t seed, bool careful) {
    Outage outage(seed, careful, false);
    try {
        outage.run();
        return std::nullopt;
    } catch (const zanni::SimulationFailed& failed) {
        const std::string what = failed.what();
        return what.substr(0, what.find('\n')) + "\n" + outage.history();
    }
}

void explore(const char* name, bool careful) {
    for (std::uint64_t seed = 1; seed <= seeds; ++seed) {
        const auto what = failure(seed, careful);
        if (!what) continue;
        std::cout << "the " << name << " desk: seed " << seed << ": " << *what << "  replay it with: outage " << name
                  << ' ' << seed << '\n';
        return;
    }
    std::cout << "the " << name << " desk: all is well with " << seeds << " seeds\n";
}

int replay(std::uint64_t seed, bool careful) {
    Outage outage(seed, careful, true);
    int result = 0;
    try {
        outage.run();
    } catch (const zanni::SimulationFailed& failed) {
        std::cerr << failed.what() << '\n';
        result = 1;
    }
    std::cout << outage.history() << outage.trace();
    return result;
}

}  // namespace

int main(int argc, char** argv) {
    if (argc != 1) {
        const std::string desk = argc == 3 ? argv[1] : "";
        const std::string text = argc == 3 ? argv[2] : "";
        std::uint64_t seed = 0;
        const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), seed);
        const bool is_number = error == std::errc{} && end == text.data() + text.size();
        if ((desk == "careless" || desk == "careful") && is_number) return replay(seed, desk == "careful");
        std::cerr << "usage: outage [careless|careful SEED]\n";
        return 2;
    }
    explore("careless", false);
    explore("careful", true);
}
