#include "log_flags.hpp"

#include <CLI/Config.hpp>
#include <CLI/Formatter.hpp>

#include "command.hpp"

namespace zanni::cli {

void LogFlags::add_to(CLI::App& command) {
    command
        .add_option("--log", sinks,
                    "where the log goes: stderr, file:PATH[,size=10MiB,files=5], syslog or journald; repeatable "
                    "(default: stderr)")
        ->allow_extra_args(false);
    command.add_option("--log-level", level, "debug, info, warn, error or off")->capture_default_str();
}

void LogFlags::apply(log::Writer writer) const {
    if (!log::set_level(level))
        throw CannotStart("--log-level " + level + ": expected debug, info, warn, error or off");
    std::vector<log::Sink> parsed;
    for (const auto& text : sinks) {
        const auto sink = log::parse_sink(text);
        if (!sink) throw CannotStart("--log " + text + ": " + sink.error().context);
        parsed.push_back(*sink);
    }
    if (parsed.empty()) return;
    if (const auto set = log::set_sinks(parsed, writer); !set) throw CannotStart("--log " + set.error().context);
}

void LogFlags::append_to(std::vector<std::string>& command) const {
    command.insert(command.end(), {"--log-level", level});
    for (const auto& sink : sinks) command.insert(command.end(), {"--log", sink});
}

}  // namespace zanni::cli
