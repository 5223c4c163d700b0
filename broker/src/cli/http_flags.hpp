#pragma once

#include <memory>
#include <string>
#include <vector>

#include <CLI/App.hpp>

#include "observer/observer_options.hpp"

namespace zanni::cli {

/// --http and what goes with it, of a host.
struct HttpFlags {
    std::string listen;  // empty: none
    std::vector<std::string> names;
    std::string token_file;
    bool admin = false;

    void add_to(CLI::App& command);
    bool is_wanted() const { return !listen.empty(); }
    /// Errors: throws CannotStart: no address, or one that others reach and no token; a program without an observer.
    void check() const;
    /// Errors: likewise, of the token's file.
    broker::ObserverOptions options(const std::string& host) const;
};

/// Says on stdout where it is. When it can't start, the host does its work all the same, and its log says why.
std::unique_ptr<broker::RunningObserver> start_observer(const broker::ObserverOptions& options);

}  // namespace zanni::cli
