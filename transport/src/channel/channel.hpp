#pragma once

#include <algorithm>
#include <array>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "channel/incoming_stream.hpp"
#include "channel/outgoing_stream.hpp"
#include "frame.hpp"

namespace zanni::transport {

/// This process's end of the stream to and from one other: what gathers for it, what is on its way to it, and what has
/// come from it.
///
/// Threads: one at a time.
class Channel {
public:
    Channel(const ChannelSettings& settings, std::uint64_t own, std::uint64_t peer)
        : out(settings),
          in(settings),
          settings_(settings),
          own_(own),
          peer_(peer),
          ahead_credit_(settings.ahead_bytes) {}

    OutgoingStream out;
    IncomingStream in;
    FrameBuilder open;                ///< gathers records
    std::uint32_t open_messages = 0;  ///< that are whole with it
    std::uint32_t open_words = 0;     ///< of these, those of the process itself, that nobody posted
    FrameBuilder ahead;               ///< the same, of small messages that overtake what waits
    bool listed = false;              ///< has something to say, and its turn will come
    bool wants_relief = false;        ///< somebody was told that it is congested
    bool starts_peer = false;         ///< it has asked for the peer to be started, and not heard of it yet
    bool told_closed = false;         ///< the peer has been granted no window
    bool by_lane = false;             ///< what leaves goes by the peer's lane
    /// Data frames, since the channel began.
    struct Moved {
        std::uint64_t frames = 0;
        std::uint64_t bytes = 0;

        void count(std::size_t frame_bytes) {
            ++frames;
            bytes += frame_bytes;
        }
    };
    Moved sent;
    Moved received;
    Moved looked_at;  ///< of both together, by take_traffic()

    /// Whether a small message between these two may overtake what waits: nothing of theirs is in that, nor anything
    /// for the peer process itself, which may be to create an actor that the message is for.
    bool may_overtake(std::uint64_t target, std::uint64_t sender) const;
    /// A record of theirs, of so many bytes, has been added, to `ahead` or to `open`.
    void note_ahead(std::size_t bytes) { ahead_credit_ -= std::min(bytes, ahead_credit_); }
    void note_open(std::uint64_t target, std::uint64_t sender);
    /// Completes the open frame; the one that goes ahead.
    void complete(bool part = false);
    void complete_ahead();
    /// The next frame that shall leave, the word on what has come from the peer in it; nothing when there is nothing to
    /// say. Good until the next call of anything here.
    std::optional<std::span<const std::byte>> next(TimePoint now, std::uint32_t window);
    bool has_to_say() const;
    /// What has come from the peer, to be sent whether the peer is to hear it or not. Good likewise.
    std::span<const std::byte> greeting(std::uint32_t window) { return acknowledgement(false, window); }
    /// Has what is due by now happen. What was blocked for too long comes back.
    std::vector<KeptFrame> tick(TimePoint now);

    std::size_t unsent_bytes() const {
        return out.waiting_bytes() + (open.records() ? open.bytes() : 0) + (ahead.records() ? ahead.bytes() : 0);
    }
    std::uint64_t messages() const { return out.messages() + open_messages - open_words + ahead.records(); }
    bool settled() const { return out.settled() && open.records() == 0 && ahead.records() == 0; }

private:
    std::optional<std::span<const std::byte>> take(TimePoint now, std::uint32_t window);
    KeptFrame complete(FrameBuilder& builder, std::uint32_t messages);
    bool still_waits(std::uint32_t frame) const;
    bool may_start_peer() const { return starts_peer && !out.is_heard_of(); }
    std::span<const std::byte> acknowledgement(bool answer, std::uint32_t window);

    static constexpr std::size_t places = 256;
    static std::size_t place_of(std::uint64_t target, std::uint64_t sender) {
        return ((target * 0x9e3779b97f4a7c15U) ^ (sender * 0xc2b2ae3d27d4eb4fU)) >> 56;
    }

    const ChannelSettings& settings_;
    std::uint64_t own_;
    std::uint64_t peer_;
    // By pair of actors: the last frame that a record of theirs is in, counted from 1. Two pairs may share a place:
    // then one of them doesn't overtake, though it could.
    std::array<std::uint32_t, places> last_frame_{};
    std::uint32_t last_to_process_ = 0;
    std::uint32_t open_frame_ = 1;
    std::size_t ahead_credit_;  // bytes that may overtake; what leaves in its turn earns as much, so nothing starves
    std::array<std::byte, frame_header_bytes> acknowledgement_{};
};

}  // namespace zanni::transport
