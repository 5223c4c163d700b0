#pragma once

#include <chrono>

namespace zanni {

using Duration = std::chrono::nanoseconds;

/// Nanoseconds on a monotonic clock; the zero point means nothing.
using TimePoint = std::chrono::time_point<std::chrono::steady_clock, Duration>;

/// Where Zanni reads the time. Nothing in core asks the operating system except through this.
/// Threads: now() may be called from any thread.
class Clock {
public:
    virtual ~Clock() = default;
    virtual TimePoint now() const = 0;
};

/// CLOCK_MONOTONIC.
class SystemClock final : public Clock {
public:
    TimePoint now() const override;
    /// Of its time 0, as the machine's calendar clock says at the moment; that one may be set.
    static Duration since_1970();
};

/// Stands still until it is moved. Threads: one.
class ManualClock final : public Clock {
public:
    TimePoint now() const override { return now_; }
    void advance(Duration by) { now_ += by; }

private:
    TimePoint now_{};
};

}  // namespace zanni
