#pragma once

#include <expected>
#include <functional>
#include <stdexcept>
#include <string>
#include <vector>

#include <CLI/App.hpp>

#include <zanni/module.hpp>

#include "control.hpp"

/// The verbs of the `zanni` program: each adds its subcommand, whose callback does the work and throws on failure.
namespace zanni::cli {

/// Exit codes, as --help prints them.
inline constexpr int exit_failed = 1;     ///< it ran, and failed: nobody answers, refused, a result that isn't there
inline constexpr int exit_no_start = 2;   ///< it could not begin: a flag, a file, an endpoint in use
inline constexpr int exit_undrained = 3;  ///< it is done, and messages that waited were not worked off in time

/// For what keeps a command from beginning; the text is all that is printed.
class CannotStart : public std::runtime_error {
public:
    using std::runtime_error::runtime_error;
};

/// How it went to drain what is named, which has ended by now. Errors: throws, with its own exit code, if it took too
/// long.
void tell_drained(const std::string& what, const transport::Drained& how);

/// Parses, runs the verb, and maps what it throws to one line and an exit code.
int run(CLI::App& app, int argc, char** argv);

inline constexpr const char* default_endpoint = "tcp://127.0.0.1:1900";

void add_broker_command(CLI::App& app);
void add_host_command(CLI::App& app);
void add_actor_process_command(CLI::App& app, const std::vector<Module>& linked = {});
void add_load_command(CLI::App& app);
void add_bench_command(CLI::App& app);
void add_status_command(CLI::App& app);
void add_hosts_command(CLI::App& app);
void add_actors_command(CLI::App& app);
void add_dead_letters_command(CLI::App& app);
void add_top_command(CLI::App& app);
/// `post` sends JSON to an address; a program without it can't. Errors: one line.
using PostJson = std::function<std::expected<void, std::string>(const std::string& url, const std::string& body)>;
void add_trace_command(CLI::App& app, const PostJson& post = {});
void add_send_command(CLI::App& app);
void add_ask_command(CLI::App& app);
void add_doctor_command(CLI::App& app);
void add_why_not_command(CLI::App& app);
void add_names_command(CLI::App& app);
void add_drain_command(CLI::App& app);
void add_shutdown_command(CLI::App& app);
void add_keys_command(CLI::App& app);
void add_reference_commands(CLI::App& app);

}  // namespace zanni::cli
