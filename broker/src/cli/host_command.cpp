#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <memory>
#include <string>
#include <vector>

#include <CLI/App.hpp>
#include <CLI/Config.hpp>
#include <CLI/Formatter.hpp>

#include <zanni/random.hpp>
#include <zanni/version.hpp>

#include "broker_loop.hpp"
#include "command.hpp"
#include "endpoint_flags.hpp"
#include "host_facts.hpp"
#include "log.hpp"

/// `zanni broker` and `zanni host`: a host of the convention, which leads it or joins it.
namespace zanni::cli {

namespace {

struct HostFlags {
    std::string leader;  // endpoint; empty: this host leads
    std::vector<std::string> listen;
    std::string name;
    std::vector<std::string> capabilities;
    std::vector<std::string> modules;
    bool insecure = false;
    std::string ready_file;
    std::string log_level = "info";
};

/// A folder of this user's alone, for the socket of the host's own processes.
class PrivateFolder {
public:
    PrivateFolder() {
        std::vector<std::string> parents{std::filesystem::temp_directory_path().string()};
        // First choice, but it may be another user's after su, or missing in a container.
        if (const char* const runtime = std::getenv("XDG_RUNTIME_DIR")) parents.insert(parents.begin(), runtime);
        for (const auto& parent : parents) {
            path_ = parent + "/zanni-XXXXXX";
            if (::mkdtemp(path_.data())) return;
        }
        throw CannotStart("can't make a folder in " + parents.back());
    }
    ~PrivateFolder() {
        std::error_code ignored;
        std::filesystem::remove_all(path_, ignored);
    }
    PrivateFolder(const PrivateFolder&) = delete;
    PrivateFolder& operator=(const PrivateFolder&) = delete;

    std::string ipc_endpoint() const { return "ipc://" + path_ + "/broker"; }

private:
    std::string path_;
};

Capabilities read_capabilities(const std::vector<std::string>& flags) {
    Capabilities capabilities = broker::host_facts();
    for (const auto& flag : flags) {
        const auto equals = flag.find('=');
        if (equals == 0 || equals == std::string::npos)
            throw CannotStart("--capability " + flag + ": expected KEY=VALUE, such as Server=true or 'Memory GiB=64'");
        capabilities[flag.substr(0, equals)] = parse_capability_value(std::string_view(flag).substr(equals + 1));
    }
    return capabilities;
}

void check_files(const HostFlags& flags) {
    for (const auto& module : flags.modules)
        if (!std::filesystem::exists(module)) throw CannotStart("--load '" + module + "': no such file");
    if (flags.ready_file.empty()) return;
    const auto folder = std::filesystem::absolute(flags.ready_file).parent_path();
    if (!std::filesystem::is_directory(folder))
        throw CannotStart("--ready-file " + flags.ready_file + ": there is no folder " + folder.string());
}

std::uint32_t mint_host_id() {
    SystemRandom random;
    for (;;)
        if (const auto id = static_cast<std::uint32_t>(random.next()); transport::is_host_id(id)) return id;
}

std::vector<std::string> actor_process_command(const HostFlags& flags) {
    std::vector<std::string> command{std::filesystem::read_symlink("/proc/self/exe").string(), "actor-process",
                                     "--log-level", flags.log_level};
    for (const auto& module : flags.modules) {
        command.emplace_back("--load");
        command.push_back(module);
    }
    return command;
}

/// Whoever waits for the file finds it whole or not at all.
void write_ready_file(const std::string& path, const std::string& endpoint) {
    const std::string unfinished = path + ".new";
    std::ofstream(unfinished) << endpoint << '\n';
    std::error_code error;
    std::filesystem::rename(unfinished, path, error);
    if (error) log::warn("can't write " + path + ": " + error.message());
}

void announce(const HostFlags& flags, const std::string& name, const std::vector<std::string>& endpoints) {
    const std::string open = endpoints.size() > 1 ? endpoints[1] : endpoints.front();
    std::printf(
        "zanni: host %s is ready, %s, listening on %s\n", name.c_str(),
        flags.leader.empty() ? "leader of its convention" : ("member of the convention of " + flags.leader).c_str(),
        open.c_str());
    std::fflush(stdout);
    if (!flags.ready_file.empty()) write_ready_file(flags.ready_file, open);
}

broker::BrokerLoop::Options loop_options(const HostFlags& flags, const std::string& ipc_endpoint) {
    broker::BrokerLoop::Options options;
    const std::string name = flags.name.empty() ? broker::default_host_name() : flags.name;
    options.broker.self = {
        mint_host_id(), name, version(), flags.leader.empty(), read_capabilities(flags.capabilities), 0, {}};
    options.listen = {ipc_endpoint};
    options.listen.insert(options.listen.end(), flags.listen.begin(), flags.listen.end());
    if (!flags.leader.empty()) options.leader = checked_join(flags.leader);
    options.actor_process = actor_process_command(flags);
    options.on_ready = [flags, name](const std::vector<std::string>& endpoints) { announce(flags, name, endpoints); };
    return options;
}

void run_host(const HostFlags& flags) {
    if (!log::set_level(flags.log_level))
        throw CannotStart("--log-level " + flags.log_level + ": expected debug, info, warn, error or off");
    check_files(flags);
    for (const auto& endpoint : flags.listen) check_listen(endpoint, flags.insecure);
    const PrivateFolder folder;
    std::unique_ptr<broker::BrokerLoop> loop;
    try {
        auto options = loop_options(flags, folder.ipc_endpoint());
        log::set_origin((flags.leader.empty() ? "broker " : "host ") + options.broker.self.name);
        loop = std::make_unique<broker::BrokerLoop>(std::move(options));
    } catch (const std::exception& error) {
        throw CannotStart(error.what());
    }
    const broker::Stop end = loop->run();
    if (end.exit_code == exit_no_start && !end.reason.empty()) throw CannotStart(end.reason);
    if (!end.reason.empty()) throw std::runtime_error(end.reason);
    if (end.exit_code != 0) throw CLI::RuntimeError(end.exit_code);  // who failed has said why
}

void add_common_flags(CLI::App& command, HostFlags& flags) {
    command.add_option("--name", flags.name,
                       "name of this host in status and logs (default: machine name and process id)");
    command
        .add_option("--capability", flags.capabilities,
                    "KEY=VALUE that this host offers, such as Server=true; repeatable")
        ->allow_extra_args(false);
    command.add_option("--load", flags.modules, "module (.so) with actor types; repeatable")->allow_extra_args(false);
    command.add_flag("--insecure", flags.insecure, "allow --listen beyond this machine without keys");
    command.add_option("--ready-file", flags.ready_file, "write the endpoint here once the host is ready");
    command.add_option("--log-level", flags.log_level, "debug, info, warn, error or off")->capture_default_str();
}

}  // namespace

void add_broker_command(CLI::App& app) {
    const auto flags = std::make_shared<HostFlags>();
    CLI::App* const command = app.add_subcommand("broker", "run the convention's leader host on this machine");
    command
        ->add_option("--listen", flags->listen,
                     std::string("endpoint for hosts and programs; port * picks a free one; repeatable (default: ") +
                         default_endpoint + ")")
        ->allow_extra_args(false);
    add_common_flags(*command, *flags);
    command->callback([flags] {
        if (flags->listen.empty()) flags->listen = {default_endpoint};
        run_host(*flags);
    });
}

void add_host_command(CLI::App& app) {
    const auto flags = std::make_shared<HostFlags>();
    CLI::App* const command = app.add_subcommand("host", "run a worker host that joins a convention");
    command->add_option("--join", flags->leader, "the leader's endpoint, such as tcp://leader:1900")->required();
    command->add_option("--listen", flags->listen, "endpoint for programs on this machine; repeatable")
        ->allow_extra_args(false);
    add_common_flags(*command, *flags);
    command->callback([flags] { run_host(*flags); });
}

}  // namespace zanni::cli
