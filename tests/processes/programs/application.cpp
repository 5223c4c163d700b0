#include <unistd.h>

#include <cstdio>
#include <iostream>

#include <zanni/zanni.hpp>

#include "probe.hpp"

// An application: joins a convention, talks to an actor there, says so, and stays until somebody ends it.
int main(int argc, char** argv) {
    if (argc != 2) return std::cerr << "usage: application ENDPOINT\n", 2;
    zanni::ActorSystem system(zanni::join(argv[1]));
    const zanni::Address probe = system.create("probe.Probe");
    const auto here = system.ask<probe::Here>(probe, probe::WhereAreYou{}, std::chrono::seconds(30));
    if (!here) return std::cerr << here.error() << '\n', 1;
    std::printf("joined\n");
    std::fflush(stdout);
    for (;;) ::pause();
}
