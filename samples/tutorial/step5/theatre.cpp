#include "theatre.hpp"

#include <zanni/zanni.hpp>

namespace theatre {

using namespace std::chrono_literals;

/// Runs where the seats are kept.
class Hall : public zanni::Actor {
public:
    static zanni::Requirements requirements() { return {{"Seats", true}}; }

    Reserved reserve(const Reserve& wish) {
        if (wish.seats > left_) return {false, left_};
        left_ -= wish.seats;
        return {true, left_};
    }
    using Behavior = zanni::Behavior<&Hall::reserve>;

private:
    std::uint32_t left_ = 5;
};

/// Runs where there is a printer of at least 300 dots per inch.
class Printer : public zanni::Actor {
public:
    static zanni::Requirements requirements() { return {zanni::capability("Printer dpi") >= 300}; }

    Tickets print(const Print& print) { return {print.who + ": " + std::to_string(print.seats) + " seats"}; }
    using Behavior = zanni::Behavior<&Printer::print>;
};

/// Runs anywhere, and need not know where the others are.
class Office : public zanni::Actor {
public:
    zanni::Task<Tickets> sell(const Order& order) {
        const auto reserved = co_await ask<Reserved>(hall_, Reserve{order.seats}, 5s);
        if (!reserved) co_return Tickets{order.who + ": " + reserved.error().to_string()};
        if (!reserved->done) co_return Tickets{order.who + ": only " + std::to_string(reserved->left) + " left"};
        const Print print{order.who, order.seats};
        const auto tickets = co_await ask<Tickets>(printer_, print, 5s);
        co_return tickets ? *tickets : Tickets{order.who + ": paid, not printed: " + tickets.error().to_string()};
    }
    void ended(const zanni::ChildExited& end) { log_warn("one of its helpers ended: " + end.cause.to_string()); }
    using Behavior = zanni::Behavior<&Office::sell, &Office::ended>;

private:
    zanni::Address hall_ = create<Hall>();
    zanni::Address printer_ = create<Printer>();
};

}  // namespace theatre

ZANNI_MODULE(registry) {
    registry.add<theatre::Hall>(), registry.add<theatre::Printer>(), registry.add<theatre::Office>();
}
