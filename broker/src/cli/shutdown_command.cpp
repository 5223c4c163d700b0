#include <cstdio>
#include <memory>
#include <string>

#include <CLI/App.hpp>
#include <CLI/Config.hpp>
#include <CLI/Formatter.hpp>

#include "broker_client.hpp"
#include "command.hpp"
#include "duration_flag.hpp"
#include "endpoint_flags.hpp"

/// `zanni shutdown`: the whole convention ends in order, drained before if that is wished.
namespace zanni::cli {

namespace {

struct ShutDownFlags {
    std::string endpoint = default_endpoint;
    std::string drain;
    std::string keys;
};

void run_shut_down(const ShutDownFlags& flags) {
    constexpr auto end_longest = std::chrono::seconds(30);  // two rounds of the brokers' own patience, and some
    transport::ShutDownConvention wish;
    if (!flags.drain.empty()) wish.drain = parse_duration("--drain", flags.drain);
    const std::string broker = checked_join(flags.endpoint);
    ask_status(broker, flags.keys);  // nobody there? say so soon
    const auto done = ask_broker<transport::Acknowledged>(
        broker, wish, wish.drain.value_or(Duration::zero()) + end_longest, flags.keys);
    if (done.drained) return tell_drained("the convention", *done.drained);
    std::puts(wish.drain ? "zanni: the convention ends; its leader was not asked directly, or somebody else wanted it "
                           "to end at once: its log says how it was drained"
                         : "zanni: the convention has ended");
}

}  // namespace

void add_shutdown_command(CLI::App& app) {
    const auto flags = std::make_shared<ShutDownFlags>();
    CLI::App* const command =
        app.add_subcommand("shutdown", "end a whole convention in order: actors, worker hosts, leader");
    command->add_option("--drain", flags->drain,
                        "let all hosts first work off what waits, so long at most, such as 30s");
    command->add_option("--join", flags->endpoint, "endpoint of the leader, or of another host")->capture_default_str();
    add_keys_flag(*command, flags->keys);
    command->callback([flags] { run_shut_down(*flags); });
}

}  // namespace zanni::cli
