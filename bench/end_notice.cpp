// How soon is the end of a killed actor process told, to a parent and to a watcher, on its own host and on another?

#include <signal.h>
#include <stdlib.h>
#include <sys/wait.h>

#include <algorithm>
#include <cstdio>
#include <exception>
#include <filesystem>
#include <fstream>
#include <random>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

#include <CLI/CLI.hpp>

#include <zanni/zanni.hpp>

#include "chaos/machine.hpp"
#include "echo/echo.hpp"

namespace {

using namespace std::chrono_literals;
using Clock = std::chrono::steady_clock;

struct Bear {
    std::string host;
};
struct Born {
    zanni::Address child;
};
struct Watch {
    zanni::Address target;
};
struct Done {};
struct TellTimes {};
/// On the steady clock; 0: not told.
struct Times {
    std::int64_t parent_ns = 0;
    std::int64_t watcher_ns = 0;
};

std::int64_t clock_ns() { return Clock::now().time_since_epoch() / 1ns; }

/// Parent of one actor of the victim, watcher of another.
class Observer : public zanni::Actor {
public:
    Born bear(const Bear& wish) { return {create("echo.EchoServer", {.requirements = {{wish.host, true}}})}; }
    Done watch_it(const Watch& wish) {
        watch(wish.target);
        return {};
    }
    void child_exited(const zanni::ChildExited&) { times_.parent_ns = clock_ns(); }
    void down(const zanni::Down&) { times_.watcher_ns = clock_ns(); }
    Times tell(const TellTimes&) { return times_; }
    using Behavior = zanni::Behavior<&Observer::bear, &Observer::watch_it, &Observer::child_exited, &Observer::down,
                                     &Observer::tell>;

private:
    Times times_;
};

template <class Reply, class M>
Reply ask(zanni::System& system, const zanni::Address& target, const M& message) {
    auto reply = system.ask<Reply>(target, message, 20s);
    if (!reply) throw std::runtime_error(reply.error().to_string());
    return std::move(*reply);
}

/// A `zanni` that runs a host, until this goes.
class Host {
public:
    Host(const std::filesystem::path& folder, const std::string& name, chaos::Command command) : state_(folder / name) {
        const std::string ready = folder / (name + ".ready");
        command.insert(command.end(), {"--name", name, "--ready-file", ready, "--state", state_.string()});
        pid_ = chaos::start(command, folder / (name + ".log"), folder / (name + ".log"));
        if (!chaos::holds_within(20s, [&] { return !chaos::read_text(ready).empty(); }))
            throw std::runtime_error("no host: " + chaos::read_text(folder / (name + ".log")));
        tcp_ = chaos::read_text(ready);
        tcp_.pop_back();
    }
    ~Host() {
        ::kill(pid_, SIGTERM);
        ::waitpid(pid_, nullptr, 0);
    }
    Host(const Host&) = delete;
    Host& operator=(const Host&) = delete;

    const std::string& tcp() const { return tcp_; }
    std::string ipc() const { return "ipc://" + (state_ / "broker").string(); }
    pid_t actor_process() const {
        for (const auto& process : chaos::descendants())
            if (process.parent == pid_) return process.pid;
        throw std::runtime_error("a host without an actor process");
    }

private:
    std::filesystem::path state_;
    std::string tcp_;
    pid_t pid_ = 0;
};

/// Milliseconds, of all repeats.
struct Results {
    std::vector<double> near_parent, near_watcher, far_parent, far_watcher;
};

double milliseconds(std::int64_t from_ns, std::int64_t to_ns) { return static_cast<double>(to_ns - from_ns) / 1e6; }

/// A new host each time, as a broker starts an actor process only so often.
void measure(const Host& victim, const std::string& name, zanni::ActorSystem& far, Results& results) {
    zanni::ActorSystem near(zanni::join(victim.ipc()));
    const zanni::Address near_observer = near.create<Observer>();
    const zanni::Address far_observer = far.create<Observer>();
    const Born of_near = ask<Born>(near, near_observer, Bear{name});
    const Born of_far = ask<Born>(far, far_observer, Bear{name});
    ask<echo::Pong>(near, of_near.child, echo::Ping{});  // before that there may be none to watch
    ask<echo::Pong>(far, of_far.child, echo::Ping{});
    ask<Done>(near, near_observer, Watch{of_far.child});
    ask<Done>(far, far_observer, Watch{of_near.child});
    static std::mt19937 random(1);
    std::this_thread::sleep_for(200ms + std::chrono::milliseconds(random() % 100));

    const pid_t pid = victim.actor_process();
    const std::int64_t killed = clock_ns();
    ::kill(pid, SIGKILL);
    Times at_near;
    Times at_far;
    const bool told = chaos::holds_within(10s, [&] {
        at_near = ask<Times>(near, near_observer, TellTimes{});
        at_far = ask<Times>(far, far_observer, TellTimes{});
        return at_near.parent_ns && at_near.watcher_ns && at_far.parent_ns && at_far.watcher_ns;
    });
    if (!told) throw std::runtime_error("an end was not told");
    results.near_parent.push_back(milliseconds(killed, at_near.parent_ns));
    results.near_watcher.push_back(milliseconds(killed, at_near.watcher_ns));
    results.far_parent.push_back(milliseconds(killed, at_far.parent_ns));
    results.far_watcher.push_back(milliseconds(killed, at_far.watcher_ns));
}

void print(const char* who, std::vector<double> times) {
    std::ranges::sort(times);
    std::printf("| %-26s | %6.2f | %6.2f | %6.2f |\n", who, times[times.size() / 2], times[times.size() * 99 / 100],
                times.back());
}

void run(const std::string& zanni, const std::string& module, int repeats, const std::filesystem::path& folder) {
    const Host leader(folder, "leader", {zanni, "broker", "--listen", "tcp://127.0.0.1:*"});
    const Host other(folder, "other", {zanni, "host", "--join", leader.tcp()});
    Results results;
    {
        zanni::ActorSystem far(zanni::join(other.ipc()));
        for (int i = 0; i < repeats; ++i) {
            const std::string name = "victim-" + std::to_string(i);
            const Host victim(folder, name,
                              {zanni, "host", "--join", leader.tcp(), "--load", module, "--capability", "Server=true",
                               "--capability", name + "=true"});
            measure(victim, name, far, results);
        }
    }
    std::printf("| told to (ms, n=%d)         | median | 99%%    | worst  |\n|---|---|---|---|\n", repeats);
    print("a parent on the same host", results.near_parent);
    print("a watcher on the same host", results.near_watcher);
    print("a parent on another host", results.far_parent);
    print("a watcher on another host", results.far_watcher);
}

}  // namespace

int main(int argc, char** argv) {
    CLI::App app("How soon the end of a killed actor process is told");
    std::string zanni;
    std::string module;
    int repeats = 200;
    app.add_option("--zanni", zanni, "the program")->required();
    app.add_option("--echo-module", module, "libecho.so")->required();
    app.add_option("--repeats", repeats)->capture_default_str()->check(CLI::PositiveNumber);
    CLI11_PARSE(app, argc, argv);
    std::string folder = std::filesystem::temp_directory_path() / "zanni-bench-XXXXXX";
    if (!::mkdtemp(folder.data())) return 2;
    int code = 0;
    try {
        run(zanni, module, repeats, folder);
    } catch (const std::exception& error) {
        std::fprintf(stderr, "bench_end_notice: %s\n", error.what());
        code = 1;
    }
    std::filesystem::remove_all(folder);
    return code;
}
