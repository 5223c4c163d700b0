#pragma once

#include <mutex>
#include <vector>

#include <zanni/clock.hpp>

#include "control.hpp"
#include "log.hpp"
#include "log_limiter.hpp"

namespace zanni::transport {

/// The bytes of a record's text that travel; the log of the process itself has all of it.
inline constexpr std::size_t log_text_bytes_max = 1024;

/// What a process has logged and not yet told. Bounded: by its limiter, and by the limiter's burst.
/// Threads: any. A leaf: it calls nobody, and logs nothing.
class LogOutbox {
public:
    void add(const log::Record& record, TimePoint now);
    /// What may leave, and word of what was suppressed when that is due.
    std::vector<LogRecord> take(TimePoint now);
    /// These were taken, and got nowhere.
    void lose(std::uint64_t records, TimePoint now);

private:
    std::mutex mutex_;  // guards what follows
    LogLimiter limiter_;
    std::vector<LogRecord> waiting_;
};

/// "17 log records suppressed".
LogRecord suppressed_record(std::uint64_t records);

}  // namespace zanni::transport
