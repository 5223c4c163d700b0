#pragma once

#include <cstddef>
#include <cstdint>

#include <zanni/clock.hpp>

#include "channel/channel_settings.hpp"
#include "frame.hpp"

namespace zanni::transport {

/// The half of a channel that receives: lets each data frame pass once and in order, and says when the peer is to hear
/// of that. Pure.
///
/// Threads: one at a time.
/// Source: ADR 0009.
class IncomingStream {
public:
    explicit IncomingStream(const ChannelSettings& settings)
        : settings_(settings), last_(settings.first_sequence - 1) {}

    struct Verdict {
        bool take = false;       ///< it is the next one
        bool new_epoch = false;  ///< the peer began anew: what was left of its earlier frames is void
    };
    Verdict on_data(const FrameHeader& header, std::size_t bytes, TimePoint now);
    /// The peer wants to know what has arrived.
    void on_question() { due_now_ = true; }
    /// What write_word() says has changed otherwise.
    void tell() { due_now_ = true; }

    /// Whether the peer should hear now what has arrived.
    bool is_due() const { return due_now_; }
    /// When tick() makes it so; TimePoint::max() when the peer knows.
    TimePoint due() const { return due_; }
    void tick(TimePoint now) {
        if (due_ > now) return;
        due_ = TimePoint::max();
        due_now_ = true;
    }
    /// Into a header that is about to leave: it is told then.
    void write_word(FrameHeader& header);
    /// The same into an acknowledgement, which alone can say that something is missing.
    void write_acknowledgement(FrameHeader& header);

    std::uint64_t duplicates() const { return duplicates_; }
    std::uint64_t gaps() const { return gaps_; }

private:
    const ChannelSettings& settings_;
    std::uint16_t epoch_ = 0;  // 0: nothing has come yet
    std::uint32_t last_;
    std::size_t untold_bytes_ = 0;
    std::uint32_t untold_frames_ = 0;
    bool due_now_ = false;
    bool missing_ = false;   // to be told
    bool gap_told_ = false;  // since the last frame that was taken
    TimePoint due_ = TimePoint::max();
    std::uint64_t duplicates_ = 0;
    std::uint64_t gaps_ = 0;
};

}  // namespace zanni::transport
