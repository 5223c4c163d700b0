#include <cstdio>
#include <exception>

#include <CLI/CLI.hpp>

#include <zanni/version.hpp>

#include "command.hpp"
#include "usage_error.hpp"

int main(int argc, char** argv) {
    CLI::App app("Zanni: actors for C++ on a message bus");
    app.name("zanni");
    app.set_version_flag("--version", std::string("zanni ") + zanni::version());
    app.require_subcommand(1);
    app.footer(
        "A convention is one leader (zanni broker) and any number of worker hosts (zanni host).\n"
        "Exit codes: 0 done, 1 it ran and failed, 2 it could not start.");
    zanni::cli::add_broker_command(app);
    zanni::cli::add_host_command(app);
    zanni::cli::add_bench_command(app);
    zanni::cli::add_status_command(app);
    zanni::cli::add_why_not_command(app);
    zanni::cli::add_shutdown_command(app);
    zanni::cli::add_actor_process_command(app);
    try {
        app.parse(argc, argv);
        return 0;
    } catch (const CLI::Success& wish) {
        return app.exit(wish);  // --help, --version
    } catch (const CLI::RuntimeError& end) {
        return end.get_exit_code();
    } catch (const CLI::ParseError& error) {
        std::fprintf(stderr, "%s\n", zanni::cli::explain(app, error).c_str());
        return zanni::cli::exit_no_start;
    } catch (const zanni::cli::CannotStart& error) {
        std::fprintf(stderr, "zanni: %s\n", error.what());
        return zanni::cli::exit_no_start;
    } catch (const std::exception& error) {
        std::fprintf(stderr, "zanni: %s\n", error.what());
        return zanni::cli::exit_failed;
    }
}
