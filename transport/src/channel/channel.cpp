#include "channel/channel.hpp"

#include <utility>

namespace zanni::transport {

void Channel::complete() {
    KeptFrame frame;
    frame.header.source = own_;
    frame.header.destination = peer_;
    frame.header.records = open.records();
    frame.messages = std::exchange(open_messages, 0);
    frame.bytes = open.finish(frame.header, out.take_spare());
    out.add(std::move(frame));
}

std::optional<std::span<const std::byte>> Channel::next(TimePoint now, std::uint32_t window) {
    const auto frame = take(now, window);
    if (open.records() != 0) out.hold(now);
    return frame;
}

std::optional<std::span<const std::byte>> Channel::take(TimePoint now, std::uint32_t window) {
    if (out.take_question()) return acknowledgement(true, window);
    if (open.records() != 0 && !out.has_waiting() && out.window_is_open()) complete();
    if (KeptFrame* const frame = out.next(now)) {
        in.write_word(frame->header);
        frame->header.window = window;
        frame->header.starts = may_start_peer();
        encode_header(frame->header, std::span(frame->bytes).first<frame_header_bytes>());
        return frame->bytes;
    }
    if (in.is_due()) return acknowledgement(false, window);
    return std::nullopt;
}

std::vector<KeptFrame> Channel::tick(TimePoint now) {
    if (open.records() != 0 && out.expires_at() <= now && !out.window_is_open()) complete();
    in.tick(now);
    return out.tick(now);
}

std::span<const std::byte> Channel::acknowledgement(bool answer, std::uint32_t window) {
    FrameHeader header;
    header.kind = FrameKind::acknowledgement;
    header.source = own_;
    header.destination = peer_;
    header.epoch = out.epoch();
    header.answer = answer;
    header.starts = may_start_peer();
    header.window = window;
    in.write_acknowledgement(header);
    encode_header(header, acknowledgement_);
    return acknowledgement_;
}

bool Channel::has_to_say() const {
    return out.question_due() || out.can_send() || (open.records() != 0 && out.window_is_open()) || in.is_due();
}

}  // namespace zanni::transport
