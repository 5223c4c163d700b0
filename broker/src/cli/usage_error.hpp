#pragma once

#include <optional>
#include <string>
#include <vector>

#include <CLI/App.hpp>

namespace zanni::cli {

/// One line on what is wrong with the arguments: an unknown word with the known one nearest to it, else what CLI11
/// says.
std::string explain(const CLI::App& app, const CLI::ParseError& error);

/// Of the known words the one that somebody who mistyped may have meant.
std::optional<std::string> nearest(const std::string& word, const std::vector<std::string>& known);

}  // namespace zanni::cli
