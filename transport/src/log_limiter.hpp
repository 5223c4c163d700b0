#pragma once

#include <cstdint>
#include <optional>
#include <utility>

#include <zanni/clock.hpp>

namespace zanni::transport {

/// How many log records of one process may travel: so many per second, and so many at once after a quiet time. Counts
/// what it suppresses.
/// Threads: one at a time.
class LogLimiter {
public:
    struct Rate {
        Duration interval = std::chrono::milliseconds(50);  ///< between two, in the long run
        int burst = 100;
    };
    /// So long after the first that was suppressed the count of them is told: a flood makes one such line per second.
    static constexpr Duration tell_after = std::chrono::seconds(1);

    LogLimiter() = default;
    explicit LogLimiter(Rate rate) : rate_(rate) {}

    /// Whether one more may leave.
    bool admit(TimePoint now) {
        const TimePoint paid = paid_ > now ? paid_ : now;
        if (paid - now > rate_.interval * (rate_.burst - 1)) return lose(1, now), false;
        paid_ = paid + rate_.interval;
        return true;
    }
    /// These were lost behind it.
    void lose(std::uint64_t records, TimePoint now) {
        if (records == 0) return;
        if (suppressed_ == 0) since_ = now;
        suppressed_ += records;
    }
    /// How many have been suppressed, once it is time to tell. Each is counted in one answer.
    std::optional<std::uint64_t> take_suppressed(TimePoint now) {
        if (suppressed_ == 0 || now - since_ < tell_after) return std::nullopt;
        return std::exchange(suppressed_, 0);
    }

private:
    Rate rate_{};
    TimePoint paid_{};  // for the records so far
    std::uint64_t suppressed_ = 0;
    TimePoint since_{};
};

}  // namespace zanni::transport
