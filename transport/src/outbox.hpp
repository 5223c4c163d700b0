#pragma once

#include <cstdint>
#include <deque>
#include <expected>
#include <optional>
#include <span>
#include <unordered_map>
#include <utility>
#include <vector>

#include <zanni/envelope.hpp>
#include <zanni/error.hpp>

#include "frame.hpp"

namespace zanni::transport {

/// Gathers what leaves a process into frames: one open frame per destination, closed when it is full or when the sender
/// takes what there is. The more is sent at once, the fewer frames; nothing ever waits for more. Pure: no sockets, no
/// clock.
///
/// Threads: one at a time.
/// Limits: waiting_bytes_max in all; a message over it is refused.
class Outbox {
public:
    static constexpr std::size_t full_frame_bytes = 32 * 1024;
    static constexpr std::size_t waiting_bytes_max = 256 * 1024 * 1024;

    explicit Outbox(std::uint64_t own_process) : own_process_(own_process) {}

    /// Marshals the message into the open frame of its target's process, or into several of its own if it is large.
    /// Errors: Error::too_large, Error::overloaded; nothing was added then.
    std::expected<void, Error> add(const Envelope& envelope);

    /// The oldest complete frame, else an open one; nothing when there is none.
    std::optional<std::vector<std::byte>> take();

    /// Drops what is kept for destinations that are gone and have nothing waiting: `gone(process)`.
    template <class Gone>
    void forget(Gone gone) {
        std::erase_if(lanes_, [&](const auto& lane) { return !lane.second.listed && gone(lane.first); });
    }

    bool empty() const { return waiting_bytes_ == 0; }
    std::size_t waiting_bytes() const { return waiting_bytes_; }

private:
    struct Lane {
        FrameBuilder open;
        std::uint32_t next_sequence = 1;
        bool listed = false;  ///< in open_
    };
    void close(std::uint64_t destination, Lane& lane);
    void add_in_parts(std::uint64_t destination, Lane& lane, RecordHeader header, std::span<const std::byte> payload);

    const std::uint64_t own_process_;
    std::unordered_map<std::uint64_t, Lane> lanes_;
    std::deque<std::uint64_t> open_;  // destinations with an open frame, oldest first
    std::deque<std::vector<std::byte>> complete_;
    std::size_t waiting_bytes_ = 0;
};

}  // namespace zanni::transport
