#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <memory>
#include <optional>
#include <sstream>
#include <string>
#include <vector>

#include <CLI/App.hpp>
#include <CLI/Config.hpp>
#include <CLI/Formatter.hpp>

#include <zanni/random.hpp>
#include <zanni/version.hpp>

#include "broker_loop.hpp"
#include "bus_endpoint.hpp"
#include "command.hpp"
#include "configuration.hpp"
#include "duration_flag.hpp"
#include "endpoint_flags.hpp"
#include "enrol_command.hpp"
#include "host_facts.hpp"
#include "http_flags.hpp"
#include "lanes_flag.hpp"
#include "log_flags.hpp"
#include "machine_id.hpp"
#include "open_files.hpp"
#include "own_address.hpp"
#include "reachable_at.hpp"
#include "security/key_folder.hpp"
#include "security/key_store.hpp"
#include "state_folder.hpp"

/// `zanni broker` and `zanni host`: a host of the convention, which leads it or joins it.
namespace zanni::cli {

namespace {

struct HostFlags {
    bool is_worker = false;
    std::string leader;   // endpoint; empty: this host leads, or is invited
    std::string invited;  // endpoint here
    const std::string& leader_place() const { return invited.empty() ? leader : invited; }
    std::vector<std::string> invite;
    std::vector<std::string> listen;
    std::vector<std::string> advertise;  // empty: what it listens on
    std::string name;
    std::vector<std::string> capabilities;
    Capabilities configured;  // by the file
    std::vector<std::string> modules;
    bool insecure = false;
    bool outbound_only = false;
    std::string keys;
    std::string token;
    std::string ready_file;
    LogFlags log;
    std::string state;  // folder; empty: the default
    std::string heartbeat_interval = "1s";
    std::string suspect_after = "2s";
    std::string down_after = "5s";
    std::size_t warm_processes = 4;
    LanesFlag lanes;
    double trace_ratio = 0;
    HttpFlags http;
};

broker::Times times_of(const HostFlags& flags) {
    const broker::Times times{parse_duration("--heartbeat-interval", flags.heartbeat_interval),
                              parse_duration("--suspect-after", flags.suspect_after),
                              parse_duration("--down-after", flags.down_after)};
    if (const auto fits = broker::check(times); !fits)
        throw CannotStart("--heartbeat-interval " + flags.heartbeat_interval + ", --suspect-after " +
                          flags.suspect_after + ", --down-after " + flags.down_after + ": " + fits.error().context);
    return times;
}

/// Where this user's hosts keep what isn't for long. The first choice may be another user's after su, or missing in a
/// container.
std::filesystem::path runtime_folder() {
    const char* const runtime = std::getenv("XDG_RUNTIME_DIR");
    return runtime && ::access(runtime, W_OK) == 0 ? std::filesystem::path(runtime)
                                                   : std::filesystem::temp_directory_path();
}

std::filesystem::path state_folder_of(const HostFlags& flags) {
    if (!flags.state.empty()) return std::filesystem::absolute(flags.state).lexically_normal();
    if (flags.name.empty()) return broker::StateFolder::make_temporary(runtime_folder());
    return broker::StateFolder::of_host(runtime_folder(), flags.name);
}

Capabilities read_capabilities(const std::vector<std::string>& flags) {
    Capabilities capabilities;
    for (const auto& flag : flags) {
        const auto equals = flag.find('=');
        if (equals == 0 || equals == std::string::npos)
            throw CannotStart("--capability " + flag + ": expected KEY=VALUE, such as Server=true or 'Memory GiB=64'");
        capabilities[flag.substr(0, equals)] = parse_capability_value(std::string_view(flag).substr(equals + 1));
    }
    return capabilities;
}

/// A flag wins over the file, and both over what the machine says.
Capabilities all_capabilities(const HostFlags& flags) {
    Capabilities capabilities = read_capabilities(flags.capabilities);
    capabilities.insert(flags.configured.begin(), flags.configured.end());
    capabilities.merge(broker::host_facts());
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
    std::vector<std::string> command{std::filesystem::read_symlink("/proc/self/exe").string(), "actor-process"};
    flags.log.append_to(command);
    flags.lanes.append_to(command);
    if (flags.trace_ratio > 0) {
        std::ostringstream ratio;
        ratio << flags.trace_ratio;
        command.insert(command.end(), {"--trace-ratio", ratio.str()});
    }
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
    const std::string open = flags.listen.empty() ? endpoints.front() : endpoints[1];
    std::printf(
        "zanni: host %s is ready, %s, listening on %s\n", name.c_str(),
        !flags.is_worker ? "leader of its convention" : ("member of the convention of " + flags.leader_place()).c_str(),
        open.c_str());
    std::fflush(stdout);
    if (!flags.ready_file.empty()) write_ready_file(flags.ready_file, open);
}

/// Without --listen a worker is open to other hosts of its own machine, if that is where the leader is.
std::vector<std::string> listen_of(const HostFlags& flags, const std::string& leader) {
    if (!flags.listen.empty()) return flags.listen;
    if (flags.outbound_only) return {};
    const auto there = transport::parse_bus_endpoint(leader);
    if (there && there->is_local()) return {"tcp://127.0.0.1:*"};
    return {};
}

std::vector<std::string> reachable_at(const std::vector<std::string>& bound, const HostFlags& flags,
                                      const std::string& leader) {
    if (!flags.advertise.empty()) return flags.advertise;
    if (!flags.invited.empty()) return broker::reachable_at(bound, {});  // where the leader is isn't known here
    return broker::reachable_at(bound, broker::own_address_towards(leader));
}

bool has_tcp_leader(const HostFlags& flags) { return flags.is_worker && !flags.leader_place().starts_with("ipc://"); }

/// A token is for once: a host that has enrolled needs none, and may still be given it.
void enrol(const HostFlags& flags) {
    const auto folder = flags.keys.empty() ? transport::default_key_folder() : std::filesystem::path(flags.keys);
    const std::string machine = std::get<std::string>(broker::host_facts().at("Host"));
    const std::string& name = flags.name.empty() ? machine : flags.name;
    const auto invited = transport::parse_bus_endpoint(flags.invited);
    if (invited && (invited->port == "*" || invited->port == "0"))
        throw CannotStart("--invited " + flags.invited +
                          ": with --token a port is needed, by which the leader comes twice");
    if (!flags.invited.empty())
        bring_key(folder, flags.invited, flags.token, name, transport::Meeting::be_invited);
    else
        bring_key(folder, checked_join(flags.leader), flags.token, name);
}

broker::KeyFunctions key_functions(const HostFlags& flags) {
    const auto folder = key_folder(flags.keys);
    broker::KeyFunctions keys;
    if (!folder || flags.insecure) return keys;
    if (has_tcp_leader(flags)) {
        keys.leader = transport::read_client_keys(*folder);
        keys.server = keys.leader->own.secret;
    }
    if (flags.is_worker) return keys;
    const auto store = std::make_shared<broker::KeyStore>(*folder);
    keys.server = store->leader().secret;
    static_cast<void>(store->keys());  // bad files now keep it from starting
    keys.read = [store](TimePoint now) { return store->read_if_changed(now); };
    keys.keep = [store](const broker::Enrolment& enrolment) { store->keep(enrolment); };
    return keys;
}

Listener listener_of(const HostFlags& flags, const broker::KeyFunctions& keys) {
    if (flags.insecure) return Listener::insecure;
    return keys.server ? Listener::with_keys : Listener::without_keys;
}

broker::BrokerLoop::Options loop_options(const HostFlags& flags, broker::StateFolder& folder) {
    broker::BrokerLoop::Options options;
    const std::string name = flags.name.empty() ? broker::default_host_name() : flags.name;
    options.broker.memory = folder.recall();
    const std::uint32_t id = options.broker.memory ? options.broker.memory->host : mint_host_id();
    options.broker.self = {id, name, version(), !flags.is_worker, all_capabilities(flags), 0, {}};
    options.broker.times = times_of(flags);
    options.broker.machine = transport::machine_id();
    options.broker.pid = ::getpid();
    options.broker.remembers = true;
    options.remember = [&folder](const broker::Memory& memory) { folder.remember(memory); };
    if (flags.is_worker) {
        options.leader = !flags.invited.empty() ? flags.invited : checked_join(flags.leader);
        options.is_invited = !flags.invited.empty();
        options.reachable_at = [flags, leader = options.leader](const std::vector<std::string>& bound) {
            return reachable_at(bound, flags, leader);
        };
    }
    for (const auto& endpoint : flags.invite) options.invite.push_back(checked_join(endpoint, "--invite"));
    options.listen = listen_of(flags, options.leader);
    options.listen.insert(options.listen.begin(), folder.ipc_endpoint());
    options.actor_process = actor_process_command(flags);
    options.warm_processes = flags.warm_processes;
    options.on_ready = [flags, name](const std::vector<std::string>& endpoints) { announce(flags, name, endpoints); };
    return options;
}

void run_host(const HostFlags& flags) {
    if (flags.is_worker && flags.leader.empty() == flags.invited.empty())
        throw CannotStart("a worker host needs either --join ENDPOINT or --invited ENDPOINT");
    flags.log.apply(log::Writer::broker);
    check_files(flags);
    flags.http.check();
    static_cast<void>(times_of(flags));
    check_advertise(flags.advertise);
    if (!flags.token.empty()) enrol(flags);
    broker::KeyFunctions keys;
    try {
        keys = key_functions(flags);
    } catch (const std::exception& error) {
        throw CannotStart(error.what());
    }
    for (const auto& endpoint : flags.listen) check_listen(endpoint, listener_of(flags, keys));
    if (!flags.invited.empty()) check_listen(flags.invited, listener_of(flags, keys), "--invited");
    std::optional<broker::StateFolder> folder;
    std::unique_ptr<broker::BrokerLoop> loop;
    std::unique_ptr<broker::RunningObserver> observer;  // goes before the loop's host does
    try {
        folder.emplace(state_folder_of(flags));
        auto options = loop_options(flags, *folder);
        if (flags.http.is_wanted()) {
            options.on_ready = [&observer, announce = options.on_ready,
                                http = flags.http.options(options.broker.self.name)](const auto& endpoints) mutable {
                http.endpoint = endpoints.front();
                observer = start_observer(http);
                announce(endpoints);
            };
        }
        options.broker.leader_has_keys = keys.leader.has_value();
        options.keys = std::move(keys);
        log::set_origin((flags.is_worker ? "host " : "broker ") + options.broker.self.name);
        loop = std::make_unique<broker::BrokerLoop>(std::move(options));
    } catch (const std::exception& error) {
        throw CannotStart(error.what());
    }
    broker::allow_most_open_files();
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
    command.add_flag("--insecure", flags.insecure,
                     "do without keys, and allow --listen beyond this machine all the same");
    add_keys_flag(command, flags.keys);
    command.add_option("--ready-file", flags.ready_file, "write the endpoint here once the host is ready");
    command.add_option(
        "--state", flags.state,
        "folder of this host's state, by which a broker that was killed takes its processes back when it "
        "is started again (default: one for each --name, none without)");
    command.add_option("--heartbeat-interval", flags.heartbeat_interval, "how often a host says that it lives")
        ->capture_default_str();
    command.add_option("--suspect-after", flags.suspect_after, "a host that is silent for so long is shown as suspect")
        ->capture_default_str();
    command.add_option("--down-after", flags.down_after, "a host that is silent for so long is gone")
        ->capture_default_str();
    command
        .add_option("--warm-processes", flags.warm_processes,
                    "processes kept ready for actors that want one of their own; 0: each is started when it is wanted")
        ->check(CLI::Range(0, 256))
        ->capture_default_str();
    flags.lanes.add_to(command);
    command
        .add_option("--trace-ratio", flags.trace_ratio,
                    "so many of the messages that come from outside of all actors of this host, and of its timers, are "
                    "traced, with all that they set off: from 0 to 1")
        ->check(CLI::Range(0.0, 1.0))
        ->capture_default_str();
    flags.http.add_to(command);
    flags.log.add_to(command);
}

void run_configured(CLI::App& command, const std::shared_ptr<HostFlags>& flags) {
    const auto configuration = std::make_shared<Configuration>(command);
    command.callback([flags, configuration] {
        flags->configured = configuration->capabilities();
        configuration->apply(broker::host_facts(), read_capabilities(flags->capabilities), [&] { run_host(*flags); });
    });
}

}  // namespace

void add_broker_command(CLI::App& app) {
    const auto flags = std::make_shared<HostFlags>();
    flags->listen = {default_endpoint};
    CLI::App* const command = app.add_subcommand("broker", "run the convention's leader host on this machine");
    command
        ->add_option("--listen", flags->listen, "endpoint for hosts and programs; port * picks a free one; repeatable")
        ->allow_extra_args(false)
        ->default_str(default_endpoint);
    command
        ->add_option(
            "--invite", flags->invite,
            "endpoint of a worker host that can't connect to here: this one connects to it, where it runs with "
            "--invited; repeatable")
        ->allow_extra_args(false);
    add_common_flags(*command, *flags);
    run_configured(*command, flags);
}

void add_host_command(CLI::App& app) {
    const auto flags = std::make_shared<HostFlags>();
    CLI::App* const command = app.add_subcommand("host", "run a worker host that joins a convention");
    flags->is_worker = true;
    command->add_option("--join", flags->leader, "the leader's endpoint, such as tcp://leader:1900");
    command->add_option(
        "--invited", flags->invited,
        "endpoint here to which the leader connects, when this host can't connect to it; the leader is told "
        "by --invite");
    command
        ->add_option("--listen", flags->listen,
                     "endpoint for programs and for other workers, which connect directly; repeatable")
        ->allow_extra_args(false);
    command
        ->add_option(
            "--advertise", flags->advertise,
            "endpoint by which other workers reach this host, when it isn't one that it listens on; repeatable")
        ->allow_extra_args(false);
    command
        ->add_flag("--outbound-only", flags->outbound_only,
                   "listen to no other host, as behind a firewall: this one connects to the leader, and to those that "
                   "listen")
        ->excludes("--listen")
        ->excludes("--advertise");
    command
        ->add_option("--token", flags->token,
                     "from 'zanni keys join-token' on the leader's machine; only the first time")
        ->envname("ZANNI_TOKEN");
    add_common_flags(*command, *flags);
    run_configured(*command, flags);
}

}  // namespace zanni::cli
