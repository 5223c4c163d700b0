#include "log_outbox.hpp"

#include <utility>

namespace zanni::transport {

void LogOutbox::add(const log::Record& record, TimePoint now) {
    const std::scoped_lock lock(mutex_);
    if (!limiter_.admit(now)) return;
    if (waiting_.size() >= static_cast<std::size_t>(LogLimiter::Rate{}.burst)) return limiter_.lose(1, now);
    waiting_.push_back(
        {static_cast<std::uint8_t>(record.level), 0, {}, record.actor, log::one_line(record.text, log_text_bytes_max)});
}

std::vector<LogRecord> LogOutbox::take(TimePoint now) {
    const std::scoped_lock lock(mutex_);
    auto records = std::exchange(waiting_, {});
    if (const auto suppressed = limiter_.take_suppressed(now)) records.push_back(suppressed_record(*suppressed));
    return records;
}

void LogOutbox::lose(std::uint64_t records, TimePoint now) {
    const std::scoped_lock lock(mutex_);
    limiter_.lose(records, now);
}

LogRecord suppressed_record(std::uint64_t records) {
    return {static_cast<std::uint8_t>(log::Level::warn),
            0,
            {},
            {},
            std::to_string(records) + (records == 1 ? " log record suppressed" : " log records suppressed")};
}

}  // namespace zanni::transport
