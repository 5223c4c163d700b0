#include <unistd.h>

#include <cstdio>
#include <iostream>

#include <zanni/zanni.hpp>

#include "probe.hpp"

// An application: joins a convention, talks to an actor there, by a lane if it is told so, says so, and stays until
// somebody ends it.
int main(int argc, char** argv) {
    if (argc != 2 && argc != 3) return std::cerr << "usage: application ENDPOINT [lane]\n", 2;
    zanni::ActorSystem system(zanni::join(argv[1]));
    const zanni::Address probe = system.create("probe.Probe");
    if (argc == 3) system.request_lane(probe);
    const auto here = system.ask<probe::Here>(probe, probe::WhereAreYou{}, std::chrono::seconds(30));
    if (!here) return std::cerr << here.error() << '\n', 1;
    std::printf("joined\n");
    std::fflush(stdout);
    for (;;) ::pause();
}
