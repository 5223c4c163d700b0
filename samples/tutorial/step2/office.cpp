#include <iostream>

#include <zanni/zanni.hpp>

using namespace std::chrono_literals;

// Messages: to the office, and what it answers; to the hall, and what it answers.
struct Order {
    std::string who;
    std::uint32_t seats = 0;
};
struct Tickets {
    std::string text;
};
struct Reserve {
    std::uint32_t seats = 0;
};
struct Reserved {
    bool done = false;
    std::uint32_t left = 0;
};

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
    zanni::Address hall_ = create<Hall>();  // a child, which ends with the office
};

int main() {
    zanni::ActorSystem system;
    const auto office = system.create<Office>();
    for (const Order& order : {Order{"Pantalone", 2}, Order{"Colombina", 3}, Order{"Brighella", 1}})
        std::cout << system.ask<Tickets>(office, order, 10s).value().text << '\n';
}
