#include <iostream>

#include <zanni/zanni.hpp>

#include "theatre.hpp"

// buy LEADER_ENDPOINT WHO SEATS
int main(int argc, char** argv) {
    if (argc != 4) return std::cerr << "usage: buy LEADER_ENDPOINT WHO SEATS\n", 2;
    try {
        using namespace std::chrono_literals;
        zanni::ActorSystem system(zanni::join(argv[1]));
        // Created by whoever comes first; the others reach the same one. This program doesn't contain it.
        const auto office = system.create("theatre.Office", {.name = "office"});
        if (!office) return std::cerr << office.error() << '\n', 1;
        const theatre::Order order{argv[2], static_cast<std::uint32_t>(std::stoul(argv[3]))};
        const auto tickets = system.ask<theatre::Tickets>(*office, order, 10s);
        if (!tickets) return std::cerr << tickets.error() << '\n', 1;
        std::cout << tickets->text << '\n';
    } catch (const std::exception& error) {
        return std::cerr << error.what() << '\n', 1;
    }
}
