#include <algorithm>
#include <cstdio>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <tuple>
#include <vector>

#include <CLI/App.hpp>
#include <CLI/Config.hpp>
#include <CLI/Formatter.hpp>

#include "command.hpp"
#include "convention_view.hpp"
#include "host_words.hpp"
#include "json.hpp"
#include "table.hpp"

/// `zanni actors`: which actors there are, and what waits before them.
namespace zanni::cli {

namespace {

struct ActorsFlags {
    JoinFlags join;
    std::string host;
    std::string type;
    std::string sort = "waiting";
    std::size_t limit = 50;
    bool by_type = false;
    bool json = false;
};

constexpr Duration answers_longest = std::chrono::seconds(3);

struct ListedActor {
    const SurveyedProcess* process;
    const Survey::Actor* actor;
    const std::string* type;
};

std::vector<ListedActor> list(const ConventionView& view, const ActorsFlags& flags) {
    std::vector<ListedActor> all;
    for (const auto& process : view.processes()) {
        if (!process.survey) continue;
        for (const auto& actor : process.survey->listed) {
            const std::string& type = process.survey->types.at(actor.type).name;
            if (flags.type.empty() || flags.type == type) all.push_back({&process, &actor, &type});
        }
    }
    const auto by = [&](const ListedActor& a) {
        const auto& [address, taken, waiting] = std::tie(a.actor->address, a.actor->taken, a.actor->waiting);
        return flags.sort == "taken" ? std::tuple(taken, waiting, address) : std::tuple(waiting, taken, address);
    };
    std::ranges::sort(all, std::greater<>(), by);
    return all;
}

struct TypeTotal {
    std::uint64_t actors = 0, waiting = 0, deepest = 0, taken = 0;
};

std::map<std::string, TypeTotal> totals(const ConventionView& view, const ActorsFlags& flags) {
    std::map<std::string, TypeTotal> all;
    for (const auto& process : view.processes()) {
        if (!process.survey) continue;
        for (const auto& type : process.survey->types) {
            if (type.actors == 0 || (!flags.type.empty() && flags.type != type.name)) continue;
            TypeTotal& total = all[type.name];
            total.actors += type.actors;
            total.waiting += type.waiting;
            total.deepest = std::max(total.deepest, type.deepest);
            total.taken += type.taken;
        }
    }
    return all;
}

std::uint64_t count(const std::map<std::string, TypeTotal>& totals) {
    std::uint64_t actors = 0;
    for (const auto& [name, total] : totals) actors += total.actors;
    return actors;
}

void print_actors(const std::vector<ListedActor>& actors, std::uint64_t all, std::size_t limit) {
    Table table({{"ADDRESS"},
                 {"TYPE"},
                 {"NAME"},
                 {"HOST"},
                 {"PROCESS"},
                 {"WAITING", Table::Align::right},
                 {"TAKEN", Table::Align::right}});
    for (std::size_t i = 0; i < std::min(limit, actors.size()); ++i) {
        const auto& [process, actor, type] = actors[i];
        table.add({actor->address.to_string(), *type, actor->name, process->host, process_name(process->status.process),
                   std::to_string(actor->waiting), std::to_string(actor->taken)});
    }
    std::fputs(table.text().c_str(), stdout);
    const std::size_t shown = std::min(limit, actors.size());
    if (all > shown)
        std::printf("and %llu more: --limit, --type and --host choose, --by-type counts them\n",
                    static_cast<unsigned long long>(all - shown));
}

void print_types(const std::map<std::string, TypeTotal>& types) {
    Table table({{"TYPE"},
                 {"ACTORS", Table::Align::right},
                 {"WAITING", Table::Align::right},
                 {"DEEPEST", Table::Align::right},
                 {"TAKEN", Table::Align::right}});
    for (const auto& [name, total] : types)
        table.add({name, std::to_string(total.actors), std::to_string(total.waiting), std::to_string(total.deepest),
                   std::to_string(total.taken)});
    std::fputs(table.text().c_str(), stdout);
}

void print_json(const std::vector<ListedActor>& actors, const std::map<std::string, TypeTotal>& types,
                std::size_t limit) {
    JsonWriter json;
    json.begin_object().key("types").begin_array();
    for (const auto& [name, total] : types) {
        json.begin_object().key("type").value(name).key("actors").value(total.actors);
        json.key("waiting").value(total.waiting).key("deepest").value(total.deepest);
        json.key("taken").value(total.taken).end_object();
    }
    json.end_array().key("actors").begin_array();
    for (std::size_t i = 0; i < std::min(limit, actors.size()); ++i) {
        const auto& [process, actor, type] = actors[i];
        json.begin_object().key("address").value(actor->address.to_string()).key("type").value(*type);
        json.key("name").value(actor->name).key("host").value(process->host);
        json.key("process").value(process_name(process->status.process));
        json.key("parent").value(actor->parent ? actor->parent.to_string() : std::string());
        json.key("waiting").value(actor->waiting).key("taken").value(actor->taken).end_object();
    }
    json.end_array().end_object();
    std::puts(json.text().c_str());
}

void actors(const ActorsFlags& flags) {
    ConventionView view(flags.join, "zanni actors");
    view.look({static_cast<std::uint32_t>(flags.by_type ? 0 : Survey::actors_most), false}, flags.host,
              answers_longest);
    const auto types = totals(view, flags);
    if (!flags.type.empty() && types.empty()) throw std::runtime_error("there is no actor of type " + flags.type);
    const auto listed = list(view, flags);
    if (flags.json)
        print_json(listed, types, flags.limit);
    else if (flags.by_type)
        print_types(types);
    else
        print_actors(listed, count(types), flags.limit);
    tell_silent(view);
}

}  // namespace

void add_actors_command(CLI::App& app) {
    const auto flags = std::make_shared<ActorsFlags>();
    CLI::App* const command =
        app.add_subcommand("actors", "show the actors of a convention, those before whom most waits first");
    flags->join.add_to(*command);
    command->add_option("--host", flags->host, "only those of this host");
    command->add_option("--type", flags->type, "only those of this type, such as echo.EchoServer");
    command->add_option("--sort", flags->sort, "by messages that are waiting, or that were taken so far")
        ->check(CLI::IsMember({"waiting", "taken"}))
        ->capture_default_str();
    command->add_option("--limit", flags->limit, "show so many")
        ->check(CLI::Range(std::size_t{0}, std::size_t{1'000'000}))
        ->capture_default_str();
    command->add_flag("--by-type", flags->by_type, "count them by type instead");
    command->add_flag("--json", flags->json, "as JSON, on one line");
    command->callback([flags] { actors(*flags); });
}

}  // namespace zanni::cli
