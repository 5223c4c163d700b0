// What do others' round trips cost, when one of several processes that get messages has stopped?

#include <signal.h>
#include <unistd.h>

#include "flooding.hpp"

namespace {

using namespace between;

constexpr int others = 3;
constexpr std::uint64_t load_bytes = 256;

struct Servers {
    zanni::Address sink;  ///< in the process that will stop
    std::int32_t pid = 0;
    std::vector<zanni::Address> echoes;
};

/// Has a process of its own made for each.
Servers create_servers(zanni::ActorSystem& system) {
    const zanni::CreateOptions alone{.isolation = zanni::Isolation::process};
    Servers servers;
    servers.sink = system.create("between.Sink", alone);
    servers.pid = ask<Process>(system, servers.sink, WhoAreYou{}).pid;
    for (int i = 0; i < others; ++i) servers.echoes.push_back(system.create("between.Echo", alone));
    return servers;
}

}  // namespace

int main(int argc, char** argv) {
    CLI::App app("Round trips beside a process that has stopped");
    std::uint64_t milliseconds = 300;
    app.add_option("--milliseconds", milliseconds, "before it stops, and as long after")->capture_default_str();
    return run(app, argc, argv, [&](zanni::ActorSystem& system) {
        const Servers servers = create_servers(system);
        std::vector<zanni::Address> pingers;
        for (int i = 0; i < others; ++i) pingers.push_back(system.create<Pinger>());
        const zanni::Address flooder = system.create<Flooder>();
        rally_for(system, pingers, servers.echoes, milliseconds / 10);
        begin();
        const auto before = rally_for(system, pingers, servers.echoes, milliseconds);
        ::kill(servers.pid, SIGSTOP);
        system.tell(flooder, KeepFlooding{servers.sink, load_bytes, window_of(load_bytes)});
        const auto beside = rally_for(system, pingers, servers.echoes, milliseconds);
        ::kill(servers.pid, SIGCONT);
        end();
        ask<Acknowledged>(system, flooder, StopFlooding{});
        report_latency("others' round trips, all alive", before);
        report_latency("others' round trips, one stopped", beside);
        for (const auto& echo : servers.echoes) system.tell(echo, zanni::ExitRequest{});
        system.tell(servers.sink, zanni::ExitRequest{});
    });
}
