#include <csignal>

#include <cstdlib>
#include <memory>
#include <string>
#include <vector>

#include <CLI/App.hpp>
#include <CLI/Config.hpp>
#include <CLI/Formatter.hpp>

#include <zanni/actor_system.hpp>
#include <zanni/module.hpp>

#include "bus_gateway.hpp"
#include "command.hpp"
#include "end_signals.hpp"
#include "log_flags.hpp"

/// `zanni actor-process`: what a host's broker starts to run actors in.
namespace zanni::cli {

namespace {

constexpr auto ending_longest = std::chrono::seconds(5);
constexpr auto orphaned_longest = std::chrono::milliseconds(500);

struct ActorProcessFlags {
    std::string broker;
    std::uint64_t process = 0;
    std::vector<std::string> modules;
    std::vector<std::string> modules_again;  ///< loaded at run time into one before it
    LogFlags log;
};

/// True for SIGTERM; false when the broker is gone, which only the system notices.
bool await_end(ActorSystem& system, const sigset_t& end_signals) {
    timespec look_around{0, 100'000'000};
    while (!system.await_shut_down(Duration::zero()))
        if (::sigtimedwait(&end_signals, nullptr, &look_around) > 0) return true;
    look_around = {};  // a broker that ends its processes has sent the signal first
    return ::sigtimedwait(&end_signals, nullptr, &look_around) > 0;
}

void run_actor_process(const ActorProcessFlags& flags, const std::vector<Module>& linked) {
    const sigset_t end_signals = broker::block_end_signals();
    flags.log.apply(log::Writer::process);
    log::set_origin("actor process " + std::to_string(transport::number_of(flags.process)));

    Registry registry;
    for (const auto& module : linked) module.enter(registry);
    for (const auto& module : flags.modules)
        if (const auto loaded = load_module(module, registry); !loaded) throw CannotStart(loaded.error().context);
    // The operator heard that it is loaded; that its file is gone since is no reason to have no actor process.
    for (const auto& module : flags.modules_again)
        if (const auto loaded = load_module(module, registry); !loaded) log::error(loaded.error().context);

    ActorSystem system(std::make_unique<transport::BusGateway>(
                           std::make_unique<transport::Context>(),
                           transport::BusGateway::Options{flags.broker, flags.process, "actor process", true,
                                                          std::chrono::seconds(10), std::nullopt,
                                                          [&](const std::string& module) {
                                                              auto loaded = load_module(module, registry);
                                                              if (loaded) log::info("module " + module + " is loaded");
                                                              return loaded;
                                                          }}),
                       {.registry = &registry});
    const bool in_order = await_end(system, end_signals);
    if (!system.shut_down(in_order ? ending_longest : orphaned_longest)) log::warn("some actors did not end in time");
    if (!in_order) std::_Exit(EXIT_FAILURE);  // nothing it says reaches anybody: no farewell
}

}  // namespace

void add_actor_process_command(CLI::App& app, const std::vector<Module>& linked) {
    const auto flags = std::make_shared<ActorProcessFlags>();
    CLI::App* const command =
        app.add_subcommand("actor-process", "run actors for the broker that starts this")->group("");
    command->add_option("--join", flags->broker)->required();
    command->add_option("--process", flags->process)->required();
    command->add_option("--load", flags->modules)->allow_extra_args(false);
    command->add_option("--load-again", flags->modules_again)->allow_extra_args(false);
    flags->log.add_to(*command);
    command->callback([flags, linked] { run_actor_process(*flags, linked); });
}

}  // namespace zanni::cli
