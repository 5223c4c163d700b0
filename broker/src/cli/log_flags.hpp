#pragma once

#include <string>
#include <vector>

#include <CLI/App.hpp>

#include "log.hpp"

namespace zanni::cli {

/// `--log` and `--log-level`: of a host, and handed on by it to its actor processes.
struct LogFlags {
    std::string level = "info";
    std::vector<std::string> sinks;  ///< none: stderr

    void add_to(CLI::App& command);
    /// Errors: throws CannotStart.
    void apply(log::Writer writer) const;
    /// The same flags for a program that this one starts.
    void append_to(std::vector<std::string>& command) const;
};

}  // namespace zanni::cli
