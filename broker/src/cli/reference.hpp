#pragma once

#include <string>

#include <CLI/App.hpp>

/// What the program says of its own verbs and flags, for other readers than --help's. All of it is made from what the
/// verbs have declared, so it can't be out of date.
namespace zanni::cli {

/// docs/cli.md.
std::string markdown_reference(const CLI::App& app);
/// Of the program, or of one of its verbs: "zanni-host.1".
std::string man_page(const CLI::App& app, const CLI::App& command, const std::string& version);
/// To be sourced, or put where bash-completion or zsh find it.
std::string bash_completion(const CLI::App& app);
std::string zsh_completion(const CLI::App& app);

}  // namespace zanni::cli
