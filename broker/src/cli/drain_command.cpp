#include <cstdio>
#include <memory>
#include <string>

#include <CLI/App.hpp>
#include <CLI/Config.hpp>
#include <CLI/Formatter.hpp>

#include "broker_client.hpp"
#include "command.hpp"
#include "drains.hpp"
#include "duration_flag.hpp"
#include "endpoint_flags.hpp"

/// `zanni drain`: one host works off what waits, and ends in order.
namespace zanni::cli {

namespace {

struct DrainFlags {
    std::string host;
    std::string within = "30s";
    std::string endpoint = default_endpoint;
    std::string keys;
};

void run_drain(const DrainFlags& flags) {
    constexpr auto end_longest = std::chrono::seconds(30);  // in order, once it is drained: more than the brokers' own
    const Duration within = parse_duration("--within", flags.within);
    const std::string broker = checked_join(flags.endpoint);
    ask_status(broker, flags.keys);  // nobody there? say so soon
    const auto done = ask_broker<transport::Acknowledged>(broker, transport::DrainHost{flags.host, within},
                                                          within + end_longest, flags.keys);
    if (!done.drained)
        throw std::runtime_error("host " + flags.host + " has ended, and nobody knows how it was drained");
    tell_drained("host " + flags.host, *done.drained);
}

}  // namespace

void tell_drained(const std::string& what, const transport::Drained& how) {
    const std::string text = "zanni: " + what + ": " + broker::to_string(how);
    if (how.in_time) {
        std::printf("%s, and ended\n", text.c_str());
        return;
    }
    std::fprintf(stderr, "%s; ended anyway\n", text.c_str());
    throw CLI::RuntimeError(exit_undrained);
}

void add_drain_command(CLI::App& app) {
    const auto flags = std::make_shared<DrainFlags>();
    CLI::App* const command = app.add_subcommand(
        "drain", "let a worker host work off what waits, with nothing new placed there, and end it in order");
    command->add_option("HOST", flags->host, "the host's name, as in zanni status")->required();
    command->add_option("--within", flags->within, "so long at most; it ends in any case then")->capture_default_str();
    command->add_option("--join", flags->endpoint, "endpoint of the leader")->capture_default_str();
    add_keys_flag(*command, flags->keys);
    command->callback([flags] { run_drain(*flags); });
}

}  // namespace zanni::cli
