#include <cstdio>
#include <memory>
#include <string>
#include <vector>

#include <CLI/App.hpp>
#include <CLI/Config.hpp>
#include <CLI/Formatter.hpp>

#include "broker_client.hpp"
#include "command.hpp"
#include "convention_view.hpp"
#include "endpoint_flags.hpp"
#include "host_words.hpp"
#include "json.hpp"
#include "table.hpp"

/// `zanni hosts`: the hosts alone, a line each.
namespace zanni::cli {

namespace {

using transport::HostStatus;

std::string capabilities_of(const HostStatus& host) {
    std::string text;
    for (const auto& [key, value] : host.host.capabilities)
        text += (text.empty() ? "" : " ") + key + "=" + to_string(value);
    return text;
}

void print_table(const std::vector<HostStatus>& hosts) {
    Table table({{"HOST"},
                 {"ROLE"},
                 {"VERSION"},
                 {"PROCESSES", Table::Align::right},
                 {"ACTORS", Table::Align::right},
                 {"WAITING", Table::Align::right},
                 {"PER SECOND", Table::Align::right},
                 {"CAPABILITIES"}});
    for (const auto& host : hosts) {
        const HostLoad load = load_of(host);
        table.add({host.host.name, role_of(host), host.host.version, std::to_string(host.processes.size()),
                   std::to_string(load.actors), std::to_string(load.waiting), in_short(static_cast<double>(load.rate)),
                   capabilities_of(host)});
    }
    std::fputs(table.text().c_str(), stdout);
}

void print_json(const std::vector<HostStatus>& hosts) {
    JsonWriter json;
    json.begin_object().key("hosts").begin_array();
    for (const auto& host : hosts) {
        const HostLoad load = load_of(host);
        json.begin_object().key("name").value(host.host.name).key("role").value(std::string_view(role_of(host)));
        json.key("version").value(host.host.version).key("processes").value(std::uint64_t{host.processes.size()});
        json.key("actors").value(load.actors).key("waiting").value(load.waiting);
        json.key("handled_per_second").value(load.rate).key("endpoints").begin_array();
        for (const auto& endpoint : host.host.endpoints) json.value(endpoint);
        json.end_array().end_object();
    }
    json.end_array().end_object();
    std::puts(json.text().c_str());
}

}  // namespace

void add_hosts_command(CLI::App& app) {
    struct Flags {
        JoinFlags join;
        bool json = false;
    };
    const auto flags = std::make_shared<Flags>();
    CLI::App* const command = app.add_subcommand("hosts", "show the hosts of a convention, a line each");
    flags->join.add_to(*command);
    command->add_flag("--json", flags->json, "as JSON, on one line");
    command->callback([flags] {
        auto reply = ask_status(checked_join(flags->join.endpoint), flags->join.keys);
        transport::put_leader_first(reply.hosts);
        flags->json ? print_json(reply.hosts) : print_table(reply.hosts);
    });
}

}  // namespace zanni::cli
