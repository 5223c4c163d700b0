#include <cstdio>
#include <memory>
#include <string>

#include <CLI/App.hpp>
#include <CLI/Config.hpp>
#include <CLI/Formatter.hpp>

#include <zanni/version.hpp>

#include "command.hpp"
#include "reference.hpp"

/// `zanni completion`, and `zanni reference` for those who package it.
namespace zanni::cli {

namespace {

std::string page_of(const CLI::App& app, const std::string& verb) {
    return man_page(app, verb.empty() ? app : *app.get_subcommand(verb), version());
}

}  // namespace

void add_reference_commands(CLI::App& app) {
    const auto shell = std::make_shared<std::string>();
    CLI::App* const completion =
        app.add_subcommand("completion", "print what has a shell complete zanni's verbs and options");
    completion->add_option("SHELL", *shell, "bash or zsh")->required()->check(CLI::IsMember({"bash", "zsh"}));
    completion->footer("bash: source <(zanni completion bash); zsh: zanni completion zsh > ~/.zfunc/_zanni");
    completion->callback(
        [shell, &app] { std::fputs((*shell == "bash" ? bash_completion(app) : zsh_completion(app)).c_str(), stdout); });

    const auto kind = std::make_shared<std::string>();
    const auto verb = std::make_shared<std::string>();
    CLI::App* const reference = app.add_subcommand("reference", "print the program's reference, as a document");
    reference->group("");  // for those who package it
    reference->add_option("KIND", *kind, "markdown or man")->required()->check(CLI::IsMember({"markdown", "man"}));
    reference->add_option("VERB", *verb, "of man: that verb's page instead of the program's");
    reference->callback([kind, verb, &app] {
        try {
            std::fputs((*kind == "man" ? page_of(app, *verb) : markdown_reference(app)).c_str(), stdout);
        } catch (const CLI::OptionNotFound&) {
            throw CannotStart("reference man " + *verb + ": there is no such verb");
        }
    });
}

}  // namespace zanni::cli
