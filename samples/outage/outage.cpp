// Is an order shipped twice when the link breaks? Tries a careless and a careful desk on a simulated convention of
// three hosts: the desk on one, the warehouse on another, and between them a link that is cut for a while.

#include <chrono>
#include <cstdint>
#include <iostream>
#include <optional>
#include <set>
#include <string>

#include <zanni/simulated_convention.hpp>
#include <zanni/zanni.hpp>

using namespace std::chrono_literals;

struct Order {
    std::uint64_t number = 0;  // 0: it has none
};
struct Shipped {};
struct Sell {
    zanni::Address warehouse;
    std::uint64_t orders = 0;
    bool careful = false;
};
struct HowMany {};

class Warehouse : public zanni::Actor {
public:
    static zanni::Requirements requirements() { return {{"Warehouse", true}}; }

    Shipped ship(const Order& order) {
        if (order.number == 0 || known_.insert(order.number).second) ++shipped_;
        return {};
    }
    std::uint64_t how_many(const HowMany&) { return shipped_; }
    using Behavior = zanni::Behavior<&Warehouse::ship, &Warehouse::how_many>;

private:
    std::set<std::uint64_t> known_;
    std::uint64_t shipped_ = 0;
};

class Desk : public zanni::Actor {
public:
    static zanni::Requirements requirements() { return {{"Desk", true}}; }

    // Asks again until the warehouse confirms. The answer may be all that is late.
    zanni::Task<> sell(const Sell& sell) {
        for (std::uint64_t i = 1; i <= sell.orders; ++i) {
            const Order order{sell.careful ? i : 0};
            while (!co_await ask<Shipped>(sell.warehouse, order, 300ms)) {
            }
            ++confirmed_;
        }
    }
    std::uint64_t how_many(const HowMany&) { return confirmed_; }
    using Behavior = zanni::Behavior<&Desk::sell, &Desk::how_many>;

private:
    std::uint64_t confirmed_ = 0;
};

// Sells 1,000 orders while the link is cut at some time, for up to two seconds.
void sell_through_an_outage(std::uint64_t seed, const zanni::Registry& types, bool careful) {
    zanni::SimulatedConvention convention(
        {.seed = seed,
         .hosts = {{"leader", {}}, {"north", {{"Desk", true}}}, {"south", {{"Warehouse", true}}}},
         .registry = &types});
    auto& application = convention.application("leader");
    const zanni::Address desk = application.create<Desk>();
    const zanni::Address warehouse = application.create<Warehouse>();

    convention.later(std::chrono::milliseconds(seed * 37 % 500), [&] { convention.cut("leader", "north"); });
    convention.later(std::chrono::milliseconds(600 + seed * 91 % 1'500), [&] { convention.heal(); });
    application.tell(desk, Sell{warehouse, 1'000, careful});
    convention.run_for(10s);

    const auto confirmed = application.ask<std::uint64_t>(desk, HowMany{}, 1s).value();
    const auto shipped = application.ask<std::uint64_t>(warehouse, HowMany{}, 1s).value();
    convention.check(confirmed == 1'000, "all orders are confirmed");
    convention.check(shipped == confirmed, std::to_string(confirmed) + " orders are " + std::to_string(confirmed) +
                                               " shipments, not " + std::to_string(shipped));
}

std::optional<zanni::SimulationFailed> try_seeds(const zanni::Registry& types, bool careful) {
    for (std::uint64_t seed = 1; seed <= 100; ++seed) {
        try {
            sell_through_an_outage(seed, types, careful);
        } catch (const zanni::SimulationFailed& failed) {
            return failed;
        }
    }
    return std::nullopt;
}

int main() {
    zanni::Registry types;
    types.add<Desk>();
    types.add<Warehouse>();
    for (const bool careful : {false, true}) {
        std::cout << (careful ? "orders with numbers: " : "orders without numbers: ");
        if (const auto failed = try_seeds(types, careful))
            std::cout << "fails with seed " << failed->seed << ": "
                      << std::string(failed->what()).substr(0, std::string(failed->what()).find('\n')) << '\n';
        else
            std::cout << "100 seeds pass\n";
    }
}
