#include <stdlib.h>

#include <cstdio>
#include <exception>
#include <filesystem>
#include <random>

#include <CLI/CLI.hpp>

#include "runs.hpp"

/// zanni_chaos: a real convention, in three network namespaces as root, while everything goes wrong that can.

namespace {

struct Flags {
    double minutes = 0;
    std::uint64_t seed = 0;
    bool brief = false;
    std::vector<std::string> faults;
    std::uint64_t kills = 0;
    std::uint64_t messages = 10'000'000;
};

/// The hosts' folders and logs, which stay when something was wrong.
std::filesystem::path make_folder() {
    std::string name = std::filesystem::temp_directory_path() / "zanni-chaos-XXXXXX";
    if (!::mkdtemp(name.data())) throw std::runtime_error("no folder " + name);
    return name;
}

bool run(const Flags& flags) {
    const auto folder = make_folder();
    std::printf("seed %llu, logs in %s\n", static_cast<unsigned long long>(flags.seed), folder.c_str());
    std::fflush(stdout);
    chaos::Report report;
    std::string left;
    {
        chaos::Network network(chaos::host_names);
        if (!network.has_links()) std::printf("no network namespaces here: links stay whole\n");
        chaos::Convention convention(network, folder);
        {
            zanni::ActorSystem application(zanni::join(convention.endpoint("leader")));
            chaos::Stage stage{
                network, convention, application, chaos::Traffic(application), zanni::SeededRandom(flags.seed), {}};
            if (flags.minutes > 0)
                chaos::run_faults(stage, {decltype(chaos::Schedule::time)(flags.minutes), flags.brief, flags.faults},
                                  report);
            if (flags.kills > 0) chaos::run_kills(stage, flags.kills, flags.messages, report);
        }
        left = convention.end();
    }
    report.print_table();
    if (!left.empty()) std::printf("after the end: %s\n", left.c_str());
    const bool holds = report.holds() && left.empty();
    if (holds) std::filesystem::remove_all(folder);
    std::printf("%s (seed %llu)\n", holds ? "all promises held" : "BROKEN PROMISES",
                static_cast<unsigned long long>(flags.seed));
    return holds;
}

}  // namespace

int main(int argc, char** argv) {
    CLI::App app(
        "A real convention while everything goes wrong that can: no message may be lost, doubled or out of order.");
    Flags flags;
    flags.seed = std::random_device{}();
    app.add_option("--minutes", flags.minutes, "how long to draw faults");
    app.add_option("--seed", flags.seed, "of all that is random (default: a new one)");
    app.add_flag("--brief", flags.brief, "only faults that are over in seconds");
    app.add_option("--fault", flags.faults, "only this one, such as 'link flaps'; repeatable")->allow_extra_args(false);
    app.add_option("--kills", flags.kills, "kill -9 a broker so often, under full traffic");
    app.add_option("--messages", flags.messages, "how many go meanwhile")->capture_default_str();
    CLI11_PARSE(app, argc, argv);
    chaos::note_interruptions();
    try {
        return run(flags) ? 0 : 1;
    } catch (const std::exception& error) {
        std::fprintf(stderr, "zanni_chaos: %s\n", error.what());
        return 2;
    }
}
