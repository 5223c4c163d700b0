#include "faults.hpp"

#include <signal.h>

#include <cstdio>
#include <thread>

#include "starvation.hpp"

namespace chaos {

void Stage::wait(zanni::Duration time) const {
    std::this_thread::sleep_for(time);
    check_interrupted();
}

zanni::Duration Stage::between(zanni::Duration low, zanni::Duration high) {
    return low + zanni::Duration(
                     static_cast<std::int64_t>(random.next() % static_cast<std::uint64_t>((high - low).count() + 1)));
}

namespace {

/// The down time, and the longest that its actors and last messages get to end.
constexpr auto actor_process_ends_within = 13s;

// ---- Killed

void kill_actor_process(Stage& stage) { ::kill(stage.convention.expendable_actor_process(stage.any_host()), SIGKILL); }

void kill_broker(Stage& stage, const std::string& host) {
    stage.convention.kill_broker(host);
    stage.wait(stage.between(0ms, 1s));
    stage.convention.start_broker(host);
}
void kill_worker_broker(Stage& stage) { kill_broker(stage, stage.any_worker()); }
void kill_leader_broker(Stage& stage) { kill_broker(stage, "leader"); }

/// A crash while the last one is not yet got over.
void kill_both_brokers(Stage& stage) {
    const std::string worker = stage.any_worker();
    stage.convention.kill_broker(worker);
    stage.wait(stage.between(0ms, 300ms));
    stage.convention.kill_broker("leader");
    stage.wait(stage.between(0ms, 300ms));
    stage.convention.start_broker(worker);
    stage.wait(stage.between(0ms, 300ms));
    stage.convention.start_broker("leader");
}

/// Its broker is gone for good: an actor process ends by itself, and the host that comes later has another.
void lose_worker(Stage& stage) {
    const std::string worker = stage.any_worker();
    const pid_t orphan = stage.convention.actor_process(worker);
    stage.convention.kill_broker(worker);
    const auto began = std::chrono::steady_clock::now();
    const bool has_ended =
        holds_within(actor_process_ends_within, [&] { return stage.convention.actor_process(worker) == 0; });
    const std::chrono::duration<double> took = std::chrono::steady_clock::now() - began;
    stage.check(has_ended, "actor process " + std::to_string(orphan) + " goes on without a broker");
    std::printf("    the actor process without a broker ended after %.1f s\n", took.count());
    stage.convention.start_broker(worker);
}

// ---- Stopped

template <int seconds>
void stop_actor_process(Stage& stage) {
    const pid_t pid = stage.convention.actor_process(stage.any_host());
    ::kill(pid, SIGSTOP);
    stage.wait(std::chrono::seconds(seconds));
    ::kill(pid, SIGCONT);
}

template <int seconds>
void stop_broker(Stage& stage) {
    const pid_t pid = stage.convention.broker(stage.any_host());
    ::kill(pid, SIGSTOP);
    stage.wait(std::chrono::seconds(seconds));
    ::kill(pid, SIGCONT);
}

// ---- Links

void cut(Stage& stage, zanni::Duration time) {
    const std::string host = stage.any_host();
    stage.network.set_link(host, false);
    stage.wait(time);
    stage.network.mend(host);
}
void link_down_briefly(Stage& stage) { cut(stage, stage.between(500ms, 3s)); }
void link_down_long(Stage& stage) { cut(stage, stage.between(8s, 12s)); }

void link_flaps(Stage& stage) {
    const std::string host = stage.any_host();
    for (int i = 0; i < 10; ++i) {
        stage.network.set_link(host, false);
        stage.wait(stage.between(50ms, 250ms));
        stage.network.set_link(host, true);
        stage.wait(stage.between(50ms, 250ms));
    }
    stage.network.mend(host);
}

void drop(Stage& stage, Network::Way way, int percent, zanni::Duration time) {
    const std::string host = stage.any_host();
    stage.network.drop(host, way, percent);
    stage.wait(time);
    stage.network.mend(host);
}
Network::Way one_way(Stage& stage) { return stage.random.next() % 2 == 0 ? Network::Way::in : Network::Way::out; }
void one_way_briefly(Stage& stage) { drop(stage, one_way(stage), 100, stage.between(500ms, 3s)); }
void one_way_long(Stage& stage) { drop(stage, one_way(stage), 100, stage.between(8s, 12s)); }
void loss_1(Stage& stage) { drop(stage, Network::Way::both, 1, 4s); }
void loss_10(Stage& stage) { drop(stage, Network::Way::both, 10, 4s); }

using enum Fault::Time;
using enum Fault::Harm;

constexpr Fault table[] = {
    {"kill actor process", brief, none, false, &kill_actor_process},
    {"kill worker's broker", brief, none, false, &kill_worker_broker},
    {"kill leader's broker", brief, none, false, &kill_leader_broker},
    {"kill both brokers", brief, none, false, &kill_both_brokers},
    {"lose worker's broker", lasting, host_may_be_lost, false, &lose_worker},
    {"stop actor process 1 s", brief, none, false, &stop_actor_process<1>},
    {"stop actor process 5 s", lasting, none, false, &stop_actor_process<5>},
    {"stop actor process 30 s", lasting, none, false, &stop_actor_process<30>},
    {"stop broker 1 s", brief, none, false, &stop_broker<1>},
    {"stop broker 5 s", lasting, host_may_be_lost, false, &stop_broker<5>},
    {"stop broker 30 s", lasting, host_may_be_lost, false, &stop_broker<30>},
    {"link down under 3 s", brief, none, true, &link_down_briefly},
    {"link down over 8 s", lasting, host_may_be_lost, true, &link_down_long},
    {"link flaps", brief, none, true, &link_flaps},
    {"one way drops under 3 s", brief, none, true, &one_way_briefly},
    {"one way drops over 8 s", lasting, host_may_be_lost, true, &one_way_long},
    {"1% of packets lost", brief, none, true, &loss_1},
    {"10% of packets lost", brief, none, true, &loss_10},
    {"handler blocks in a flood", lasting, none, false, &block_in_flood},
    {"process stopped in a flood", lasting, none, false, &stop_in_flood},
    {"no file descriptor left", brief, none, false, &take_descriptors},
    {"no memory left", brief, none, false, &take_memory},
};

}  // namespace

std::span<const Fault> all_faults() { return table; }

}  // namespace chaos
