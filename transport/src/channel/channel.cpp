#include "channel/channel.hpp"

#include <utility>

#include "channel/serial.hpp"

namespace zanni::transport {

bool Channel::may_overtake(std::uint64_t target, std::uint64_t sender) const {
    if (!out.has_waiting() || ahead_credit_ < settings_.ahead_message_bytes) return false;
    return !still_waits(last_to_process_) && !still_waits(last_frame_[place_of(target, sender)]);
}

bool Channel::still_waits(std::uint32_t frame) const { return frame != 0 && is_later(frame, out.left()); }

void Channel::note_open(std::uint64_t target, std::uint64_t sender) {
    last_frame_[place_of(target, sender)] = open_frame_;
    if (target == 0) last_to_process_ = open_frame_;
}

KeptFrame Channel::complete(FrameBuilder& builder, std::uint32_t messages) {
    KeptFrame frame;
    frame.header.source = own_;
    frame.header.destination = peer_;
    frame.header.records = builder.records();
    frame.header.extended = builder.is_extended();
    frame.messages = messages;
    frame.bytes = builder.finish(frame.header, out.take_spare());
    return frame;
}

void Channel::complete(bool part) {
    KeptFrame frame = complete(open, std::exchange(open_messages, 0));
    frame.is_part = part;
    frame.words = std::exchange(open_words, 0);
    out.add(std::move(frame));
    if (++open_frame_ == 0) open_frame_ = 1;
}

void Channel::complete_ahead() { out.add_ahead(complete(ahead, ahead.records())); }

std::optional<std::span<const std::byte>> Channel::next(TimePoint now, std::uint32_t window) {
    const auto frame = take(now, window);
    if (open.records() != 0 || ahead.records() != 0) out.hold(now);
    return frame;
}

std::optional<std::span<const std::byte>> Channel::take(TimePoint now, std::uint32_t window) {
    if (out.take_question()) return acknowledgement(true, window);
    if (ahead.records() != 0 && out.may_send_ahead()) complete_ahead();
    if (open.records() != 0 && !out.has_waiting() && out.window_is_open()) complete();
    const std::uint32_t left = out.left();
    if (KeptFrame* const frame = out.next(now)) {
        if (out.left() != left) ahead_credit_ = std::min(ahead_credit_ + frame->bytes.size(), settings_.ahead_bytes);
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
    const bool expires = out.expires_at() <= now && !out.window_is_open();
    if (ahead.records() != 0 && expires) complete_ahead();
    if (open.records() != 0 && expires) complete();
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
    return out.question_due() || out.can_send() || (open.records() != 0 && out.window_is_open()) ||
           (ahead.records() != 0 && out.may_send_ahead()) || in.is_due();
}

}  // namespace zanni::transport
