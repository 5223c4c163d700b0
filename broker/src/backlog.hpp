#pragma once

#include <cstddef>
#include <deque>
#include <map>
#include <optional>
#include <vector>

#include "socket.hpp"

namespace zanni::broker {

/// Frames for peers whose queue is full, in order, until there is room again.
/// Threads: one.
/// Limits: bytes_max for each peer, `all_bytes_max` for all; what is over is the caller's again. A peer's share is
/// somewhat larger for control frames, which nobody sends again.
class Backlog {
public:
    static constexpr std::size_t bytes_max = 64 * 1024 * 1024;
    static constexpr std::size_t control_bytes_max = bytes_max + 16 * 1024 * 1024;
    static constexpr std::size_t all_bytes_default = 1024 * 1024 * 1024;

    explicit Backlog(std::size_t all_bytes_max = all_bytes_default) : all_bytes_max_(all_bytes_max) {}

    /// A frame's part of the limits: small ones cost more than their bytes.
    static std::size_t cost(const transport::Frame& frame) { return frame.bytes().size() + sizeof frame; }

    bool holds(const transport::Peer& peer) const { return queues_.contains(peer); }
    bool holds_only(const transport::Peer& peer) const { return queues_.size() == 1 && holds(peer); }
    bool empty() const { return queues_.empty(); }
    std::size_t bytes() const { return bytes_; }  ///< the cost of all

    /// Gives the frame back when the peer's share is full.
    std::optional<transport::Frame> push(const transport::Peer& peer, transport::Frame frame,
                                         std::size_t limit = bytes_max);

    /// All that waits for the peer, which is forgotten.
    std::deque<transport::Frame> take(const transport::Peer& peer);

    /// Offers each peer's frames in order to `send(peer, frame)` until that says Sent::full. Returns what it called
    /// unknown.
    template <class Send>
    std::vector<transport::Frame> retry(Send send) {
        std::vector<transport::Frame> undeliverable;
        for (auto entry = queues_.begin(); entry != queues_.end();) {
            auto& [peer, queue] = *entry;
            while (!queue.frames.empty()) {
                const std::size_t size = cost(queue.frames.front());
                const transport::Sent sent = send(peer, queue.frames.front());
                if (sent == transport::Sent::full) break;
                if (sent == transport::Sent::unknown) undeliverable.push_back(std::move(queue.frames.front()));
                queue.frames.pop_front();
                queue.bytes -= size;
                bytes_ -= size;
            }
            entry = queue.frames.empty() ? queues_.erase(entry) : std::next(entry);
        }
        return undeliverable;
    }

private:
    struct Queue {
        std::deque<transport::Frame> frames;
        std::size_t bytes = 0;
    };
    const std::size_t all_bytes_max_;
    std::map<transport::Peer, Queue> queues_;
    std::size_t bytes_ = 0;
};

}  // namespace zanni::broker
