#pragma once

#include <algorithm>
#include <array>
#include <bit>
#include <chrono>
#include <cstddef>
#include <cstdint>

namespace plain_zmq {

/// Counts latencies in buckets less than 1% wide, in fixed memory however many there are. Threads: one.
class LatencyHistogram {
public:
    void add(std::chrono::nanoseconds latency) {
        const auto value = static_cast<std::uint64_t>(std::max<std::int64_t>(latency.count(), 0));
        ++buckets_[bucket_of(value)];
        ++count_;
        max_ = std::max(max_, latency);
    }

    /// The latency that this share of all stayed below or at; share is from 0 to 1.
    std::chrono::nanoseconds percentile(double share) const {
        const auto wanted = static_cast<std::uint64_t>(share * static_cast<double>(count_));
        std::uint64_t seen = 0;
        for (std::size_t bucket = 0; bucket < buckets_.size(); ++bucket) {
            seen += buckets_[bucket];
            if (seen > wanted) return std::min(max_, std::chrono::nanoseconds(lower_bound_of(bucket)));
        }
        return max_;
    }

    std::chrono::nanoseconds max() const { return max_; }

private:
    static constexpr std::size_t steps = 128;  // per power of two; values below 256 have a bucket each

    static constexpr std::size_t bucket_of(std::uint64_t value) {
        const auto shift = value < 2 * steps ? 0 : static_cast<std::size_t>(std::bit_width(value)) - 8;
        return shift * steps + (value >> shift);
    }
    static constexpr std::uint64_t lower_bound_of(std::size_t bucket) {
        const auto shift = bucket < 2 * steps ? 0 : bucket / steps - 1;
        return static_cast<std::uint64_t>(bucket - shift * steps) << shift;
    }

    std::array<std::uint64_t, 58 * steps> buckets_{};
    std::uint64_t count_ = 0;
    std::chrono::nanoseconds max_{0};
};

}  // namespace plain_zmq
