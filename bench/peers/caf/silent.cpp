// What do others' round trips cost, when one of several CAF processes that get messages has stopped?

#include "between.hpp"

namespace {

using namespace peer;

void caf_main(caf::actor_system& system, const Config& config) {
    const auto ports = ports_of(config);
    const Server victim = connect(system, ports.at(0));
    std::vector<caf::actor> others;
    for (int i : {1, 2, 3}) others.push_back(connect(system, ports.at(i)).echo);
    rally_for(system, others, config.milliseconds / 10);
    begin();
    const auto before = rally_for(system, others, config.milliseconds);
    ::kill(victim.pid, SIGSTOP);
    const auto flood = system.spawn(flooder, victim.sink, std::uint64_t{256});
    const auto beside = rally_for(system, others, config.milliseconds);
    ::kill(victim.pid, SIGCONT);
    end();
    stop_flood(system, flood);
    report_latency("others' round trips, all alive", before);
    report_latency("others' round trips, one stopped", beside);
    leave();
}

}  // namespace

CAF_MAIN(caf::io::middleman)
