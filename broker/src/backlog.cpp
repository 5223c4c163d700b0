#include "backlog.hpp"

#include <utility>

namespace zanni::broker {

std::optional<transport::Frame> Backlog::push(const transport::Peer& peer, transport::Frame frame, std::size_t limit) {
    const std::size_t size = cost(frame);
    const auto found = queues_.find(peer);
    const std::size_t waiting = found == queues_.end() ? 0 : found->second.bytes;
    if (waiting + size > limit || bytes_ + size > all_bytes_max_) return frame;
    Queue& queue = queues_[peer];
    queue.bytes += size;
    bytes_ += size;
    queue.frames.push_back(std::move(frame));
    return std::nullopt;
}

std::deque<transport::Frame> Backlog::take(const transport::Peer& peer) {
    auto node = queues_.extract(peer);
    if (node.empty()) return {};
    bytes_ -= node.mapped().bytes;
    return std::move(node.mapped().frames);
}

}  // namespace zanni::broker
