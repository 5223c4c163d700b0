#pragma once

#include <string>

#include <CLI/App.hpp>

namespace zanni::cli {

/// One line on what is wrong with the arguments: an unknown word with the known one nearest to it, else what CLI11
/// says.
std::string explain(const CLI::App& app, const CLI::ParseError& error);

}  // namespace zanni::cli
