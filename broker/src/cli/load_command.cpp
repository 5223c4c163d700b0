#include <cstdio>
#include <filesystem>
#include <memory>
#include <string>

#include <CLI/App.hpp>
#include <CLI/Config.hpp>
#include <CLI/Formatter.hpp>

#include "broker_client.hpp"
#include "command.hpp"
#include "endpoint_flags.hpp"

/// `zanni load`: a module's actor types for a host that runs.
namespace zanni::cli {

namespace {

struct LoadFlags {
    std::string module;
    std::string endpoint = default_endpoint;
    std::string keys;
};

void run_load(const LoadFlags& flags) {
    constexpr auto longest = std::chrono::seconds(15);  // more than the broker's own patience
    const std::string broker = checked_join(flags.endpoint);
    const std::string path = std::filesystem::absolute(flags.module).lexically_normal().string();
    ask_status(broker, flags.keys);  // nobody there? say so soon
    const auto loaded = ask_broker<transport::ModuleLoaded>(broker, transport::LoadModule{path}, longest, flags.keys);
    std::printf("zanni: host %s has loaded %s: it offers %zu actor types now\n", loaded.host.c_str(), path.c_str(),
                loaded.types.size());
}

}  // namespace

void add_load_command(CLI::App& app) {
    const auto flags = std::make_shared<LoadFlags>();
    CLI::App* const command = app.add_subcommand("load", "bring a module's actor types to a running host");
    command
        ->add_option("module", flags->module, "the module (.so); a file of the host's machine, by its full path there")
        ->required();
    command->add_option("--join", flags->endpoint, "endpoint of that host")->capture_default_str();
    add_keys_flag(*command, flags->keys);
    command->callback([flags] { run_load(*flags); });
}

}  // namespace zanni::cli
