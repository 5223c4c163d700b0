#pragma once

#include <chrono>
#include <functional>
#include <string>
#include <vector>

#include <zanni/random.hpp>
#include <zanni/zanni.hpp>

#include "convention.hpp"
#include "network.hpp"
#include "traffic.hpp"

namespace chaos {

using namespace std::chrono_literals;

/// All that a fault can touch. Threads: one.
struct Stage {
    Network& network;
    Convention& convention;
    zanni::ActorSystem& application;
    Traffic traffic;
    zanni::SeededRandom random;
    std::vector<std::string> wrong;  ///< what the fault saw that must not be

    void wait(zanni::Duration time) const;
    zanni::Duration between(zanni::Duration low, zanni::Duration high);
    const std::string& any_host() { return host_names[random.next() % host_names.size()]; }
    const std::string& any_worker() { return host_names[1 + random.next() % (host_names.size() - 1)]; }
    void check(bool holds, const std::string& what) {
        if (!holds) wrong.push_back(what);
    }
};

}  // namespace chaos
