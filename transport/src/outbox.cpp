#include "outbox.hpp"

#include "process_id.hpp"

namespace zanni::transport {

std::expected<void, Error> Outbox::add(const Envelope& envelope) {
    if (waiting_bytes_ >= waiting_bytes_max)
        return std::unexpected(
            Error{Error::overloaded, std::to_string(waiting_bytes_max) + " bytes wait to leave this process"});
    const auto target = detail::parts_of(envelope.target);
    Lane& lane = lanes_[target.process];
    const std::size_t before = lane.open.records() ? lane.open.bytes() : 0;
    auto& out = lane.open.begin_record(
        {target.actor, detail::parts_of(envelope.sender).actor, envelope.message_id(), envelope.bases()});
    try {
        envelope.info().append_payload(envelope, out);
    } catch (...) {  // the user's code, or no memory
        lane.open.discard_record();
        throw;
    }
    if (auto ended = lane.open.end_record(); !ended) return ended;
    waiting_bytes_ += lane.open.bytes() - before;
    if (lane.open.bytes() >= full_frame_bytes) {
        close(target.process, lane);
    } else if (!lane.listed) {
        lane.listed = true;
        open_.push_back(target.process);
    }
    return {};
}

void Outbox::close(std::uint64_t destination, Lane& lane) {
    FrameHeader header;
    header.destination = destination;
    header.source = own_process_;
    header.sequence = lane.next_sequence++;
    complete_.push_back(lane.open.finish(header));
}

std::optional<std::vector<std::byte>> Outbox::take() {
    while (complete_.empty() && !open_.empty()) {
        const std::uint64_t destination = open_.front();
        open_.pop_front();
        Lane& lane = lanes_[destination];
        lane.listed = false;
        if (lane.open.records()) close(destination, lane);
    }
    if (complete_.empty()) return std::nullopt;
    auto frame = std::move(complete_.front());
    complete_.pop_front();
    waiting_bytes_ -= frame.size();
    return frame;
}

}  // namespace zanni::transport
