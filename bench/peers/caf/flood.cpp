// How long does a small round trip to another process take, while another CAF actor floods that process with messages?

#include "between.hpp"

namespace {

using namespace peer;

void caf_main(caf::actor_system& system, const Config& config) {
    const Server server = connect(system, ports_of(config).at(0));
    const auto flood = system.spawn(flooder, server.sink, config.bytes);
    const auto began = Clock::now();
    rally_for(system, {server.echo}, config.milliseconds / 10);
    begin();
    const auto times = rally_for(system, {server.echo}, config.milliseconds);
    end();
    const double took = seconds_since(began);
    const auto flooded = stop_flood(system, flood);
    const std::string what = "ping beside a flood of " + std::to_string(config.bytes) + " B";
    report_latency(what, times);
    report(what + ": the flood", static_cast<double>(flooded * config.bytes) / 1e6 / took, "MB/s");
    leave();
}

}  // namespace

CAF_MAIN(caf::io::middleman)
