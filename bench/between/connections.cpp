// What do 10 to 990 connected processes cost a broker: memory for each, and the speed of two that talk through it?

#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <fstream>
#include <span>

#include "measure.hpp"

namespace {

using namespace between;

/// As /proc says.
double resident_kib(int pid) {
    std::ifstream status("/proc/" + std::to_string(pid) + "/status");
    for (std::string word; status >> word;)
        if (word == "VmRSS:" && status >> word) return std::stod(word);
    throw std::runtime_error("no memory of process " + std::to_string(pid));
}

/// Processes that have joined and say nothing else.
class Bystanders {
public:
    ~Bystanders() {
        for (const pid_t pid : pids_) ::kill(pid, SIGKILL);
        for (const pid_t pid : pids_) ::waitpid(pid, nullptr, 0);
    }

    void add(const std::string& endpoint) {
        int joined[2];
        if (::pipe(joined) != 0) throw std::runtime_error("no pipe");
        const pid_t pid = ::fork();
        if (pid == 0) join(endpoint, joined);
        ::close(joined[1]);
        char word = 0;
        const bool is_in = pid > 0 && ::read(joined[0], &word, 1) == 1;
        ::close(joined[0]);
        if (pid > 0) pids_.push_back(pid);
        if (!is_in) throw std::runtime_error("the process " + std::to_string(pids_.size()) + " could not join");
    }
    std::size_t count() const { return pids_.size(); }

private:
    [[noreturn]] static void join(const std::string& endpoint, std::span<const int, 2> joined) {
        ::prctl(PR_SET_PDEATHSIG, SIGKILL);
        try {
            const zanni::ActorSystem system(zanni::join(endpoint), {.workers = 1});
            if (::write(joined[1], "j", 1) == 1)
                for (;;) ::pause();
        } catch (const std::exception& error) {
            std::fprintf(stderr, "%s\n", error.what());
        }
        ::_exit(1);
    }

    std::vector<pid_t> pids_;
};

double rate(zanni::ActorSystem& system, std::uint64_t count) {
    const zanni::Address server = system.create("between.Echo");
    const zanni::Address pinger = system.create<Pinger>();
    ask<Rallied>(system, pinger, Rally{server, count / 10 + 1, 1'000});
    const auto result = ask<Rallied>(system, pinger, Rally{server, count, 1'000});
    system.tell(server, zanni::ExitRequest{});
    return static_cast<double>(count) / result.seconds;
}

}  // namespace

int main(int argc, char** argv) {
    CLI::App app("A broker with many connected processes");
    std::string endpoint;
    int broker = 0;
    std::uint64_t count = 500'000;
    std::vector<std::size_t> sizes{10, 100, 990};  // a host has 1,000 processes at most
    app.add_option("--join", endpoint, "endpoint of a host")->required();
    app.add_option("--broker", broker, "its process")->required();
    app.add_option("--count", count, "round trips")->capture_default_str();
    app.add_option("--connections", sizes, "how many processes are connected, rising")->delimiter(',');
    CLI11_PARSE(app, argc, argv);
    try {
        Bystanders bystanders;
        const double before = resident_kib(broker);
        for (const std::size_t size : sizes) {
            while (bystanders.count() < size) bystanders.add(endpoint);
            const std::string what = std::to_string(size) + " processes connected";
            const double grown = resident_kib(broker) - before;
            begin();
            zanni::ActorSystem system(zanni::join(endpoint, {.lanes = zanni::LanePolicy::never}), {.workers = 1});
            const double per_second = rate(system, count);
            end();
            report("round trips, 1000 in flight, " + what, per_second, "1/s");
            report("broker's memory for each, " + what, grown / static_cast<double>(size), "KiB");
        }
    } catch (const std::exception& error) {
        std::fprintf(stderr, "%s: %s\n", argv[0], error.what());
        return 1;
    }
}
