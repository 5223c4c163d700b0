#pragma once

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
        : out(settings), in(settings), own_(own), peer_(peer) {}

    OutgoingStream out;
    IncomingStream in;
    FrameBuilder open;                ///< gathers records
    std::uint32_t open_messages = 0;  ///< that are whole with it
    bool listed = false;              ///< has something to say, and its turn will come
    bool wants_relief = false;        ///< somebody was told that it is congested
    bool starts_peer = false;         ///< it has asked for the peer to be started, and not heard of it yet
    bool told_closed = false;         ///< the peer has been granted no window

    /// Completes the open frame.
    void complete();
    /// The next frame that shall leave, the word on what has come from the peer in it; nothing when there is nothing to
    /// say. Good until the next call of anything here.
    std::optional<std::span<const std::byte>> next(TimePoint now, std::uint32_t window);
    bool has_to_say() const;
    /// Has what is due by now happen. What was blocked for too long comes back.
    std::vector<KeptFrame> tick(TimePoint now);

    std::size_t unsent_bytes() const { return out.waiting_bytes() + (open.records() ? open.bytes() : 0); }
    std::uint64_t messages() const { return out.messages() + open_messages; }
    bool settled() const { return out.settled() && open.records() == 0; }

private:
    std::optional<std::span<const std::byte>> take(TimePoint now, std::uint32_t window);
    bool may_start_peer() const { return starts_peer && !out.is_heard_of(); }
    std::span<const std::byte> acknowledgement(bool answer, std::uint32_t window);

    std::uint64_t own_;
    std::uint64_t peer_;
    std::array<std::byte, frame_header_bytes> acknowledgement_{};
};

}  // namespace zanni::transport
