#pragma once

#include <chrono>
#include <cstdint>
#include <set>

#include <zanni/zanni.hpp>

/// A desk that sells, and a warehouse, on another host, that ships what was sold.
namespace shop {

struct Order {
    std::uint64_t number = 0;  // 0: it has none
};
struct Shipped {};
/// To a desk: pass on that many orders, one after the other.
struct Sell {
    zanni::Address warehouse;
    std::uint64_t orders = 0;
    bool numbered = false;
};
struct HowMany {};

/// Ships each order once, as far as it can tell: two without a number are two.
class Warehouse : public zanni::Actor {
public:
    static zanni::Requirements requirements() { return {{"Warehouse", true}}; }

    Shipped ship(const Order& order) {
        if (order.number == 0 || known_.insert(order.number).second) ++shipped_;
        return {};
    }
    std::uint64_t shipped(const HowMany&) { return shipped_; }
    using Behavior = zanni::Behavior<&Warehouse::ship, &Warehouse::shipped>;

private:
    std::set<std::uint64_t> known_;
    std::uint64_t shipped_ = 0;
};

/// Sends an order again until it is confirmed. But the order may have arrived, and its confirmation be late: without a
/// number it is then a second order.
class Desk : public zanni::Actor {
public:
    static constexpr int attempts_max = 30;
    static zanni::Requirements requirements() { return {{"Desk", true}}; }

    zanni::Task<> sell(const Sell& sell) {
        for (std::uint64_t i = 1; i <= sell.orders; ++i) {
            const Order order{sell.numbered ? i : 0};
            bool confirmed = false;
            for (int attempt = 0; attempt < attempts_max && !confirmed; ++attempt)
                confirmed = (co_await ask<Shipped>(sell.warehouse, order, std::chrono::milliseconds(300))).has_value();
            if (confirmed) ++confirmed_;
        }
    }
    std::uint64_t confirmed(const HowMany&) { return confirmed_; }
    using Behavior = zanni::Behavior<&Desk::sell, &Desk::confirmed>;

private:
    std::uint64_t confirmed_ = 0;
};

}  // namespace shop
