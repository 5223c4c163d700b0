#include "frame.hpp"

#include <array>
#include <bit>
#include <concepts>
#include <cstring>
#include <string>
#include <utility>

#include <zanni/assert.hpp>

namespace zanni::transport {

namespace {

// Header offsets.
constexpr std::size_t version_at = 0;
constexpr std::size_t kind_at = 1;
constexpr std::size_t flags_at = 2;
constexpr std::size_t reason_at = 3;
constexpr std::size_t epoch_at = 4;
constexpr std::size_t acknowledged_epoch_at = 6;
constexpr std::size_t destination_at = 8;
constexpr std::size_t source_at = 16;
constexpr std::size_t sequence_at = 24;
constexpr std::size_t acknowledged_at = 28;
constexpr std::size_t window_at = 32;
constexpr std::size_t records_at = 36;

constexpr std::uint8_t extended_flag = 1;
constexpr std::uint8_t answer_flag = 2;
constexpr std::uint8_t missing_flag = 4;
constexpr std::uint8_t starts_flag = 8;
constexpr std::size_t extension_length_bytes = 4;

// Record offsets.
constexpr std::size_t target_at = 0;
constexpr std::size_t sender_at = 8;
constexpr std::size_t type_at = 16;
constexpr std::size_t length_at = 24;
constexpr std::size_t bases_at = 28;
constexpr std::size_t parts_at = 30;
constexpr std::uint16_t continues_flag = 0x8000;
constexpr std::size_t base_bytes = 8;

template <std::unsigned_integral T>
T little_endian(T value) {
    if constexpr (std::endian::native == std::endian::big) return std::byteswap(value);
    return value;
}

template <std::unsigned_integral T>
T load(std::span<const std::byte> bytes, std::size_t offset) {
    T value;
    std::memcpy(&value, bytes.data() + offset, sizeof value);
    return little_endian(value);
}

template <std::unsigned_integral T>
void store(std::span<std::byte> bytes, std::size_t offset, T value) {
    value = little_endian(value);
    std::memcpy(bytes.data() + offset, &value, sizeof value);
}

std::unexpected<Error> malformed(std::string context) {
    return std::unexpected(Error{Error::malformed, std::move(context)});
}

std::unexpected<Error> too_large(const char* what, std::size_t bytes, std::size_t bytes_max) {
    return std::unexpected(Error{Error::too_large, std::string(what) + " of " + std::to_string(bytes) +
                                                       " bytes, the limit is " + std::to_string(bytes_max)});
}

// The records' bytes: what follows the header and, unread, the extension.
std::expected<std::span<const std::byte>, Error> skip_extension(const FrameHeader& header,
                                                                std::span<const std::byte> frame) {
    const auto rest = frame.subspan(frame_header_bytes);
    if (!header.extended) return rest;
    if (rest.size() < extension_length_bytes) return malformed("frame ends within its extension's length");
    const std::size_t length = load<std::uint32_t>(rest, 0);
    if (length > extension_bytes_max) return too_large("extension", length, extension_bytes_max);
    if (length > rest.size() - extension_length_bytes)
        return malformed("extension of " + std::to_string(length) + " bytes, the frame has " +
                         std::to_string(rest.size() - extension_length_bytes) + " left");
    return rest.subspan(extension_length_bytes + length);
}

}  // namespace

std::expected<FrameHeader, Error> decode_header(std::span<const std::byte> frame) {
    if (frame.size() < frame_header_bytes)
        return malformed("frame of " + std::to_string(frame.size()) + " bytes, a header has " +
                         std::to_string(frame_header_bytes));
    if (frame.size() > frame_bytes_max) return too_large("frame", frame.size(), frame_bytes_max);

    // First of all the version: what other versions keep behind it, this one can't know.
    const auto version = load<std::uint8_t>(frame, version_at);
    if (version != protocol_version)
        return malformed("frame of protocol version " + std::to_string(version) + ", this end speaks version " +
                         std::to_string(protocol_version));
    const auto kind = static_cast<FrameKind>(load<std::uint8_t>(frame, kind_at));
    if (kind < FrameKind::data || kind > FrameKind::acknowledgement)
        return malformed("frame of unknown kind " + std::to_string(std::to_underlying(kind)));
    const auto flags = load<std::uint8_t>(frame, flags_at);
    const auto known_flags = kind == FrameKind::acknowledgement
                                 ? extended_flag | answer_flag | missing_flag | starts_flag
                                 : extended_flag | (kind == FrameKind::data ? starts_flag : 0);
    if ((flags & ~known_flags) != 0) return malformed("frame with unknown flags " + std::to_string(flags));
    const auto reason = load<std::uint8_t>(frame, reason_at);
    if ((reason != 0) != (kind == FrameKind::returned))
        return malformed("frame of kind " + std::to_string(std::to_underlying(kind)) + " with reason " +
                         std::to_string(reason));
    const auto records = load<std::uint32_t>(frame, records_at);
    const bool may_have_records = kind == FrameKind::data || kind == FrameKind::control;
    if (!may_have_records && records != 0)
        return malformed("frame of kind " + std::to_string(std::to_underlying(kind)) + " with " +
                         std::to_string(records) + " records");

    return FrameHeader{.kind = kind,
                       .extended = (flags & extended_flag) != 0,
                       .answer = (flags & answer_flag) != 0,
                       .missing = (flags & missing_flag) != 0,
                       .starts = (flags & starts_flag) != 0,
                       .reason = reason,
                       .destination = load<std::uint64_t>(frame, destination_at),
                       .source = load<std::uint64_t>(frame, source_at),
                       .records = records,
                       .epoch = load<std::uint16_t>(frame, epoch_at),
                       .acknowledged_epoch = load<std::uint16_t>(frame, acknowledged_epoch_at),
                       .sequence = load<std::uint32_t>(frame, sequence_at),
                       .acknowledged = load<std::uint32_t>(frame, acknowledged_at),
                       .window = load<std::uint32_t>(frame, window_at)};
}

void encode_header(const FrameHeader& header, std::span<std::byte, frame_header_bytes> frame) {
    store(frame, version_at, protocol_version);
    store(frame, kind_at, std::to_underlying(header.kind));
    store(frame, flags_at,
          static_cast<std::uint8_t>((header.extended ? extended_flag : 0) | (header.answer ? answer_flag : 0) |
                                    (header.missing ? missing_flag : 0) | (header.starts ? starts_flag : 0)));
    store(frame, reason_at, header.reason);
    store(frame, epoch_at, header.epoch);
    store(frame, acknowledged_epoch_at, header.acknowledged_epoch);
    store(frame, destination_at, header.destination);
    store(frame, source_at, header.source);
    store(frame, sequence_at, header.sequence);
    store(frame, acknowledged_at, header.acknowledged);
    store(frame, window_at, header.window);
    store(frame, records_at, header.records);
}

std::expected<FrameHeader, Error> check_frame(std::span<const std::byte> frame) {
    auto header = decode_header(frame);
    if (!header) return header;
    auto records = RecordReader::open(*header, frame);
    if (!records) return std::unexpected(std::move(records.error()));
    while (true) {
        auto record = records->next();
        if (!record) return std::unexpected(std::move(record.error()));
        if (!*record) return header;
    }
}

std::vector<RecordTrace> traces_of(const FrameHeader& header, std::span<const std::byte> frame) {
    if (!header.extended) return {};
    const auto records = skip_extension(header, frame);
    if (!records) return {};
    const auto extension = frame.subspan(frame_header_bytes + extension_length_bytes);
    return read_trace_extension(extension.first(extension.size() - records->size()));
}

std::vector<std::byte> returned_frame(const FrameHeader& header, Error::Code reason) {
    ZANNI_ASSERT(header.kind == FrameKind::data || header.kind == FrameKind::acknowledgement,
                 "only what goes from process to process is answered");
    ZANNI_ASSERT(reason > 0 && reason <= 255, "a reason has one byte, and 0 says there is none");
    FrameHeader back = header;
    back.kind = FrameKind::returned;
    back.extended = back.answer = back.missing = back.starts = false;
    back.reason = static_cast<std::uint8_t>(reason);
    std::swap(back.destination, back.source);
    back.records = 0;
    std::vector<std::byte> frame(frame_header_bytes);
    encode_header(back, std::span(frame).first<frame_header_bytes>());
    return frame;
}

std::expected<RecordReader, Error> RecordReader::open(const FrameHeader& header, std::span<const std::byte> frame) {
    ZANNI_ASSERT(frame.size() >= frame_header_bytes, "open takes a frame whose header has been decoded");
    auto rest = skip_extension(header, frame);
    if (!rest) return std::unexpected(std::move(rest.error()));
    const auto records_fit = rest->size() / record_header_bytes;
    if (header.records > records_fit)
        return malformed("frame of " + std::to_string(header.records) + " records, its " +
                         std::to_string(rest->size()) + " bytes hold " + std::to_string(records_fit) + " at most");
    return RecordReader(*rest, header.records);
}

std::expected<std::optional<RecordView>, Error> RecordReader::next() {
    if (records_left_ == 0) {
        if (!rest_.empty()) return malformed(std::to_string(rest_.size()) + " bytes after the last record");
        return std::nullopt;
    }
    if (rest_.size() < record_header_bytes) return malformed("frame ends within a record's header");
    const std::size_t length = load<std::uint32_t>(rest_, length_at);
    const std::size_t base_count = load<std::uint16_t>(rest_, bases_at);
    if (base_count > record_bases_max)
        return malformed("record with " + std::to_string(base_count) + " bases, at most " +
                         std::to_string(record_bases_max));
    const auto parts = load<std::uint16_t>(rest_, parts_at);
    RecordView record{.target_actor = load<std::uint64_t>(rest_, target_at),
                      .sender_actor = load<std::uint64_t>(rest_, sender_at),
                      .type = load<std::uint64_t>(rest_, type_at),
                      .bases = {},
                      .parts_left = static_cast<std::uint16_t>(parts & ~continues_flag),
                      .continues = (parts & continues_flag) != 0,
                      .payload = {}};
    auto behind = rest_.subspan(record_header_bytes);
    if (base_count * base_bytes > behind.size()) return malformed("frame ends within a record's bases");
    for (std::size_t i = 0; i < base_count; ++i) record.bases.push_back(load<std::uint64_t>(behind, i * base_bytes));
    behind = behind.subspan(base_count * base_bytes);
    if (length > behind.size())
        return malformed("payload of " + std::to_string(length) + " bytes, the frame has " +
                         std::to_string(behind.size()) + " left");
    record.payload = behind.first(length);
    rest_ = behind.subspan(length);
    --records_left_;
    return record;
}

FrameBuilder::FrameBuilder() : frame_(frame_header_bytes) {}

std::vector<std::byte>& FrameBuilder::begin_record(const RecordHeader& record) {
    ZANNI_ASSERT(open_record_ == 0, "the record before has not been ended");
    ZANNI_ASSERT(frame_.size() <= gathered_bytes_max, "a frame that full must be finished first");
    open_record_ = frame_.size();
    frame_.resize(open_record_ + record_header_bytes);
    const auto bytes = std::span(frame_).subspan(open_record_);
    store(bytes, target_at, record.target_actor);
    store(bytes, sender_at, record.sender_actor);
    store(bytes, type_at, record.type);
    ZANNI_ASSERT(record.bases.size() <= record_bases_max, "a message has more bases than a record names");
    store(bytes, bases_at, static_cast<std::uint16_t>(record.bases.size()));
    store(bytes, parts_at, static_cast<std::uint16_t>(record.parts_left | (record.continues ? continues_flag : 0)));
    for (const std::uint64_t base : record.bases) {
        const std::size_t at = frame_.size();
        frame_.resize(at + base_bytes);
        store(std::span(frame_), at, base);
    }
    payload_ = frame_.size();
    return frame_;
}

std::expected<void, Error> FrameBuilder::end_record() {
    ZANNI_ASSERT(open_record_ != 0, "no record has been begun");
    ZANNI_ASSERT(frame_.size() >= payload_, "a payload is appended, nothing is taken away");
    const auto payload_bytes = frame_.size() - payload_;
    if (frame_.size() - open_record_ - record_header_bytes > record_bytes_max) {
        discard_record();
        return too_large("payload", payload_bytes, record_bytes_max);
    }
    store(std::span(frame_), open_record_ + length_at, static_cast<std::uint32_t>(payload_bytes));
    open_record_ = 0;
    ++records_;
    return {};
}

void FrameBuilder::discard_record() {
    ZANNI_ASSERT(open_record_ != 0, "no record has been begun");
    frame_.resize(open_record_);
    frame_.shrink_to_fit();  // or one huge payload would leave its memory to a small frame
    open_record_ = 0;
}

void FrameBuilder::trace_record(const TraceContext& context) {
    ZANNI_ASSERT(open_record_ == 0 && records_ != 0, "no record has been ended");
    if (traces_.size() < record_traces_max) traces_.push_back({records_ - 1, context});
}

/// Few frames have any, so what has gathered makes room.
void FrameBuilder::insert_extension() {
    const auto map = trace_extension(traces_);
    traces_.clear();
    std::array<std::byte, extension_length_bytes> length{};
    store(length, 0, static_cast<std::uint32_t>(map.size()));
    const auto first_record = frame_.begin() + frame_header_bytes;
    frame_.insert(frame_.insert(first_record, map.begin(), map.end()), length.begin(), length.end());
}

std::vector<std::byte> FrameBuilder::finish(const FrameHeader& header, std::vector<std::byte> spare) {
    ZANNI_ASSERT(open_record_ == 0, "the last record has not been ended");
    ZANNI_ASSERT(header.extended == is_extended(), "the header says whether there is an extension");
    if (is_extended()) insert_extension();
    FrameHeader complete = header;
    complete.records = std::exchange(records_, 0);
    encode_header(complete, std::span(frame_).first<frame_header_bytes>());
    spare.assign(frame_header_bytes, std::byte{0});
    return std::exchange(frame_, std::move(spare));
}

}  // namespace zanni::transport
