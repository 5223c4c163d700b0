#pragma once

#include <functional>
#include <map>
#include <string>
#include <vector>

#include <CLI/App.hpp>

#include <zanni/capability.hpp>

namespace zanni::cli {

/// `--config FILE` and `--print-config` of a command: each of its other flags has the key of the same name in a TOML
/// file, without the dashes, whoever adds it; a table [capabilities] holds what --capability says. A flag wins over the
/// file, the file over the default.
///
/// Threads: one.
class Configuration {
public:
    /// Adds the two flags. Owns: nothing; the command must outlive this, and this the parsing.
    explicit Configuration(CLI::App& command);
    Configuration(const Configuration&) = delete;
    Configuration& operator=(const Configuration&) = delete;

    /// Of the file.
    const Capabilities& capabilities() const { return capabilities_; }

    /// Prints what is effective, if that is wanted; else has `run` do its work. What that finds wrong with a flag
    /// that the file has set is told with the file's line. Errors: throws CannotStart, as `run` does.
    void apply(const Capabilities& host_facts, const Capabilities& flags, const std::function<void()>& run) const;

private:
    class File;

    void read(const std::string& path);
    void read_capabilities(const File& file);
    void set(CLI::Option& option, const std::vector<std::string>& words, const std::string& place);
    std::vector<CLI::Option*> options() const;
    CLI::Option& option_of(const std::string& key, const std::string& place) const;
    /// "# flag", "# zanni.toml:12", "# default", "# ZANNI_TOKEN".
    std::string origin(const CLI::Option& option) const;
    /// Likewise, "# this machine".
    std::string origin_of_capability(const std::string& key, bool is_flag) const;
    void print(const Capabilities& host_facts, const Capabilities& flags) const;
    std::string placed(const std::string& complaint) const;

    CLI::App& command_;
    bool print_ = false;
    std::map<std::string, std::string> places_;  // of the file's keys: "zanni.toml:12"
    Capabilities capabilities_;
};

}  // namespace zanni::cli
