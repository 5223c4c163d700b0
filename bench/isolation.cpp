// What does an actor with an OS process of its own cost, beside a shared one: creations/s, ms to the first answer, KiB?

#include <signal.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <exception>
#include <filesystem>
#include <fstream>
#include <stdexcept>
#include <string>
#include <system_error>
#include <vector>

#include <CLI/CLI.hpp>

#include <zanni/zanni.hpp>

#include "chaos/machine.hpp"
#include "echo/echo.hpp"

namespace {

using namespace std::chrono_literals;
using Clock = std::chrono::steady_clock;

/// To a Creator: so many, a first message for each, as fast as it goes. "bench.Local" is of this program.
struct Bear {
    std::string type;
    std::string on_host;
    std::uint64_t count = 0;
    bool isolated = false;
};
struct Born {
    double seconds = 0;             ///< until the last had answered
    std::vector<double> answer_ms;  ///< of each, since its creation
    std::uint64_t failed = 0;
};
struct EndThem {};
struct Ended {};

std::int64_t clock_ns() { return Clock::now().time_since_epoch() / 1ns; }

struct Local : zanni::Actor {
    echo::Pong answer(const echo::Ping& ping) { return {ping.number, ping.sent_ns}; }
    using Behavior = zanni::Behavior<&Local::answer>;
};

class Creator : public zanni::Actor {
public:
    void bear(const Bear& wish, const zanni::Address& asker) {
        asker_ = asker;
        born_ = {};
        awaited_ = wish.count;
        began_ns_ = clock_ns();
        const zanni::Isolation isolation = wish.isolated ? zanni::Isolation::process : zanni::Isolation::shared;
        zanni::Requirements wanted;
        if (!wish.on_host.empty()) wanted.push_back({wish.on_host, true});
        for (std::uint64_t i = 0; i < wish.count; ++i) {
            const std::int64_t now_ns = clock_ns();
            const auto child = wish.type.empty() ? create<Local>()
                                                 : create(wish.type, {.requirements = wanted, .isolation = isolation});
            send(child, echo::Ping{i, now_ns});
            children_.push_back(child);
        }
    }
    void pong(const echo::Pong& pong) {
        born_.answer_ms.push_back(static_cast<double>(clock_ns() - pong.sent_ns) / 1e6);
        counted();
    }
    void end_them(const EndThem&, const zanni::Address& asker) {
        asker_ = asker;
        ending_ = true;
        if (children_.empty()) send(asker_, Ended{});
        for (const auto& child : children_) send(child, zanni::ExitRequest{});
    }
    void child_exited(const zanni::ChildExited& end) {
        if (!ending_) {
            ++born_.failed;
            counted();
        }
        std::erase(children_, end.address);
        if (ending_ && children_.empty()) {
            ending_ = false;
            send(asker_, Ended{});
        }
    }
    using Behavior = zanni::Behavior<&Creator::bear, &Creator::pong, &Creator::end_them, &Creator::child_exited>;

private:
    void counted() {
        if (--awaited_ != 0) return;
        born_.seconds = static_cast<double>(clock_ns() - began_ns_) / 1e9;
        send(asker_, born_);
    }
    zanni::Address asker_;
    Born born_;
    std::uint64_t awaited_ = 0;
    std::int64_t began_ns_ = 0;
    std::vector<zanni::Address> children_;
    bool ending_ = false;
};

template <class Reply, class M>
Reply ask(zanni::System& system, const zanni::Address& target, const M& message) {
    auto reply = system.ask<Reply>(target, message, 120s);
    if (!reply) throw std::runtime_error(reply.error().to_string());
    return std::move(*reply);
}

/// A `zanni` that runs a host, until this goes.
class Host {
public:
    Host(const std::filesystem::path& folder, const std::string& name, chaos::Command command) {
        const std::string ready = folder / (name + ".ready");
        const std::string state = folder / name;
        command.insert(command.end(), {"--name", name, "--ready-file", ready, "--state", state});
        const std::string log = folder / (name + ".log");
        pid_ = chaos::start(command, log, log);
        if (!chaos::holds_within(20s, [&] { return !chaos::read_text(ready).empty(); }))
            throw std::runtime_error("no host: " + chaos::read_text(log));
        endpoint_ = chaos::read_text(ready);
        endpoint_.pop_back();
    }
    ~Host() {
        ::kill(pid_, SIGTERM);
        ::waitpid(pid_, nullptr, 0);
    }
    Host(const Host&) = delete;
    Host& operator=(const Host&) = delete;

    const std::string& endpoint() const { return endpoint_; }

private:
    std::string endpoint_;
    pid_t pid_ = 0;
};

/// A process that has been told who it is has closed the way by which it was told.
bool is_at_work(pid_t pid) {
    std::error_code gone;
    return std::filesystem::read_symlink("/proc/" + std::to_string(pid) + "/fd/0", gone) == "/dev/null";
}

std::vector<pid_t> pool_processes() {
    std::vector<pid_t> found;
    for (const auto& process : chaos::descendants())
        if (process.command.find("--warm") != std::string::npos &&
            process.command.find("actor-process") != std::string::npos)
            found.push_back(process.pid);
    return found;
}

double private_kib(pid_t pid) {
    std::ifstream file("/proc/" + std::to_string(pid) + "/smaps_rollup");
    double sum = 0;
    for (std::string line; std::getline(file, line);)
        if (line.starts_with("Private_Clean:") || line.starts_with("Private_Dirty:"))
            sum += std::stod(line.substr(line.find(':') + 1));
    return sum;
}

double at(std::vector<double> values, double share) {
    if (values.empty()) return 0;
    std::ranges::sort(values);
    return values[static_cast<std::size_t>(share * static_cast<double>(values.size() - 1))];
}

void row(const char* what, std::uint64_t count, const Born& born, const std::string& kib) {
    std::printf("| %-42s | %7llu | %10.0f | %8.2f | %8.2f | %8.2f | %6llu | %s |\n", what,
                static_cast<unsigned long long>(count), static_cast<double>(count) / born.seconds,
                at(born.answer_ms, 0.5), at(born.answer_ms, 0.99), at(born.answer_ms, 1),
                static_cast<unsigned long long>(born.failed), kib.c_str());
    std::fflush(stdout);
}

struct Flags {
    std::string zanni;
    std::string module;
    std::uint64_t warm = 50;
    std::uint64_t isolated = 300;
    std::uint64_t shared = 100'000;
};

void measure(zanni::ActorSystem& system, const char* what, const Bear& wish) {
    const zanni::Address creator = system.create<Creator>();
    const Born born = ask<Born>(system, creator, wish);
    std::string kib = "-";
    if (wish.isolated) {
        std::vector<double> all;
        for (const pid_t pid : pool_processes())
            if (is_at_work(pid)) all.push_back(private_kib(pid));
        kib = std::to_string(static_cast<int>(at(all, 0.5)));
    }
    row(what, wish.count, born, kib);
    ask<Ended>(system, creator, EndThem{});
    system.tell(creator, zanni::ExitRequest{});
}

void run(const Flags& flags, const std::filesystem::path& folder) {
    const std::string warm = std::to_string(flags.warm);
    const Host leader(folder, "leader",
                      {flags.zanni, "broker", "--listen", "tcp://127.0.0.1:*", "--load", flags.module, "--capability",
                       "Server=true", "--capability", "Near=true", "--warm-processes", warm});
    const Host other(folder, "other",
                     {flags.zanni, "host", "--join", leader.endpoint(), "--load", flags.module, "--capability",
                      "Server=true", "--capability", "Far=true", "--warm-processes", warm});
    zanni::ActorSystem system(zanni::join(leader.endpoint()));
    const auto pools_are_full = [&] {
        if (!chaos::holds_within(60s, [&] { return pool_processes().size() == 2 * flags.warm; }))
            throw std::runtime_error("the pools don't fill");
        ::usleep(1'000'000);  // they have been started, and load the module now
    };
    std::printf("| %-42s | created | per second | median   | 99%% ms   | worst    | failed | KiB |\n", "");
    std::printf("|---|---|---|---|---|---|---|---|\n");
    pools_are_full();
    measure(system, "isolated, one, from the pool", {"echo.EchoServer", "Near", 1, true});
    pools_are_full();
    measure(system, "isolated, as many as the pool has", {"echo.EchoServer", "Near", flags.warm, true});
    pools_are_full();
    measure(system, "isolated, on another host, as the pool has", {"echo.EchoServer", "Far", flags.warm, true});
    pools_are_full();
    measure(system, "isolated, beyond the pool", {"echo.EchoServer", "Near", flags.isolated, true});
    measure(system, "shared, in this process", {"", "", flags.shared, false});
    measure(system, "shared, in the host's process", {"echo.EchoServer", "Near", flags.shared, false});
    measure(system, "shared, on another host", {"echo.EchoServer", "Far", flags.shared, false});
}

}  // namespace

int main(int argc, char** argv) {
    CLI::App app("What an actor with an OS process of its own costs");
    Flags flags;
    app.add_option("--zanni", flags.zanni, "the program")->required();
    app.add_option("--echo-module", flags.module, "libecho.so")->required();
    app.add_option("--warm", flags.warm, "processes in the pool")->capture_default_str()->check(CLI::PositiveNumber);
    app.add_option("--isolated", flags.isolated, "actors beyond the pool")->capture_default_str();
    app.add_option("--shared", flags.shared, "shared actors")->capture_default_str();
    CLI11_PARSE(app, argc, argv);
    std::string folder = std::filesystem::temp_directory_path() / "zanni-bench-XXXXXX";
    if (!::mkdtemp(folder.data())) return 2;
    int code = 0;
    try {
        run(flags, folder);
    } catch (const std::exception& error) {
        std::fprintf(stderr, "bench_isolation: %s\n", error.what());
        code = 1;
    }
    std::filesystem::remove_all(folder);
    return code;
}
