#include <algorithm>
#include <cstdio>
#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include <CLI/App.hpp>
#include <CLI/Config.hpp>
#include <CLI/Formatter.hpp>

#include "command.hpp"
#include "convention_view.hpp"
#include "host_words.hpp"
#include "json.hpp"
#include "table.hpp"

/// `zanni dead-letters`: which messages could not be delivered, and why.
namespace zanni::cli {

namespace {

struct DeadLettersFlags {
    JoinFlags join;
    std::string host;
    std::size_t limit = 50;
    bool json = false;
};

constexpr Duration answers_longest = std::chrono::seconds(3);

struct Letter {
    const SurveyedProcess* process;
    const Survey::RecentDeadLetter* letter;
};

std::vector<Letter> latest(const ConventionView& view) {
    std::vector<Letter> all;
    for (const auto& process : view.processes())
        if (process.survey)
            for (const auto& letter : process.survey->dead_letters) all.push_back({&process, &letter});
    std::ranges::sort(all, {}, [](const Letter& each) { return std::pair(each.letter->ago, each.letter->target); });
    return all;
}

std::map<std::string, std::uint64_t> by_reason(const ConventionView& view) {
    std::map<std::string, std::uint64_t> reasons;
    for (const auto& process : view.processes())
        for (const auto& some : (process.survey ? process.survey->accounts : process.status.accounts).dead_letters)
            if (some.count != 0) reasons[std::string(to_string(some.reason))] += some.count;
    return reasons;
}

std::string seconds(Duration time) {
    char text[32];
    std::snprintf(text, sizeof text, "%.1f s", std::chrono::duration<double>(time).count());
    return text;
}

std::string shown(const Address& address) { return address ? address.to_string() : "-"; }

void print_table(const std::vector<Letter>& letters, const std::map<std::string, std::uint64_t>& reasons,
                 std::size_t limit) {
    for (const auto& [reason, count] : reasons)
        std::printf("%s: %llu\n", reason.c_str(), static_cast<unsigned long long>(count));
    if (reasons.empty()) return static_cast<void>(std::puts("no dead letters"));
    Table table({{"AGO", Table::Align::right},
                 {"COUNT", Table::Align::right},
                 {"REASON"},
                 {"MESSAGE"},
                 {"TO"},
                 {"FROM"},
                 {"HOST"},
                 {"PROCESS"}});
    for (std::size_t i = 0; i < std::min(limit, letters.size()); ++i) {
        const auto& [process, letter] = letters[i];
        table.add({seconds(letter->ago), std::to_string(letter->count), std::string(to_string(letter->reason)),
                   letter->message.empty() ? "?" : letter->message, shown(letter->target), shown(letter->sender),
                   process->host, process_name(process->status.process)});
    }
    if (table.empty()) return;
    std::printf("\n%s", table.text().c_str());
    if (letters.size() > limit) std::printf("and %zu more: --limit\n", letters.size() - limit);
}

void print_json(const std::vector<Letter>& letters, const std::map<std::string, std::uint64_t>& reasons,
                std::size_t limit) {
    JsonWriter json;
    json.begin_object().key("reasons").begin_object();
    for (const auto& [reason, count] : reasons) json.key(reason).value(count);
    json.end_object().key("latest").begin_array();
    for (std::size_t i = 0; i < std::min(limit, letters.size()); ++i) {
        const auto& [process, letter] = letters[i];
        json.begin_object().key("ago_s").value(std::chrono::duration<double>(letter->ago).count());
        json.key("count").value(letter->count).key("reason").value(to_string(letter->reason));
        json.key("message").value(letter->message).key("to").value(shown(letter->target));
        json.key("from").value(shown(letter->sender)).key("host").value(process->host);
        json.key("process").value(process_name(process->status.process)).end_object();
    }
    json.end_array().end_object();
    std::puts(json.text().c_str());
}

void dead_letters(const DeadLettersFlags& flags) {
    ConventionView view(flags.join, "zanni dead-letters");
    view.look({}, flags.host, answers_longest);
    const auto letters = latest(view);
    flags.json ? print_json(letters, by_reason(view), flags.limit) : print_table(letters, by_reason(view), flags.limit);
    tell_silent(view);
}

}  // namespace

void add_dead_letters_command(CLI::App& app) {
    const auto flags = std::make_shared<DeadLettersFlags>();
    CLI::App* const command = app.add_subcommand(
        "dead-letters", "show which messages could not be delivered, by reason, and the latest of each process");
    flags->join.add_to(*command);
    command->add_option("--host", flags->host, "only those of this host's processes");
    command->add_option("--limit", flags->limit, "show so many of the latest ones")->capture_default_str();
    command->add_flag("--json", flags->json, "as JSON, on one line");
    command->callback([flags] { dead_letters(*flags); });
}

}  // namespace zanni::cli
