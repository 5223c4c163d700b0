#pragma once

#include <cstdint>
#include <expected>
#include <string>
#include <string_view>
#include <vector>

#include <zanni/address.hpp>
#include <zanni/error.hpp>

#include "log_sink.hpp"

/// Zanni's log: one line per event. Levels: info is lifecycle, debug is per message; payloads are never logged.
/// Threads: any.
namespace zanni::log {

enum class Level : std::uint8_t { debug = 0, info, warn, error };

struct Record {
    Level level = Level::info;
    std::string_view text;
    Address actor{};  ///< that it is about, or that logs it; none for most
};

void write(const Record& record);

inline void debug(std::string_view text) { write({Level::debug, text}); }
inline void info(std::string_view text) { write({Level::info, text}); }
inline void warn(std::string_view text) { write({Level::warn, text}); }
inline void error(std::string_view text) { write({Level::error, text}); }

// ---- Where it goes. Before other threads log.

/// "debug", "info", "warn", "error" or "off"; false for anything else. A library starts at "warn".
bool set_level(std::string_view level);
/// What stands before each line: "broker alpha", "actor process 3".
void set_origin(std::string_view origin);

enum class Writer : std::uint8_t {
    broker,   ///< writes the file that was named
    process,  ///< one of many: writes the first that is free of PATH's process1, process2 ...
};
/// Instead of stderr. Errors: the sink, and what is wrong with it.
std::expected<void, Error> set_sinks(const std::vector<Sink>& sinks, Writer writer);

// ---- The latest lines, for whoever looks on

struct Line {
    std::uint64_t number = 0;  ///< counts on
    std::string text;
};
/// Keeps so many of the lines that are written from now on, whatever sinks there are. Before other threads log.
void keep_latest(std::size_t lines_max);
/// The oldest first; none before keep_latest(). Threads: any.
std::vector<Line> latest();

// ---- Records that go to another log too

/// Takes records of warn and above elsewhere.
/// Threads: any. Blocks: never.
class Forwarder {
public:
    virtual ~Forwarder() = default;
    /// What is logged meanwhile by the same thread stays in its own log: no record breeds another.
    virtual void forward(const Record& record) = 0;
    /// Whose actors' records it takes.
    virtual std::uint64_t process() const = 0;
};
/// Of several, the first takes what is about no actor of theirs. It lives until it is removed.
void add_forwarder(Forwarder& forwarder);
/// When it returns, nobody calls it any more.
void remove_forwarder(Forwarder& forwarder);

/// While it lives, what its thread logs stays in this process's log: for records about forwarding.
class Local {
public:
    Local();
    ~Local();
    Local(const Local&) = delete;
    Local& operator=(const Local&) = delete;

private:
    bool was_local_;
};

/// A record from another process. It is forwarded to nobody. `shares_sinks`: that process has written it to stderr,
/// syslog and journal already, which are the same as here; then only files get it.
void write_received(const Record& record, bool shares_sinks);

/// One line without control characters, and of so many bytes at most: nobody's text may look like another's record.
std::string one_line(std::string_view text, std::size_t bytes_max);

}  // namespace zanni::log
