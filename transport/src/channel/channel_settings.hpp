#pragma once

#include <cstddef>
#include <cstdint>

#include <zanni/clock.hpp>

namespace zanni::transport {

/// The numbers of a channel; all processes of a convention may have their own. Source: ADR 0009.
struct ChannelSettings {
    std::size_t window_frames = 256;           ///< unacknowledged at most
    std::uint32_t window_bytes = 1024 * 1024;  ///< likewise, and what this end grants to the other
    /// Unsent, of pairs of actors of whom nothing else waits: small messages that overtake the others; also how far
    /// these may reach over the window.
    std::size_t ahead_bytes = 64 * 1024;
    std::size_t ahead_message_bytes = 4 * 1024;  ///< of one that overtakes, at most
    std::size_t ahead_frame_bytes = 8 * 1024;    ///< that hold such
    /// Behind one that overtook, of what leaves in its turn so much goes with so small a window: the next that
    /// overtakes shall find a short queue on its way, too.
    std::size_t narrow_bytes = 16 * 1024 * 1024;
    std::size_t narrow_window_bytes = 384 * 1024;
    std::size_t congested_bytes = 1024 * 1024;  ///< unsent: senders are asked to pause, until half of it is left
    /// What has come and isn't acknowledged yet, at most: less than the narrow window, so that the sender needn't stop.
    std::size_t acknowledge_bytes = 192 * 1024;
    std::size_t acknowledge_frames = 48;
    Duration acknowledge_after = std::chrono::milliseconds(10);
    Duration ask_after = std::chrono::milliseconds(200);  ///< of silence; doubles up to ask_longest
    Duration ask_longest = std::chrono::seconds(2);
    Duration blocked_longest = std::chrono::seconds(60);  ///< then what is unsent becomes dead letters

    // Where the numbers of both ends begin. Another value than the protocol's is for tests of what happens at the wrap.
    std::uint32_t first_sequence = 1;  ///< of each epoch
    std::uint16_t first_epoch = 1;
};

}  // namespace zanni::transport
