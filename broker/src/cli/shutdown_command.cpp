#include <cstdio>
#include <memory>

#include <CLI/App.hpp>
#include <CLI/Config.hpp>
#include <CLI/Formatter.hpp>

#include "broker_client.hpp"
#include "command.hpp"
#include "endpoint_flags.hpp"

/// `zanni shutdown`: the whole convention ends in order.
namespace zanni::cli {

void add_shutdown_command(CLI::App& app) {
    const auto endpoint = std::make_shared<std::string>(default_endpoint);
    const auto keys = std::make_shared<std::string>();
    CLI::App* const command =
        app.add_subcommand("shutdown", "end a whole convention in order: actors, worker hosts, leader");
    command->add_option("--join", *endpoint, "endpoint of the leader, or of another host")->capture_default_str();
    add_keys_flag(*command, *keys);
    command->callback([endpoint, keys] {
        constexpr auto longest = std::chrono::seconds(30);  // two rounds of the brokers' own patience, and some
        const std::string broker = checked_join(*endpoint);
        ask_broker<transport::StatusReply>(broker, transport::StatusRequest{}, answer_longest,
                                           *keys);  // nobody there? say so soon
        ask_broker<transport::Acknowledged>(broker, transport::ShutDownConvention{}, longest, *keys);
        std::puts("zanni: the convention has ended");
    });
}

}  // namespace zanni::cli
