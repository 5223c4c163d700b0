#include <iostream>
#include <stdexcept>

#include <zanni/zanni.hpp>

using namespace std::chrono_literals;

struct Order {
    std::string who;
};
struct Ticket {
    std::string text;
};
struct Print {
    std::string who;
};

class Printer : public zanni::Actor {
public:
    Ticket print(const Print& print) {
        if (print.who.empty()) throw std::runtime_error("no name to print");
        return {"ticket " + std::to_string(++printed_) + " for " + print.who};
    }
    using Behavior = zanni::Behavior<&Printer::print>;

private:
    int printed_ = 0;
};

class Office : public zanni::Actor {
public:
    Office() { watch(printer_); }

    zanni::Task<Ticket> sell(const Order& order) {
        const Print print{order.who};  // g++ 12 wants a name for it, see actor.hpp
        const auto ticket = co_await ask<Ticket>(printer_, print, 1s);
        if (!ticket) co_return Ticket{"no ticket: " + ticket.error().to_string()};
        co_return *ticket;
    }
    void printer_ended(const zanni::Down& end) {
        std::cout << "the printer is gone: " << end.cause.to_string() << '\n';
    }
    using Behavior = zanni::Behavior<&Office::sell, &Office::printer_ended>;

private:
    // A failed printer is replaced: a new instance, the same address. After more than two within a minute it escalates.
    zanni::Address printer_ = create<Printer>(
        {.supervision = {
             .on_failure = zanni::SupervisionPolicy::OnFailure::restart, .restarts_max = 2, .period = 1min}});
};

int main() {
    zanni::ActorSystem system;
    const auto office = system.create<Office>();
    for (const char* who : {"Pantalone", "Colombina", "", "Brighella"})
        std::cout << system.ask<Ticket>(office, Order{who}, 10s).value().text << '\n';
}
