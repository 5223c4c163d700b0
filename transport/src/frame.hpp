#pragma once

#include <cstddef>
#include <cstdint>
#include <expected>
#include <optional>
#include <span>
#include <vector>

#include <zanni/error.hpp>

#include "trace_extension.hpp"

/// The bytes on the bus: one ZeroMQ frame holds a header, an optional extension and records. Functions on bytes and two
/// small values, no sockets. Every length from outside is checked before it is used.
/// Source: docs/protocol.md, ADR 0002.
namespace zanni::transport {

inline constexpr std::uint8_t protocol_version = 1;
inline constexpr std::size_t frame_header_bytes = 40;
inline constexpr std::size_t record_header_bytes = 32;

inline constexpr std::size_t frame_bytes_max = 16 * 1024 * 1024;
inline constexpr std::size_t extension_bytes_max = 4 * 1024;
/// What may have gathered in a frame before the next record.
inline constexpr std::size_t gathered_bytes_max = 1024 * 1024;
/// One record's payload: small enough that it still fits behind what has gathered.
inline constexpr std::size_t record_bytes_max = frame_bytes_max - gathered_bytes_max - record_header_bytes;

enum class FrameKind : std::uint8_t {
    data = 1,             ///< from process to process; brokers pass it on by its header alone
    control = 2,          ///< for the other end of the link itself
    returned = 3,         ///< a header on its way back to its source: there is no such destination
    acknowledgement = 4,  ///< from process to process, a header alone
};

struct FrameHeader {
    FrameKind kind = FrameKind::data;
    bool extended = false;          ///< an extension stands between the header and the records
    bool answer = false;            ///< of an acknowledgement: the peer shall acknowledge at once
    bool missing = false;           ///< of an acknowledgement: what follows `acknowledged` has been lost
    bool starts = false;            ///< data, acknowledgement: the destination may have to be started for it
    std::uint8_t reason = 0;        ///< an Error::Code in a returned frame, else 0
    std::uint64_t destination = 0;  ///< process
    std::uint64_t source = 0;       ///< process
    std::uint32_t records = 0;

    // The channel's; here they are only carried.
    std::uint16_t epoch = 0;               ///< of what the source sends
    std::uint16_t acknowledged_epoch = 0;  ///< of what it has received
    std::uint32_t sequence = 0;
    std::uint32_t acknowledged = 0;
    std::uint32_t window = 0;  ///< bytes that the source takes unacknowledged

    friend bool operator==(const FrameHeader&, const FrameHeader&) = default;
};

struct RecordHeader {
    std::uint64_t target_actor = 0;          ///< 0: the process itself
    std::uint64_t sender_actor = 0;          ///< 0: none
    std::uint64_t type = 0;                  ///< zanni::message_id of the payload
    std::span<const std::uint64_t> bases{};  ///< message_ids of what that type is based on, nearest first
    std::uint16_t parts_left = 0;            ///< records that follow with more of the same message, at most 32,767
    bool continues = false;                  ///< the record before this one held the part before
};

/// A larger message travels in parts, a frame each.
inline constexpr std::size_t part_bytes = 128 * 1024;

/// How many bases a record names.
inline constexpr std::size_t record_bases_max = 8;

/// Looks into the frame it was read from, and is good for as long as that.
struct RecordView {
    std::uint64_t target_actor = 0;
    std::uint64_t sender_actor = 0;
    std::uint64_t type = 0;
    std::vector<std::uint64_t> bases;  ///< empty for nearly all
    std::uint16_t parts_left = 0;
    bool continues = false;
    std::span<const std::byte> payload;
};

/// All that a broker needs in order to route; looks at nothing behind the header. Allocates only for an error's text.
/// Errors: Error::malformed, Error::too_large.
std::expected<FrameHeader, Error> decode_header(std::span<const std::byte> frame);

void encode_header(const FrameHeader& header, std::span<std::byte, frame_header_bytes> frame);

/// Checks everything, records too, so that a receiver can refuse a bad frame before it acts on any part of it.
/// Errors: Error::malformed, Error::too_large.
std::expected<FrameHeader, Error> check_frame(std::span<const std::byte> frame);

/// Which records of a checked frame belong to a trace.
std::vector<RecordTrace> traces_of(const FrameHeader& header, std::span<const std::byte> frame);

/// What a broker answers to a data or acknowledgement frame for a process that doesn't exist: the header with source
/// and destination exchanged, no records, and the reason.
std::vector<std::byte> returned_frame(const FrameHeader& header, Error::Code reason);

/// Walks the records of a frame. After check_frame() neither open() nor next() fails.
class RecordReader {
public:
    /// `header` is what decode_header() made of `frame`; the frame must outlive the reader.
    /// Errors: Error::malformed if the extension or that many records can't fit, Error::too_large for the extension.
    static std::expected<RecordReader, Error> open(const FrameHeader& header, std::span<const std::byte> frame);

    /// Nothing after the last record. An error ends the walk: each further call gives it again.
    /// Errors: Error::malformed if a record runs over the end, or bytes are left after the last.
    std::expected<std::optional<RecordView>, Error> next();

private:
    RecordReader(std::span<const std::byte> rest, std::uint32_t records) : rest_(rest), records_left_(records) {}

    std::span<const std::byte> rest_;
    std::uint32_t records_left_;
};

/// Gathers records into one frame, each payload written in place. Never makes a frame over frame_bytes_max.
/// Threads: one at a time.
/// Limits: finish the frame once it holds more than gathered_bytes_max, before the next record.
class FrameBuilder {
public:
    FrameBuilder();

    /// Append the payload to the returned bytes, leave what is there alone, then call end_record() or discard_record().
    std::vector<std::byte>& begin_record(const RecordHeader& record);
    /// Errors: Error::too_large for a payload over record_bytes_max; the record is then taken out again.
    [[nodiscard]] std::expected<void, Error> end_record();
    void discard_record();
    /// The last record belongs to that trace. Limits: record_traces_max, beyond which it doesn't.
    void trace_record(const TraceContext& context);
    /// Whether finish() needs a header with `extended`.
    bool is_extended() const { return !traces_.empty(); }
    /// What has been appended to the record that has begun.
    std::span<const std::byte> payload() const { return std::span(frame_).subspan(payload_); }

    std::uint32_t records() const { return records_; }
    /// The size of the frame if it were finished now.
    std::size_t bytes() const { return frame_.size(); }

    /// The frame, with `header` and the true number of records; the builder is empty again, and goes on in the memory
    /// of `spare`.
    std::vector<std::byte> finish(const FrameHeader& header, std::vector<std::byte> spare = {});

private:
    void insert_extension();

    std::vector<std::byte> frame_;  // begins with room for the header
    std::size_t open_record_ = 0;   // its offset; 0: none, as the header stands there
    std::size_t payload_ = 0;       // where the open record's payload begins
    std::uint32_t records_ = 0;
    std::vector<RecordTrace> traces_;
};

}  // namespace zanni::transport
