#include <cstdio>
#include <exception>
#include <string>

#include <CLI/App.hpp>
#include <CLI/Config.hpp>
#include <CLI/Formatter.hpp>

#include <zanni/host_main.hpp>
#include <zanni/version.hpp>

#include "command.hpp"
#include "usage_error.hpp"

namespace zanni {

int cli::run(CLI::App& app, int argc, char** argv) {
    try {
        app.parse(argc, argv);
        return 0;
    } catch (const CLI::Success& wish) {
        return app.exit(wish);  // --help, --version
    } catch (const CLI::RuntimeError& end) {
        return end.get_exit_code();
    } catch (const CLI::ParseError& error) {
        std::fprintf(stderr, "%s\n", explain(app, error).c_str());
        return exit_no_start;
    } catch (const CannotStart& error) {
        std::fprintf(stderr, "%s: %s\n", app.get_name().c_str(), error.what());
        return exit_no_start;
    } catch (const std::exception& error) {
        std::fprintf(stderr, "%s: %s\n", app.get_name().c_str(), error.what());
        return exit_failed;
    }
}

int host_main(int argc, char** argv, const std::vector<Module>& modules) {
    CLI::App app("a Zanni host with actor types of its own");
    app.name("zanni");
    app.set_version_flag("--version", std::string("zanni ") + version());
    app.require_subcommand(1);
    app.footer("Exit codes: 0 done, 1 it ran and failed, 2 it could not start.");
    cli::add_broker_command(app);
    cli::add_host_command(app);
    cli::add_actor_process_command(app, modules);
    return cli::run(app, argc, argv);
}

}  // namespace zanni
