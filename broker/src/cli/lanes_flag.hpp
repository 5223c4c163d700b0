#pragma once

#include <string>
#include <vector>

#include <CLI/App.hpp>

#include <zanni/join.hpp>

namespace zanni::cli {

/// `--lanes`: of a host, and handed on by it to its actor processes.
struct LanesFlag {
    std::string which = "automatic";

    void add_to(CLI::App& command);
    LanePolicy policy() const;
    /// The same flag for a program that this one starts.
    void append_to(std::vector<std::string>& command) const { command.insert(command.end(), {"--lanes", which}); }
};

}  // namespace zanni::cli
