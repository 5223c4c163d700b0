#include "usage_error.hpp"

#include <algorithm>
#include <numeric>
#include <string_view>
#include <vector>

#include <CLI/Config.hpp>
#include <CLI/Formatter.hpp>

namespace zanni::cli {

namespace {

constexpr std::size_t typing_errors_max = 2;

/// Levenshtein's: characters to insert, delete or replace.
std::size_t distance(std::string_view left, std::string_view right) {
    std::vector<std::size_t> row(right.size() + 1);
    std::iota(row.begin(), row.end(), std::size_t{0});
    for (std::size_t i = 0; i < left.size(); ++i) {
        std::size_t diagonal = std::exchange(row[0], i + 1);
        for (std::size_t j = 0; j < right.size(); ++j) {
            const std::size_t replaced = diagonal + (left[i] == right[j] ? 0 : 1);
            diagonal = row[j + 1];
            row[j + 1] = std::min({replaced, row[j] + 1, row[j + 1] + 1});
        }
    }
    return row.back();
}

/// The verbs that were understood, down to the last: zanni, bench, ping-pong.
std::vector<const CLI::App*> verbs(const CLI::App& app) {
    std::vector<const CLI::App*> chain{&app};
    while (!chain.back()->get_subcommands().empty()) chain.push_back(chain.back()->get_subcommands().front());
    return chain;
}

std::vector<std::string> subcommands_of(const CLI::App& command) {
    std::vector<std::string> names;
    for (const auto* sub : command.get_subcommands([](const CLI::App*) { return true; }))
        if (!sub->get_group().empty()) names.push_back(sub->get_name());
    return names;
}

std::vector<std::string> flags_of(const CLI::App& command) {
    std::vector<std::string> flags;
    for (const auto* option : command.get_options())
        for (const auto& name : option->get_lnames()) flags.push_back("--" + name);
    return flags;
}

std::string unknown(const CLI::App& command, std::string word) {
    const bool is_flag = word.starts_with('-');
    if (is_flag) word.erase(std::min(word.find('='), word.size()));
    const auto known = is_flag ? flags_of(command) : subcommands_of(command);
    if (known.empty()) return "'" + word + "' is not expected";
    const auto near = nearest(word, known);
    return "there is no " + word + (near ? "; did you mean " + *near + "?" : "");
}

std::string missing_subcommand(const CLI::App& command) {
    std::string text = "a verb is missing:";
    for (const auto& name : subcommands_of(command)) text += (text.ends_with(':') ? " " : ", ") + name;
    return text;
}

}  // namespace

std::optional<std::string> nearest(const std::string& word, const std::vector<std::string>& known) {
    const auto found =
        std::ranges::min_element(known, {}, [&](const std::string& name) { return distance(word, name); });
    if (found == known.end() || distance(word, *found) > typing_errors_max) return std::nullopt;
    return *found;
}

std::string explain(const CLI::App& app, const CLI::ParseError& error) {
    std::string line;
    for (const auto* verb : verbs(app)) line += (line.empty() ? "" : " ") + verb->get_name();
    const std::string help = " (" + line + " --help says more)";
    const CLI::App& command = *verbs(app).back();
    const auto words = command.remaining();
    if (!words.empty()) return line + ": " + unknown(command, words.front()) + help;
    if (!subcommands_of(command).empty()) return line + ": " + missing_subcommand(command) + help;
    return line + ": " + error.what() + help;
}

}  // namespace zanni::cli
