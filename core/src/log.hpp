#pragma once

#include <string_view>

/// Zanni's log: one line per event, to stderr. Levels: info is lifecycle, debug is per message; payloads are never
/// logged. Threads: any.
namespace zanni::log {

void debug(std::string_view line);
void info(std::string_view line);
void warn(std::string_view line);
void error(std::string_view line);

/// "debug", "info", "warn", "error" or "off"; false for anything else. A library starts at "warn".
bool set_level(std::string_view level);
/// What stands before each line: "broker alpha", "actor process 3".
void set_origin(std::string_view origin);

}  // namespace zanni::log
