#include <iostream>

#include <zanni/zanni.hpp>

#include "echo.hpp"

int main(int argc, char** argv) {
    if (argc != 3) return std::cerr << "usage: echo_client LEADER_ENDPOINT COUNT\n", 2;
    try {
        const echo::Run run{std::stoull(argv[2]), 1};
        zanni::ActorSystem system(zanni::join(argv[1]));
        const auto requestor = system.create("echo.EchoRequestor");  // this program does not contain it
        if (!requestor) return std::cerr << requestor.error() << '\n', 1;

        const auto done = system.ask<echo::Done>(*requestor, run, std::chrono::seconds(60));
        system.tell(*requestor, zanni::ExitRequest{});
        if (!done) return std::cerr << done.error() << '\n', 1;
        if (!done->failure.empty()) return std::cerr << done->failure << '\n', 1;
        std::cout << "echo_done: " << done->count << " round trips\n";
    } catch (const std::exception& error) {
        return std::cerr << error.what() << '\n', 1;
    }
}
