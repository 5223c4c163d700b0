#include <algorithm>
#include <cstdio>
#include <iterator>
#include <map>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include <CLI/App.hpp>
#include <CLI/Config.hpp>
#include <CLI/Formatter.hpp>

#include <zanni/address.hpp>

#include "broker_client.hpp"
#include "command.hpp"
#include "convention_view.hpp"
#include "duration_flag.hpp"
#include "endpoint_flags.hpp"
#include "host_words.hpp"
#include "json.hpp"
#include "terminal.hpp"

/// `zanni status`: hosts, their processes, actors and capabilities.
namespace zanni::cli {

namespace {

using transport::HostStatus;

std::string name_of(std::uint32_t host, const std::vector<HostStatus>& hosts) {
    const auto found = std::ranges::find(hosts, host, [](const HostStatus& status) { return status.host.id; });
    return found == hosts.end() ? std::to_string(host) : found->host.name;
}

auto seconds_of(Duration time) { return std::chrono::duration_cast<std::chrono::seconds>(time).count(); }

void print_table(const std::vector<HostStatus>& hosts) {
    std::printf("%-24s %-9s %-8s %7s %9s %10s %10s %10s\n", "HOST", "ID", "ROLE", "ACTORS", "PROCESSES", "ROUTED",
                "RETURNED", "DROPPED");
    for (const auto& host : hosts)
        std::printf("%-24s %08x  %-8s %7llu %9zu %10llu %10llu %10llu\n", host.host.name.c_str(), host.host.id,
                    role_of(host), static_cast<unsigned long long>(load_of(host).actors), host.processes.size(),
                    static_cast<unsigned long long>(host.frames_routed),
                    static_cast<unsigned long long>(host.frames_returned),
                    static_cast<unsigned long long>(host.frames_dropped));
    for (const auto& host : hosts) {
        std::printf("\n%s\n  capabilities:", host.host.name.c_str());
        for (const auto& [key, value] : host.host.capabilities)
            std::printf(" %s=%s", key.c_str(), to_string(value).c_str());
        std::printf("\n  actor types: ");
        for (const auto& type : host.host.types) std::printf(" %s", type.name.c_str());
        std::printf("%s\n", host.host.types.empty() ? " none" : "");
        for (const auto& process : host.processes)
            std::printf("  process %s  pid %lld  %llu actors  %llu waiting  %llu/s  %s%s%s\n",
                        process_name(process.process).c_str(), static_cast<long long>(process.pid),
                        static_cast<unsigned long long>(process.actors),
                        static_cast<unsigned long long>(waiting_of(process)),
                        static_cast<unsigned long long>(process.handled_per_second), process.program.c_str(),
                        process.resident_type.empty() ? "" : " of ", process.resident_type.c_str());
        for (const auto& process : host.processes)
            for (const auto& lane : process.lanes)
                std::printf("  lane of %s to %s  %s  up %lld s  %llu frames came\n",
                            process_name(process.process).c_str(), process_name(lane.peer).c_str(),
                            lane.ipc ? "ipc" : "tcp", static_cast<long long>(seconds_of(lane.up)),
                            static_cast<unsigned long long>(lane.frames));
        for (const auto& link : host.links)
            std::printf("  direct link to %s  %llu frames\n", name_of(link.host, hosts).c_str(),
                        static_cast<unsigned long long>(link.frames));
    }
}

void write_capabilities(JsonWriter& json, const Capabilities& capabilities) {
    json.key("capabilities").begin_object();
    for (const auto& [key, value] : capabilities)
        std::visit([&, &name = key](const auto& plain) { json.key(name).value(plain); }, value);
    json.end_object();
}

/// What became of the messages; at rest the difference is 0 and nothing is in flight.
void write_accounts(JsonWriter& json, const Accounts& accounts, std::uint64_t in_flight) {
    json.key("sent").value(accounts.sent).key("received").value(accounts.received);
    json.key("delivered").value(accounts.delivered).key("unhandled").value(accounts.unhandled);
    json.key("posted").value(accounts.posted).key("in_flight").value(in_flight);
    json.key("dead_letters").begin_object();
    for (const auto& some : accounts.dead_letters) json.key(to_string(some.reason)).value(some.count);
    json.end_object().key("difference").value(accounts.difference());
}

/// Of all processes, by the same names.
void write_totals(JsonWriter& json, const std::vector<HostStatus>& hosts) {
    Accounts total;
    std::uint64_t in_flight = 0;
    std::map<Error::Code, std::uint64_t> dead_letters;
    for (const auto& host : hosts)
        for (const auto& process : host.processes) {
            total.sent += process.accounts.sent;
            total.received += process.accounts.received;
            total.delivered += process.accounts.delivered;
            total.unhandled += process.accounts.unhandled;
            total.posted += process.accounts.posted;
            in_flight += process.in_flight;
            for (const auto& some : process.accounts.dead_letters) dead_letters[some.reason] += some.count;
        }
    for (const auto& [reason, count] : dead_letters) total.dead_letters.push_back({reason, count});
    json.key("totals").begin_object();
    write_accounts(json, total, in_flight);
    json.end_object();
}

void write_lanes(JsonWriter& json, const transport::ProcessStatus& process) {
    json.key("lanes").begin_array();
    for (const auto& lane : process.lanes) {
        json.begin_object().key("process").value(process_name(lane.peer));
        json.key("by").value(std::string_view(lane.ipc ? "ipc" : "tcp"));
        json.key("up_s").value(static_cast<std::int64_t>(seconds_of(lane.up))).key("frames").value(lane.frames);
        json.end_object();
    }
    json.end_array();
}

void print_json(const std::vector<HostStatus>& hosts) {
    JsonWriter json;
    json.begin_object().key("hosts").begin_array();
    for (const auto& host : hosts) {
        json.begin_object();
        json.key("name").value(host.host.name).key("id").value(static_cast<std::int64_t>(host.host.id));
        json.key("version").value(host.host.version).key("leader").value(host.host.leader);
        json.key("draining").value(host.host.draining);
        write_capabilities(json, host.host.capabilities);
        json.key("types").begin_array();
        for (const auto& type : host.host.types) json.value(type.name);
        json.end_array().key("processes").begin_array();
        for (const auto& process : host.processes) {
            json.begin_object().key("process").value(process_name(process.process)).key("pid").value(process.pid);
            json.key("program").value(process.program);
            if (!process.resident_type.empty()) json.key("isolated").value(process.resident_type);
            json.key("actors").value(process.actors);
            write_accounts(json, process.accounts, process.in_flight);
            json.key("waiting").value(waiting_of(process)).key("handled_per_second").value(process.handled_per_second);
            write_lanes(json, process);
            json.end_object();
        }
        json.end_array();
        json.key("frames_routed").value(host.frames_routed);
        json.key("frames_returned").value(host.frames_returned);
        json.key("frames_dropped").value(host.frames_dropped);
        json.key("bytes_queued").value(host.bytes_queued);
        json.key("links").begin_array();
        for (const auto& link : host.links)
            json.begin_object()
                .key("host")
                .value(name_of(link.host, hosts))
                .key("frames")
                .value(link.frames)
                .end_object();
        json.end_array();
        json.key("frames_refused").value(host.frames_refused);
        json.key("connections_refused").value(host.connections_refused);
        json.key("state").value(std::string_view(host.suspect ? "suspect" : "up")).end_object();
    }
    json.end_array();
    write_totals(json, hosts);
    json.end_object();
    std::puts(json.text().c_str());
}

}  // namespace

void add_status_command(CLI::App& app) {
    struct Flags {
        std::string endpoint = default_endpoint;
        bool json = false;
        std::string keys;
        std::string watch;
    };
    const auto flags = std::make_shared<Flags>();
    CLI::App* const command =
        app.add_subcommand("status", "show a convention's hosts, processes, actors and capabilities");
    command->add_option("--join", flags->endpoint, "endpoint of the leader, who knows all, or of another host")
        ->capture_default_str();
    add_keys_flag(*command, flags->keys);
    command->add_flag("--json", flags->json, "as JSON, on one line");
    command->add_option("--watch", flags->watch, "look again and again, at this interval (default: 1s), until Ctrl-C")
        ->expected(0, 1)
        ->default_str("1s");
    const CLI::Option* const watch = command->get_option("--watch");
    command->callback([flags, watch] {
        const std::string endpoint = checked_join(flags->endpoint);
        const bool again = watch->count() != 0;
        const Duration interval = again ? parse_duration("--watch", flags->watch) : Duration{};
        const bool clears = again && !flags->json && stdout_is_terminal();
        do {
            auto reply = ask_status(endpoint, flags->keys);
            transport::put_leader_first(reply.hosts);
            if (clears) std::fputs("\x1b[H\x1b[2J", stdout);
            flags->json ? print_json(reply.hosts) : print_table(reply.hosts);
            std::fflush(stdout);
            if (again) std::this_thread::sleep_for(interval);
        } while (again);
    });
}

}  // namespace zanni::cli
