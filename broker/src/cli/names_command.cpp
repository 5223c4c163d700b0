#include <cstdio>
#include <memory>
#include <string>

#include <CLI/App.hpp>
#include <CLI/Config.hpp>
#include <CLI/Formatter.hpp>

#include <zanni/address.hpp>

#include "broker_client.hpp"
#include "command.hpp"
#include "endpoint_flags.hpp"
#include "json.hpp"

/// `zanni names`: which actors of the convention have names.
namespace zanni::cli {

namespace {

using transport::NamesReply;

void print_table(const NamesReply& reply) {
    std::printf("%-32s %-40s %s\n", "NAME", "ADDRESS", "HOST");
    for (const auto& named : reply.names)
        std::printf("%-32s %-40s %s\n", named.name.c_str(), named.address.to_string().c_str(), named.host.c_str());
    if (reply.total > reply.names.size())
        std::printf("and %llu more\n", static_cast<unsigned long long>(reply.total - reply.names.size()));
}

void print_json(const NamesReply& reply) {
    JsonWriter json;
    json.begin_object().key("names").begin_array();
    for (const auto& named : reply.names) {
        json.begin_object().key("name").value(named.name).key("address").value(named.address.to_string());
        json.key("host").value(named.host).end_object();
    }
    json.end_array().key("total").value(reply.total).end_object();
    std::puts(json.text().c_str());
}

}  // namespace

void add_names_command(CLI::App& app) {
    struct Flags {
        std::string endpoint = default_endpoint;
        bool json = false;
        std::string keys;
    };
    const auto flags = std::make_shared<Flags>();
    CLI::App* const command = app.add_subcommand("names", "show which actors of a convention have names");
    command->add_option("--join", flags->endpoint, "endpoint of the leader, who alone knows them")
        ->capture_default_str();
    command->add_flag("--json", flags->json, "as JSON, on one line");
    add_keys_flag(*command, flags->keys);
    command->callback([flags] {
        const auto reply = ask_broker<NamesReply>(checked_join(flags->endpoint), transport::NamesRequest{},
                                                  answer_longest, flags->keys);
        flags->json ? print_json(reply) : print_table(reply);
    });
}

}  // namespace zanni::cli
