#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include <zanni/envelope.hpp>
#include <zanni/marshal.hpp>

#include "channel/channels.hpp"
#include "frame.hpp"
#include "process_id.hpp"

/// What the tests of channels share: a process, its peers, and what these say.
namespace zanni::test {

inline constexpr std::uint64_t here = transport::process_id(0xa1000001, 3);
inline constexpr std::uint64_t there = transport::process_id(0xa2000001, 1);
inline constexpr std::uint64_t elsewhere = transport::process_id(0xa3000001, 1);

inline constexpr TimePoint start = TimePoint(std::chrono::hours(1));
inline constexpr std::uint32_t whole_window = 1024 * 1024;

inline EnvelopePtr text_for(std::uint64_t process, const std::string& text) {
    return make_envelope(detail::make_address({process, 11}), detail::make_address({here, 22}), text);
}

/// What a peer says has arrived, in a frame of its own.
inline transport::FrameHeader word_of(std::uint64_t peer, std::uint16_t epoch, std::uint32_t acknowledged,
                                      std::uint32_t window = whole_window) {
    transport::FrameHeader header;
    header.kind = transport::FrameKind::acknowledgement;
    header.source = peer;
    header.destination = here;
    header.acknowledged_epoch = epoch;
    header.acknowledged = acknowledged;
    header.window = window;
    return header;
}

inline transport::FrameHeader data_of(std::uint64_t peer, std::uint16_t epoch, std::uint32_t sequence) {
    transport::FrameHeader header;
    header.source = peer;
    header.destination = here;
    header.epoch = epoch;
    header.sequence = sequence;
    header.window = whole_window;
    return header;
}

/// A frame and the strings in it.
struct Taken {
    transport::FrameHeader header;
    std::vector<std::string> texts;
};
inline Taken taken(std::span<const std::byte> frame) {
    Taken taken{transport::check_frame(frame).value(), {}};
    auto reader = transport::RecordReader::open(taken.header, frame).value();
    while (const auto record = reader.next().value())
        taken.texts.push_back(unmarshalled<std::string>(record->payload).value());
    return taken;
}
/// The next one; nothing when there is none.
inline std::optional<Taken> take(transport::Channels& channels, TimePoint now = start) {
    const auto frame = channels.next(now);
    return frame ? std::optional(taken(*frame)) : std::nullopt;
}

}  // namespace zanni::test
