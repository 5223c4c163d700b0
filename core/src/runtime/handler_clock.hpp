#pragma once

#include <cstdint>
#include <mutex>
#include <unordered_map>

#include <zanni/actor_type.hpp>
#include <zanni/clock.hpp>
#include <zanni/survey.hpp>

namespace zanni::detail {

/// Which messages of a worker are timed: all at first when it has rested, as it has time then, and ever fewer, down to
/// one in `interval_max`, while it is busy. Each stands for those that came before it.
/// Threads: the worker's.
class HandlerSamples {
public:
    static constexpr std::uint32_t interval_max = 64;

    /// Whether to time this message.
    bool next() { return --left_ == 0; }
    /// It has been timed. Returns for how many messages it stands.
    std::uint32_t taken() {
        const std::uint32_t stands_for = interval_;
        if (interval_ < interval_max) interval_ *= 2;
        left_ = interval_;
        return stands_for;
    }
    void rested() { left_ = interval_ = 1; }

private:
    std::uint32_t interval_ = 1;
    std::uint32_t left_ = 1;
};

/// How long the handlers of each actor type took.
/// Threads: any.
class HandlerClock {
public:
    void add(const ActorType& type, Duration took, std::uint32_t messages);
    std::unordered_map<const ActorType*, HandlerTimes> times() const;

private:
    mutable std::mutex mutex_;
    std::unordered_map<const ActorType*, HandlerTimes> times_;  // guarded by it
};

}  // namespace zanni::detail
