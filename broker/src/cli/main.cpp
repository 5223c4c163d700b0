#include <string>

#include <CLI/App.hpp>
#include <CLI/Config.hpp>
#include <CLI/Formatter.hpp>

#include <zanni/version.hpp>

#include "command.hpp"
#include "commit.hpp"  // made by the build
#ifdef ZANNI_OBSERVER
#include "observer/web/http_post.hpp"
#include "observer/web/observer.hpp"
#endif

namespace {

/// "zanni 0.1.0 (497fa8436a12)"; without the commit where nobody knew it.
std::string version_line() {
    const std::string commit = ZANNI_COMMIT;
    return std::string("zanni ") + zanni::version() + (commit.empty() ? "" : " (" + commit + ")");
}

}  // namespace

int main(int argc, char** argv) {
    CLI::App app("Zanni: actors for C++ on a message bus");
    app.name("zanni");
    app.set_version_flag("--version", version_line());
    app.require_subcommand(1);
    app.footer(
        "A convention is one leader (zanni broker) and any number of worker hosts (zanni host).\n"
        "Exit codes: 0 done, 1 it ran and failed, 2 it could not start, 3 it ended what was not drained in time.");
#ifdef ZANNI_OBSERVER
    zanni::broker::provide_observer(
        [](const auto& options) { return std::make_unique<zanni::broker::Observer>(options); });
#endif
    zanni::cli::PostJson post;
#ifdef ZANNI_OBSERVER
    post = zanni::broker::post_json;
#endif
    zanni::cli::add_broker_command(app);
    zanni::cli::add_host_command(app);
    zanni::cli::add_bench_command(app);
    zanni::cli::add_status_command(app);
    zanni::cli::add_hosts_command(app);
    zanni::cli::add_top_command(app);
    zanni::cli::add_actors_command(app);
    zanni::cli::add_names_command(app);
    zanni::cli::add_dead_letters_command(app);
    zanni::cli::add_trace_command(app, post);
    zanni::cli::add_send_command(app);
    zanni::cli::add_ask_command(app);
    zanni::cli::add_why_not_command(app);
    zanni::cli::add_doctor_command(app);
    zanni::cli::add_load_command(app);
    zanni::cli::add_drain_command(app);
    zanni::cli::add_shutdown_command(app);
    zanni::cli::add_keys_command(app);
    zanni::cli::add_actor_process_command(app);
    zanni::cli::add_reference_commands(app);
    return zanni::cli::run(app, argc, argv);
}
