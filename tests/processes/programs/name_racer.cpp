#include <filesystem>
#include <iostream>
#include <thread>

#include <zanni/zanni.hpp>

#include "probe.hpp"

// Joins, says so, and when a file is there creates the probe of a name, at once with all others of its kind. Says the
// probe's address and process, and ends.
int main(int argc, char** argv) {
    if (argc != 4) return std::cerr << "usage: name_racer ENDPOINT NAME FILE\n", 2;
    zanni::ActorSystem system(zanni::join(argv[1]));
    std::cout << "joined" << std::endl;
    while (!std::filesystem::exists(argv[3])) std::this_thread::sleep_for(std::chrono::milliseconds(1));
    const auto created = system.create("probe.Probe", {.name = argv[2], .wait_longest = std::chrono::seconds(30)});
    if (!created) return std::cerr << created.error() << '\n', 1;
    const auto here = system.ask<probe::Here>(*created, probe::WhereAreYou{}, std::chrono::seconds(30));
    if (!here) return std::cerr << here.error() << '\n', 1;
    std::cout << created->to_string() << ' ' << here->pid << std::endl;
}
