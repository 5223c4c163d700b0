#include "reference.hpp"

#include <algorithm>
#include <sstream>
#include <string_view>
#include <utility>
#include <vector>

#include <CLI/Config.hpp>
#include <CLI/Formatter.hpp>

namespace zanni::cli {

namespace {

/// A verb, with the words that lead to it: "zanni bench ping-pong".
struct Verb {
    std::string path;
    const CLI::App* app;
};

/// Those that nobody types don't count.
std::vector<const CLI::App*> verbs_of(const CLI::App& app) {
    std::vector<const CLI::App*> verbs;
    for (const CLI::App* const verb : app.get_subcommands(nullptr))
        if (!verb->get_group().empty()) verbs.push_back(verb);
    return verbs;
}

void list(const CLI::App& app, const std::string& path, std::vector<Verb>& verbs) {
    verbs.push_back({path, &app});
    for (const CLI::App* const verb : verbs_of(app)) list(*verb, path + " " + verb->get_name(), verbs);
}

std::vector<Verb> all_verbs(const CLI::App& app) {
    std::vector<Verb> verbs;
    list(app, app.get_name(), verbs);
    return verbs;
}

std::vector<const CLI::Option*> options_of(const CLI::App& app) {
    std::vector<const CLI::Option*> options;
    for (const CLI::Option* const option : app.get_options())
        if (!option->get_group().empty()) options.push_back(option);
    return options;
}

/// "--sort", "ACTOR".
std::string name_of(const CLI::Option& option) {
    return option.get_positional() ? option.get_name(true) : option.get_name(false, true);
}

/// The words that it takes, if it takes no others.
std::vector<std::string> choices_of(const CLI::Option& option) {
    const std::string type = option.get_type_name();
    const auto begin = type.find('{');
    const auto end = type.find('}', begin);
    std::vector<std::string> choices;
    if (begin == std::string::npos || end == std::string::npos) return choices;
    std::istringstream words(type.substr(begin + 1, end - begin - 1));
    for (std::string word; std::getline(words, word, ',');) choices.push_back(word);
    return choices;
}

/// "TEXT", "waiting|taken"; nothing for a flag.
std::string value_of(const CLI::Option& option) {
    if (option.get_items_expected_max() == 0) return {};
    std::string text;
    for (const auto& choice : choices_of(option)) text += (text.empty() ? "" : "|") + choice;
    if (!text.empty()) return text;
    const std::string type = option.get_type_name();
    return type.substr(0, type.find(':'));
}

std::string description_of(const CLI::Option& option) {
    std::string text = option.get_description();
    const std::string standard = option.get_default_str();
    if (!standard.empty() && option.get_items_expected_max() != 0 && text.find("(default") == std::string::npos)
        text += " (default: " + standard + ")";
    if (option.get_required()) text += "; needed";
    return text;
}

std::string usage_of(const Verb& verb) {
    std::string text = verb.path;
    if (!verbs_of(*verb.app).empty()) text += " VERB";
    for (const CLI::Option* const option : options_of(*verb.app))
        if (option->get_positional())
            text += option->get_required() ? " " + name_of(*option) : " [" + name_of(*option) + "]";
    return text + " [options]";
}

std::string replaced(std::string text, std::string_view what, std::string_view by) {
    for (std::size_t at = 0; (at = text.find(what, at)) != std::string::npos; at += by.size())
        text.replace(at, what.size(), by);
    return text;
}

/// What roff takes for itself.
std::string roff(const std::string& text) {
    std::string escaped = replaced(replaced(text, "\\", "\\e"), "-", "\\-");
    if (escaped.starts_with('.') || escaped.starts_with('\'')) escaped = "\\&" + escaped;
    return replaced(escaped, "\n.", "\n\\&.");
}

}  // namespace

std::string markdown_reference(const CLI::App& app) {
    std::string text = "# The zanni program\n\nMade by `zanni reference markdown`, from what the program declares.\n";
    for (const Verb& verb : all_verbs(app)) {
        text += "\n## " + verb.path + "\n" + verb.app->get_description() + ".\n\n    " + usage_of(verb) + "\n";
        if (const auto verbs = verbs_of(*verb.app); !verbs.empty()) {
            text += "\n| verb | does |\n|---|---|\n";
            for (const CLI::App* const each : verbs)
                text += "| `" + each->get_name() + "` | " + each->get_description() + " |\n";
        }
        text += "\n| option | means |\n|---|---|\n";
        for (const CLI::Option* const option : options_of(*verb.app)) {
            const std::string value = option->get_positional() ? "" : value_of(*option);
            text += "| `" + name_of(*option) + (value.empty() ? "" : " " + replaced(value, "|", "\\|")) + "` | " +
                    replaced(description_of(*option), "|", "\\|") + " |\n";
        }
    }
    if (const auto footer = app.get_footer(); !footer.empty()) text += "\n" + footer + "\n";
    return text;
}

std::string man_page(const CLI::App& app, const CLI::App& command, const std::string& version) {
    const bool is_program = &app == &command;
    std::string name = app.get_name();
    if (!is_program) name += "-" + command.get_name();
    std::string upper = name;
    std::ranges::transform(upper, upper.begin(), [](unsigned char letter) { return std::toupper(letter); });
    std::string text = ".TH " + roff(upper) + " 1 \"\" \"Zanni " + version + "\" \"User Commands\"\n.SH NAME\n" +
                       roff(name) + " \\- " + roff(command.get_description()) + "\n.SH SYNOPSIS\n";
    std::vector<Verb> verbs;
    list(command, is_program ? app.get_name() : app.get_name() + " " + command.get_name(), verbs);
    if (is_program) verbs.resize(1);
    for (const Verb& verb : verbs) text += ".B " + roff(usage_of(verb)) + "\n.br\n";
    if (is_program) {
        text += ".SH COMMANDS\n";
        for (const CLI::App* const each : verbs_of(app))
            text += ".TP\n.BR " + roff(app.get_name() + "-" + each->get_name()) + " (1)\n" +
                    roff(each->get_description()) + "\n";
    }
    for (const Verb& verb : verbs) {
        text += verbs.size() == 1 ? ".SH OPTIONS\n" : ".SH \"" + roff(verb.path) + "\"\n";
        for (const CLI::Option* const option : options_of(*verb.app)) {
            const std::string value = option->get_positional() ? "" : value_of(*option);
            text += ".TP\n.B " + roff(name_of(*option)) + (value.empty() ? "" : " \\fI" + roff(value) + "\\fR") + "\n" +
                    roff(description_of(*option)) + "\n";
        }
    }
    if (const auto footer = app.get_footer(); !footer.empty()) text += ".SH NOTES\n" + roff(footer) + "\n";
    return text + ".SH SEE ALSO\n" + (is_program ? "" : ".BR " + roff(app.get_name()) + " (1),\n") +
           "the documents of Zanni\n";
}

namespace {

/// The words that may follow a verb: its own verbs, and its options' names.
std::vector<std::pair<std::string, std::string>> words_of(const CLI::App& app) {
    std::vector<std::pair<std::string, std::string>> words;
    for (const CLI::App* const verb : verbs_of(app)) words.emplace_back(verb->get_name(), verb->get_description());
    for (const CLI::Option* const option : options_of(app))
        for (const auto& name : option->get_lnames()) words.emplace_back("--" + name, option->get_description());
    return words;
}

/// `place` becomes the verb that has been typed so far, and `prev` the word before the present one.
std::string find_path(const std::vector<Verb>& verbs, const char* word_loop) {
    std::string text = std::string("    ") + word_loop + "\n        case \"$place $word\" in\n";
    for (const Verb& verb : verbs)
        if (&verb != &verbs.front()) text += "            \"" + verb.path + "\") place=\"" + verb.path + "\" ;;\n";
    return text + "        esac\n    done\n";
}

std::string joined(const std::vector<std::string>& words) {
    std::string text;
    for (const auto& word : words) text += (text.empty() ? "" : " ") + word;
    return text;
}

template <class Each>
void each_choice(const std::vector<Verb>& verbs, Each each) {
    for (const Verb& verb : verbs)
        for (const CLI::Option* const option : options_of(*verb.app))
            if (const auto choices = choices_of(*option); !choices.empty() && !option->get_lnames().empty())
                each(verb.path + " --" + option->get_lnames().front(), joined(choices));
}

}  // namespace

std::string bash_completion(const CLI::App& app) {
    const auto verbs = all_verbs(app);
    std::string text =
        "# bash completion for zanni; made by `zanni completion bash`\n_zanni() {\n"
        "    local current=${COMP_WORDS[COMP_CWORD]} previous=${COMP_WORDS[COMP_CWORD - 1]} place=zanni word "
        "words=\n";
    text += find_path(verbs, "for word in \"${COMP_WORDS[@]:1:COMP_CWORD-1}\"; do");
    text += "    case \"$place $previous\" in\n";
    each_choice(verbs, [&](const std::string& place, const std::string& choices) {
        text += "        \"" + place + "\") words=\"" + choices + "\" ;;\n";
    });
    text += "    esac\n    [[ -n $words ]] || case \"$place\" in\n";
    for (const Verb& verb : verbs) {
        std::vector<std::string> words;
        for (const auto& [word, description] : words_of(*verb.app)) words.push_back(word);
        text += "        \"" + verb.path + "\") words=\"" + joined(words) + "\" ;;\n";
    }
    return text +
           "    esac\n    mapfile -t COMPREPLY < <(compgen -W \"$words\" -- \"$current\")\n}\n"
           "complete -o default -F _zanni zanni\n";
}

std::string zsh_completion(const CLI::App& app) {
    const auto verbs = all_verbs(app);
    const auto quoted = [](const std::string& text) { return replaced(text, "'", "'\\''"); };
    std::string text =
        "#compdef zanni\n# zsh completion for zanni; made by `zanni completion zsh`\n_zanni() {\n"
        "    local previous=${words[CURRENT-1]} place=zanni word\n    local -a found\n";
    text += find_path(verbs, "for word in \"${(@)words[2,CURRENT-1]}\"; do");
    text += "    case \"$place $previous\" in\n";
    each_choice(verbs, [&](const std::string& place, const std::string& choices) {
        text += "        \"" + place + "\") found=(" + choices + "); _describe value found; return ;;\n";
    });
    text += "    esac\n    case \"$place\" in\n";
    for (const Verb& verb : verbs) {
        text += "        \"" + verb.path + "\")\n            found=(\n";
        for (const auto& [word, description] : words_of(*verb.app))
            text += "                '" + quoted(replaced(word, ":", "\\:")) + ":" + quoted(description) + "'\n";
        text += "            ) ;;\n";
    }
    return text + "    esac\n    _describe word found || _files\n}\n_zanni \"$@\"\n";
}

}  // namespace zanni::cli
