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

/// All at the same time, one ping outstanding each.
std::vector<double> rally(zanni::ActorSystem& system, const std::vector<zanni::Address>& pingers,
                          const std::vector<zanni::Address>& echoes, std::uint64_t count) {
    auto endpoint = system.private_endpoint();
    for (std::size_t i = 0; i < pingers.size(); ++i) endpoint.tell(pingers[i], Rally{echoes[i], count, 1});
    std::vector<double> times;
    for (std::size_t i = 0; i < pingers.size(); ++i) {
        const auto result = endpoint.listen<Rallied>(longest);
        if (!result) throw std::runtime_error(result.error().to_string());
        times.insert(times.end(), result->times_us.begin(), result->times_us.end());
    }
    return times;
}

}  // namespace

int main(int argc, char** argv) {
    CLI::App app("Round trips beside a process that has stopped");
    std::uint64_t count = 2'000;
    app.add_option("--count", count, "round trips with each of the others")->capture_default_str();
    return run(app, argc, argv, [&](zanni::ActorSystem& system) {
        const Servers servers = create_servers(system);
        std::vector<zanni::Address> pingers;
        for (int i = 0; i < others; ++i) pingers.push_back(system.create<Pinger>());
        const zanni::Address flooder = system.create<Flooder>();
        rally(system, pingers, servers.echoes, count / 10 + 1);
        begin();
        const auto before = rally(system, pingers, servers.echoes, count);
        ::kill(servers.pid, SIGSTOP);
        system.tell(flooder, KeepFlooding{servers.sink, load_bytes, window_of(load_bytes)});
        const auto beside = rally(system, pingers, servers.echoes, count);
        ::kill(servers.pid, SIGCONT);
        end();
        ask<Acknowledged>(system, flooder, StopFlooding{});
        report_latency("others' round trips, all alive", before);
        report_latency("others' round trips, one stopped", beside);
        for (const auto& echo : servers.echoes) system.tell(echo, zanni::ExitRequest{});
        system.tell(servers.sink, zanni::ExitRequest{});
    });
}
