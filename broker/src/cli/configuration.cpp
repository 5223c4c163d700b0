#include "configuration.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <optional>

#include <toml++/toml.h>
#include <CLI/Config.hpp>
#include <CLI/Formatter.hpp>

#include "command.hpp"
#include "usage_error.hpp"

namespace zanni::cli {

namespace {

constexpr const char* capabilities_table = "capabilities";

/// Not for a file: what asks for it, and what has a table of its own.
constexpr std::array<std::string_view, 4> without_key{"help", "config", "print-config", "capability"};

/// Not for the eyes of others: what they say is never printed.
constexpr std::array<std::string_view, 1> secret_keys{"token"};

std::string in_quotes(std::string_view text) {
    std::string result = "\"";
    for (const char c : text) {
        if (static_cast<unsigned char>(c) < 0x20 || c == 0x7f) {
            char escape[8];
            std::snprintf(escape, sizeof escape, "\\u%04x", static_cast<unsigned>(c));
            result += escape;
        } else {
            if (c == '"' || c == '\\') result += '\\';
            result += c;
        }
    }
    return result + '"';
}

std::string key_of(const std::string& name) {
    const auto is_bare = [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' || c == '-';
    };
    return !name.empty() && std::ranges::all_of(name, is_bare) ? name : in_quotes(name);
}

std::string as_toml(const CapabilityValue& value) {
    if (const auto* const text = std::get_if<std::string>(&value)) return in_quotes(*text);
    std::string text = to_string(value);
    if (std::holds_alternative<double>(value) && text.find_first_of(".en") == std::string::npos) text += ".0";
    return text;
}

// What CLI11 knows of a flag's type.
bool is_switch(const CLI::Option& option) { return option.get_expected_max() == 0 || option.get_type_size() == 0; }
bool is_list(const CLI::Option& option) { return option.get_items_expected_max() > 1; }
bool is_integer(const CLI::Option& option) {
    const auto type = option.get_type_name();
    return type.starts_with("INT") || type.starts_with("UINT");
}
bool is_number(const CLI::Option& option) { return is_integer(option) || option.get_type_name().starts_with("FLOAT"); }

std::string expected_type(const CLI::Option& option) {
    if (is_switch(option)) return "true or false";
    if (is_integer(option)) return is_list(option) ? "an array of whole numbers" : "a whole number";
    if (is_number(option)) return is_list(option) ? "an array of numbers" : "a number";
    if (is_list(option)) return "a text in quotes, or an array of such";
    return "a text in quotes" +
           (option.get_default_str().empty() ? "" : ", such as " + in_quotes(option.get_default_str()));
}

/// As a flag's argument; nothing when the flag's type is another.
std::optional<std::string> word_of(const CLI::Option& option, const toml::node& node) {
    if (is_switch(option)) {
        const auto flag = node.value_exact<bool>();
        return flag ? std::optional(std::string(*flag ? "true" : "false")) : std::nullopt;
    }
    if (const auto integer = node.value_exact<std::int64_t>(); integer && is_number(option))
        return std::to_string(*integer);
    if (const auto real = node.value_exact<double>(); real && is_number(option) && !is_integer(option))
        return to_string(CapabilityValue(*real));
    return is_number(option) ? std::nullopt : node.value_exact<std::string>();
}

std::optional<std::vector<std::string>> words_of(const CLI::Option& option, const toml::node& node) {
    std::vector<std::string> words;
    const auto add = [&](const toml::node& item) {
        const auto word = word_of(option, item);
        if (word) words.push_back(*word);
        return word.has_value();
    };
    const toml::array* const array = node.as_array();
    if (!array) return add(node) ? std::optional(words) : std::nullopt;
    if (!is_list(option)) return std::nullopt;
    for (const toml::node& item : *array)
        if (!add(item)) return std::nullopt;
    return words;
}

std::optional<CapabilityValue> capability_of(const toml::node& node) {
    if (const auto flag = node.value_exact<bool>()) return *flag;
    if (const auto integer = node.value_exact<std::int64_t>()) return *integer;
    if (const auto real = node.value_exact<double>(); real && std::isfinite(*real)) return *real;
    if (const auto text = node.value_exact<std::string>()) return *text;
    return std::nullopt;
}

std::vector<std::string> defaults_of(const CLI::Option& option) {
    std::string text = option.get_default_str();
    if (text.empty()) return {};
    if (!is_list(option) || !text.starts_with('[')) return {text};
    return CLI::detail::split(text.substr(1, text.size() - 2), ',');  // as CLI11 shows a list
}

std::string as_toml(const CLI::Option& option, const std::vector<std::string>& words) {
    if (is_switch(option)) return option.count() > 0 && option.as<bool>() ? "true" : "false";
    const auto show = [&](const std::string& word) { return is_number(option) ? word : in_quotes(word); };
    if (!is_list(option)) return words.empty() ? show(is_number(option) ? "0" : "") : show(words.back());
    std::string text = "[";
    for (const auto& word : words) text += (text.size() > 1 ? ", " : "") + show(word);
    return text + "]";
}

}  // namespace

/// A file that is TOML, and what stands in which line.
class Configuration::File {
public:
    explicit File(const std::string& path) : path_(path) {
        if (!std::filesystem::exists(path)) throw CannotStart("--config '" + path + "': no such file");
        if (std::filesystem::is_directory(path)) throw CannotStart("--config '" + path + "' is a folder");
        try {
            root = toml::parse_file(path);
        } catch (const toml::parse_error& error) {
            const std::string what(error.description());
            const bool no_value = what.find("could not determine value type") != std::string::npos;
            throw CannotStart(path + ":" + std::to_string(error.source().begin.line) + ": " +
                              (no_value ? "no value: expected true, false, a number, or a text in quotes" : what));
        }
    }
    std::string place(const toml::node& node) const { return path_ + ":" + std::to_string(node.source().begin.line); }

    toml::table root;

private:
    const std::string path_;
};

Configuration::Configuration(CLI::App& command) : command_(command) {
    command
        .add_option_function<std::string>(
            "--config", [this](const std::string& path) { read(path); },
            "TOML file: each flag's name without the dashes is a key, and [capabilities] a table")
        ->type_name("FILE");
    command.add_flag("--print-config", print_, "print the effective configuration as TOML, with origins, and exit");
}

std::vector<CLI::Option*> Configuration::options() const {
    std::vector<CLI::Option*> options;
    for (CLI::Option* const option : command_.get_options())
        if (!option->get_lnames().empty() &&
            std::ranges::find(without_key, option->get_lnames().front()) == without_key.end())
            options.push_back(option);
    return options;
}

CLI::Option& Configuration::option_of(const std::string& key, const std::string& place) const {
    std::vector<std::string> known{capabilities_table};
    for (CLI::Option* const option : options()) {
        if (option->get_lnames().front() == key) return *option;
        known.push_back(option->get_lnames().front());
    }
    const auto near = key == "capability" ? capabilities_table : nearest(key, known);
    if (near) throw CannotStart(place + ": there is no key " + key_of(key) + "; did you mean " + *near + "?");
    std::string all;
    for (const auto& name : known) all += (all.empty() ? "" : ", ") + name;
    throw CannotStart(place + ": there is no key " + key_of(key) + "; 'zanni " + command_.get_name() + "' knows " +
                      all);
}

/// While CLI11 takes what was given as flags: those have a count, and what the file says is given to the others.
void Configuration::read(const std::string& path) {
    const File file(path);
    for (const auto& [name, node] : file.root) {
        const std::string key(name.str());
        const std::string place = file.place(node);
        if (key == capabilities_table) {
            read_capabilities(file);
            continue;
        }
        CLI::Option& option = option_of(key, place);
        const auto words = words_of(option, node);
        if (!words) throw CannotStart(place + ": " + key_of(key) + ": expected " + expected_type(option));
        if (option.count() > 0 || words->empty()) continue;
        set(option, *words, place + ": " + key_of(key));
        places_[key] = place;
    }
}

void Configuration::set(CLI::Option& option, const std::vector<std::string>& words, const std::string& place) {
    try {
        option.add_result(words);
        option.run_callback();
    } catch (const CLI::ParseError& error) {
        throw CannotStart(place + ": " + error.what());
    }
}

void Configuration::read_capabilities(const File& file) {
    const toml::node& node = *file.root.get(capabilities_table);
    const toml::table* const table = node.as_table();
    if (!table) throw CannotStart(file.place(node) + ": capabilities: expected a table: [capabilities]");
    for (const auto& [name, item] : *table) {
        const std::string key(name.str());
        const auto value = capability_of(item);
        if (!value)
            throw CannotStart(file.place(item) + ": capabilities." + key_of(key) +
                              ": expected true, false, a number or a text in quotes");
        capabilities_[key] = *value;
        places_[std::string(capabilities_table) + "." + key] = file.place(item);
    }
}

// ---- What is effective

std::string Configuration::origin_of_capability(const std::string& key, bool is_flag) const {
    if (is_flag) return "  # flag";
    const auto place = places_.find(std::string(capabilities_table) + "." + key);
    return "  # " + (place == places_.end() ? "this machine" : place->second);
}

std::string Configuration::origin(const CLI::Option& option) const {
    if (option.count() == 0) return "  # default";
    if (const auto place = places_.find(option.get_lnames().front()); place != places_.end())
        return "  # " + place->second;
    const char* const variable = option.get_envname().empty() ? nullptr : std::getenv(option.get_envname().c_str());
    return variable && option.results().back() == variable ? "  # " + option.get_envname() : "  # flag";
}

void Configuration::print(const Capabilities& host_facts, const Capabilities& flags) const {
    for (const CLI::Option* const option : options()) {
        const std::string key = option->get_lnames().front();
        if (option->count() > 0 && std::ranges::find(secret_keys, key) != secret_keys.end()) {
            std::printf("# %s = (a secret)%s\n", key.c_str(), origin(*option).c_str());
            continue;
        }
        const auto words = option->count() > 0 ? option->results() : defaults_of(*option);
        const bool is_unset = words.empty() && !is_switch(*option);
        std::printf("%s%s = %s%s\n", is_unset ? "# " : "", key.c_str(), as_toml(*option, words).c_str(),
                    origin(*option).c_str());
    }
    Capabilities effective = flags;
    effective.insert(capabilities_.begin(), capabilities_.end());
    effective.insert(host_facts.begin(), host_facts.end());
    std::printf("\n[%s]\n", capabilities_table);
    for (const auto& [key, value] : effective)
        std::printf("%s = %s%s\n", key_of(key).c_str(), as_toml(value).c_str(),
                    origin_of_capability(key, flags.contains(key)).c_str());
}

void Configuration::apply(const Capabilities& host_facts, const Capabilities& flags,
                          const std::function<void()>& run) const {
    if (print_) return print(host_facts, flags);
    try {
        run();
    } catch (const CannotStart& error) {
        throw CannotStart(placed(error.what()));
    }
}

/// "--down-after 1x: expected ..." becomes "zanni.toml:3: down-after 1x: expected ...". Of several flags the first that
/// the file has set counts.
std::string Configuration::placed(const std::string& complaint) const {
    for (auto dashes = complaint.find("--"); dashes != std::string::npos; dashes = complaint.find("--", dashes + 2)) {
        const auto key = complaint.substr(dashes + 2, complaint.find_first_of(" :,", dashes) - dashes - 2);
        const auto place = places_.find(key);
        if (place != places_.end()) return place->second + ": " + (dashes == 0 ? complaint.substr(2) : complaint);
        if (!complaint.starts_with("--")) break;
    }
    return complaint;
}

}  // namespace zanni::cli
