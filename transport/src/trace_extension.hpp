#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include <zanni/trace.hpp>

/// The key "trace" of a frame's extension: which of its messages belong to a trace. Functions on bytes.
/// Source: docs/protocol.md, "Extension".
namespace zanni::transport {

/// Of one message in a frame: the place of its record from 0, of its last one for a large message.
struct RecordTrace {
    std::uint32_t record = 0;
    TraceContext context;

    friend bool operator==(const RecordTrace&, const RecordTrace&) = default;
};

/// How many fit into an extension. What a frame has beyond belongs to no trace any more.
inline constexpr std::size_t record_traces_max = 100;

/// The map, without its length. Empty when there are none.
std::vector<std::byte> trace_extension(std::span<const RecordTrace> traces);

/// What can be read of it, by record: a trace is worth no message, so whatever else stands there is passed over.
std::vector<RecordTrace> read_trace_extension(std::span<const std::byte> extension);

}  // namespace zanni::transport
