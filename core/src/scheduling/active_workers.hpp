#pragma once

#include <cstdint>

#include <zanni/clock.hpp>

namespace zanni::detail {

/// How many workers should run actors at once. All, as a rule. But where handlers are very short, a message that passes
/// from core to core costs more than handling it, and two workers get less done than one. So while all that run are
/// busy and a message takes less than a microsecond, it tries half as many now and then, or twice as many, and stays
/// with what gets more done. Pure.
///
/// Threads: one at a time.
/// Source: ADR 0018; hill climbing as in J. Hellerstein et al., "Optimizing Concurrency Levels in the .NET ThreadPool",
/// 2008.
class ActiveWorkers {
public:
    /// Shorter looks are passed over.
    static constexpr Duration window = std::chrono::milliseconds(10);
    static constexpr Duration trial_after = std::chrono::milliseconds(50);
    static constexpr Duration trial_after_longest = std::chrono::seconds(2);
    /// Messages in a second, per worker that runs: with less it makes no trials.
    static constexpr double short_messages = 1e6;
    /// What is tried has to be so much better.
    static constexpr double better = 1.05;

    explicit ActiveWorkers(unsigned workers) : workers_(workers), allowed_(workers) {}

    unsigned allowed() const { return allowed_; }

    /// `messages` handled so far by all, and how often a worker has found nothing to run so far.
    void look(TimePoint now, std::uint64_t messages, std::uint64_t idled);
    /// A worker finds nothing to run: all may.
    unsigned rest();

private:
    enum class Stage : std::uint8_t { settled, settling, trying };

    void begin_window(TimePoint now, std::uint64_t messages, std::uint64_t idled);
    void try_another(double rate);
    unsigned other() const;

    const unsigned workers_;
    unsigned allowed_;
    Stage stage_ = Stage::settled;
    unsigned before_ = 0;  // the trial
    double rate_before_ = 0;
    Duration trial_after_ = trial_after;
    TimePoint trial_at_{};

    bool has_window_ = false;
    TimePoint window_began_{};
    std::uint64_t messages_ = 0;
    std::uint64_t idled_ = 0;
};

}  // namespace zanni::detail
