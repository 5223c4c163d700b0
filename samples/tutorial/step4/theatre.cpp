#include "theatre.hpp"

#include <zanni/zanni.hpp>

namespace theatre {

using namespace std::chrono_literals;

class Hall : public zanni::Actor {
public:
    Reserved reserve(const Reserve& wish) {
        if (wish.seats > left_) return {false, left_};
        left_ -= wish.seats;
        return {true, left_};
    }
    using Behavior = zanni::Behavior<&Hall::reserve>;

private:
    std::uint32_t left_ = 5;
};

class Office : public zanni::Actor {
public:
    zanni::Task<Tickets> sell(const Order& order) {
        const auto reserved = co_await ask<Reserved>(hall_, Reserve{order.seats}, 1s);
        if (!reserved) co_return Tickets{order.who + ": " + reserved.error().to_string()};
        if (!reserved->done) co_return Tickets{order.who + ": only " + std::to_string(reserved->left) + " left"};
        co_return Tickets{order.who + ": " + std::to_string(order.seats) + " seats"};
    }
    using Behavior = zanni::Behavior<&Office::sell>;

private:
    zanni::Address hall_ = create<Hall>();
};

}  // namespace theatre

ZANNI_MODULE(registry) { registry.add<theatre::Hall>(), registry.add<theatre::Office>(); }
