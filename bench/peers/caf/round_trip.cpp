// How long does a round trip to a CAF actor of another process take, and how many a second with many in flight?

#include "between.hpp"

namespace {

using namespace peer;

void caf_main(caf::actor_system& system, const Config& config) {
    const Server server = connect(system, ports_of(config).at(0));
    rally(system, {server.echo}, config.count / 10 + 1, config.in_flight);
    begin();
    const auto began = Clock::now();
    const auto times = rally(system, {server.echo}, config.count, config.in_flight);
    const double took = seconds_since(began);
    end();
    if (config.in_flight == 1)
        report_latency("strict round trip", times);
    else
        report("round trips, " + std::to_string(config.in_flight) + " in flight",
               static_cast<double>(config.count) / took, "1/s", 2 * config.count);
    leave();
}

}  // namespace

CAF_MAIN(caf::io::middleman)
