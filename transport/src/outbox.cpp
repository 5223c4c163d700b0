#include "outbox.hpp"

#include <algorithm>
#include <string>

#include <zanni/gateway.hpp>

#include "process_id.hpp"

namespace zanni::transport {

std::expected<void, Error> Outbox::add(const Envelope& envelope) {
    if (waiting_bytes_ >= waiting_bytes_max)
        return std::unexpected(
            Error{Error::overloaded, std::to_string(waiting_bytes_max) + " bytes wait to leave this process"});
    const auto target = detail::parts_of(envelope.target);
    Lane& lane = lanes_[target.process];
    const std::size_t before = lane.open.records() ? lane.open.bytes() : 0;
    const RecordHeader header{
        target.actor, detail::parts_of(envelope.sender).actor, envelope.message_id(), envelope.bases(), 0, false};
    auto& out = lane.open.begin_record(header);
    const std::size_t payload_at = out.size();
    try {
        envelope.info().append_payload(envelope, out);
    } catch (...) {  // the user's code, or no memory
        lane.open.discard_record();
        throw;
    }
    if (const std::size_t bytes = out.size() - payload_at; bytes > part_bytes) {
        const std::vector<std::byte> payload(out.begin() + static_cast<std::ptrdiff_t>(payload_at), out.end());
        lane.open.discard_record();
        if (bytes > message_bytes_max)
            return std::unexpected(Error{
                Error::too_large,
                "message of " + std::to_string(bytes) + " bytes, the limit is " + std::to_string(message_bytes_max)});
        waiting_bytes_ -= before;
        add_in_parts(target.process, lane, header, payload);
        return {};
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

/// Behind what is in the open frame, which is closed for that.
void Outbox::add_in_parts(std::uint64_t destination, Lane& lane, RecordHeader header,
                          std::span<const std::byte> payload) {
    const auto close_counted = [&] {
        waiting_bytes_ += lane.open.bytes();
        close(destination, lane);
    };
    if (lane.open.records()) close_counted();
    header.parts_left = static_cast<std::uint16_t>((payload.size() + part_bytes - 1) / part_bytes);
    while (!payload.empty()) {
        --header.parts_left;
        const auto part = payload.first(std::min(part_bytes, payload.size()));
        auto& out = lane.open.begin_record(header);
        out.insert(out.end(), part.begin(), part.end());
        static_cast<void>(lane.open.end_record().value());
        close_counted();
        header.continues = true;
        payload = payload.subspan(part.size());
    }
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
