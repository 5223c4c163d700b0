#include <fcntl.h>
#include <unistd.h>
#include <csignal>

#include <cerrno>
#include <cstdint>
#include <cstdlib>
#include <memory>
#include <optional>
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
#include "lanes_flag.hpp"
#include "log_flags.hpp"

/// `zanni actor-process`: what a host's broker starts to run actors in.
namespace zanni::cli {

namespace {

constexpr auto ending_longest = std::chrono::seconds(5);
constexpr auto orphaned_longest = std::chrono::milliseconds(500);
constexpr int unused_looks_max = 100;  // a tenth of a second each

struct ActorProcessFlags {
    std::string broker;
    std::uint64_t process = 0;
    bool warm = false;  // says later, on the standard input, which process it is
    std::vector<std::string> modules;
    std::vector<std::string> modules_again;  ///< loaded at run time into one before it
    LogFlags log;
    LanesFlag lanes;
    double trace_ratio = 0;
};

/// Which process this is to be, once that is wanted; nothing when the broker is gone.
std::optional<std::uint64_t> await_process() {
    std::uint64_t process = 0;
    ssize_t got = 0;
    do got = ::read(STDIN_FILENO, &process, sizeof process);
    while (got < 0 && errno == EINTR);
    if (got != sizeof process) return std::nullopt;
    if (const int nothing = ::open("/dev/null", O_RDWR | O_CLOEXEC); nothing >= 0) {
        ::dup2(nothing, STDIN_FILENO);
        ::close(nothing);
    }
    return process;
}

std::string origin_of(std::uint64_t process) {
    return "actor process " + std::to_string(transport::number_of(process));
}

/// Until its last actor has ended, or nobody has created one; otherwise as await_end().
bool await_end_of_one_actor(ActorSystem& system, const sigset_t& end_signals) {
    const timespec at_once{};
    int unused = 0;
    while (!system.await_shut_down(std::chrono::milliseconds(100))) {
        if (::sigtimedwait(&end_signals, nullptr, &at_once) > 0) return true;
        if (system.actor_count() == 0 && ++unused == unused_looks_max) return true;
    }
    return system.actor_count() == 0 || ::sigtimedwait(&end_signals, nullptr, &at_once) > 0;
}

/// True for SIGTERM; false when the broker is gone, which only the system notices.
bool await_end(ActorSystem& system, const sigset_t& end_signals) {
    timespec look_around{0, 100'000'000};
    while (!system.await_shut_down(Duration::zero()))
        if (::sigtimedwait(&end_signals, nullptr, &look_around) > 0) return true;
    look_around = {};  // a broker that ends its processes has sent the signal first
    return ::sigtimedwait(&end_signals, nullptr, &look_around) > 0;
}

void run_actor_process(ActorProcessFlags flags, const std::vector<Module>& linked) {
    const sigset_t end_signals = broker::block_end_signals();
    flags.log.apply(log::Writer::process);
    log::set_origin(flags.warm ? "an actor process that waits" : origin_of(flags.process));
    Registry registry;
    for (const auto& module : linked) module.enter(registry);
    for (const auto& module : flags.modules)
        if (const auto loaded = load_module(module, registry); !loaded) throw CannotStart(loaded.error().context);
    // The operator heard that it is loaded; that its file is gone since is no reason to have no actor process.
    for (const auto& module : flags.modules_again)
        if (const auto loaded = load_module(module, registry); !loaded) log::error(loaded.error().context);

    auto context = std::make_unique<transport::Context>();
    context->start();
    if (flags.warm) {
        const auto process = await_process();
        if (!process) return;
        flags.process = *process;
    }
    const bool isolated = transport::is_isolated(flags.process);
    log::set_origin(origin_of(flags.process));
    transport::LaneSettings lanes;
    lanes.policy = flags.lanes.policy();
    ActorSystem system(
        std::make_unique<transport::BusGateway>(
            std::move(context), transport::BusGateway::Options{flags.broker, flags.process, "actor process", !isolated,
                                                               std::chrono::seconds(10), std::nullopt,
                                                               [&](const std::string& module) {
                                                                   auto loaded = load_module(module, registry);
                                                                   if (loaded)
                                                                       log::info("module " + module + " is loaded");
                                                                   return loaded;
                                                               },
                                                               lanes}),
        {.registry = &registry, .trace_ratio = flags.trace_ratio});
    const bool in_order = isolated ? await_end_of_one_actor(system, end_signals) : await_end(system, end_signals);
    if (!system.shut_down(in_order ? ending_longest : orphaned_longest)) log::warn("some actors did not end in time");
    if (!in_order) std::_Exit(EXIT_FAILURE);  // nothing it says reaches anybody: no farewell
}

}  // namespace

void add_actor_process_command(CLI::App& app, const std::vector<Module>& linked) {
    const auto flags = std::make_shared<ActorProcessFlags>();
    CLI::App* const command =
        app.add_subcommand("actor-process", "run actors for the broker that starts this")->group("");
    command->add_option("--join", flags->broker)->required();
    command->add_option("--process", flags->process);
    command->add_flag("--warm", flags->warm);
    command->add_option("--load", flags->modules)->allow_extra_args(false);
    command->add_option("--load-again", flags->modules_again)->allow_extra_args(false);
    flags->lanes.add_to(*command);
    command->add_option("--trace-ratio", flags->trace_ratio);
    flags->log.add_to(*command);
    command->callback([flags, linked] { run_actor_process(*flags, linked); });
}

}  // namespace zanni::cli
