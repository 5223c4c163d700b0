#include "starvation.hpp"

#include <arpa/inet.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>

#include "actors.hpp"

namespace chaos {

namespace {

constexpr std::size_t resident_bytes_max = 256 * 1024 * 1024;
constexpr auto flood_lasts = 10s;

const Write flood{~std::uint64_t{0} >> 1, 100, {}, 1'000};
const Write talk{~std::uint64_t{0} >> 1, 10, 5ms, 40};

/// A flood to one of that host, and a talk between others that have nothing to do with it.
struct Flood {
    zanni::Address victim;
    zanni::Address listener;
};
Flood begin_flood(Stage& stage, const std::string& host) {
    std::string other = host;
    while (other == host) other = stage.any_host();
    const Flood begun{stage.traffic.add(host), stage.traffic.add({})};
    stage.traffic.let_write(stage.traffic.add(other), {begun.victim}, flood);
    stage.traffic.let_write(stage.traffic.add(other), {begun.listener}, talk);
    return begun;
}

/// Watches memory and talk while a flood is on.
void watch(Stage& stage, const Flood& on) {
    std::size_t most = 0;
    std::uint64_t came = stage.traffic.received(on.listener);
    const auto until = std::chrono::steady_clock::now() + flood_lasts;
    for (int silent = 0; std::chrono::steady_clock::now() < until;) {
        stage.wait(500ms);
        for (const pid_t pid : stage.convention.processes()) most = std::max(most, resident_bytes(pid));
        const std::uint64_t now = stage.traffic.received(on.listener);
        silent = now == came ? silent + 1 : 0;
        came = now;
        if (silent == 4) stage.check(false, "the others do not talk while one is flooded");
    }
    stage.check(most < resident_bytes_max,
                "a process has " + std::to_string(most / 1024 / 1024) + " MiB while one is flooded");
}

std::vector<int> connect_many(Stage& stage, int count) {
    std::vector<int> sockets;
    const std::string endpoint = stage.convention.leader();  // tcp://ADDRESS:PORT
    const auto colon = endpoint.rfind(':');
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(static_cast<std::uint16_t>(std::stoi(endpoint.substr(colon + 1))));
    ::inet_pton(AF_INET, endpoint.substr(6, colon - 6).c_str(), &address.sin_addr);
    stage.network.within("leader", [&] {
        for (int i = 0; i < count; ++i) {
            const int file = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
            if (file < 0) return;
            sockets.push_back(file);
            ::connect(file, reinterpret_cast<const sockaddr*>(&address), sizeof address);
        }
    });
    return sockets;
}

void limit(pid_t pid, __rlimit_resource resource, rlim_t soft) {
    rlimit limits{};
    ::prlimit(pid, resource, nullptr, &limits);
    limits.rlim_cur = std::min(soft, limits.rlim_max);
    ::prlimit(pid, resource, &limits, nullptr);
}

}  // namespace

void block_in_flood(Stage& stage) {
    const Flood begun = begin_flood(stage, stage.any_worker());
    stage.application.tell(begun.victim, Block{flood_lasts});
    watch(stage, begun);
}

void stop_in_flood(Stage& stage) {
    const std::string host = stage.any_worker();
    const Flood begun = begin_flood(stage, host);
    stage.wait(300ms);
    const pid_t pid = stage.convention.actor_process(host);
    ::kill(pid, SIGSTOP);
    watch(stage, begun);
    ::kill(pid, SIGCONT);
}

void take_descriptors(Stage& stage) {
    const pid_t broker = stage.convention.broker("leader");
    rlimit before{};
    ::prlimit(broker, RLIMIT_NOFILE, nullptr, &before);
    limit(broker, RLIMIT_NOFILE, open_files(broker) + 10);
    const auto sockets = connect_many(stage, 200);
    const auto listener = stage.traffic.here();
    const std::uint64_t came = stage.traffic.received(listener);
    stage.wait(3s);
    stage.check(stage.traffic.received(listener) > came, "nothing moves while the broker has no file descriptor left");
    ::prlimit(broker, RLIMIT_NOFILE, &before, nullptr);
    for (const int file : sockets) ::close(file);
}

void take_memory(Stage& stage) {
    const std::string host = stage.any_host();
    const auto parent = stage.application.create<Parent>();
    const auto born = stage.application.ask<Born>(parent, Bear{"chaos.Glutton", host}, 10s);
    if (!born) return stage.check(false, "no glutton: " + born.error().to_string());
    const pid_t pid = stage.convention.expendable_actor_process(host);
    limit(pid, RLIMIT_AS, virtual_bytes(pid) + 256 * 1024 * 1024);
    stage.application.tell(born->child, Eat{});
    const bool told = holds_within(10s, [&] {
        const auto ends = stage.application.ask<Ends>(*parent, TellEnds{}, 1s);
        return ends && !ends->children.empty() && ends->children.front().address == born->child;
    });
    stage.check(told, "a parent was not told that its child's process ran out of memory");
    stage.application.tell(*parent, zanni::ExitRequest{});
}

}  // namespace chaos
