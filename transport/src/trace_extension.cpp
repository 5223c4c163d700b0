#include "trace_extension.hpp"

#include <algorithm>
#include <array>
#include <limits>
#include <optional>
#include <string_view>

#include <zanni/messagepack.hpp>

namespace zanni::transport {

namespace {

constexpr std::string_view key = "trace";
constexpr std::size_t entry_fields = 3;

/// trace-id (16), parent-id (8), trace-flags (1), in the order and with the meaning that `traceparent` has.
constexpr std::size_t context_bytes = 25;
using ContextBytes = std::array<std::byte, context_bytes>;

void put_big_endian(std::span<std::byte, 8> bytes, std::uint64_t number) {
    for (auto at = bytes.rbegin(); at != bytes.rend(); ++at, number >>= 8) *at = static_cast<std::byte>(number);
}

std::uint64_t get_big_endian(std::span<const std::byte> bytes) {
    std::uint64_t number = 0;
    for (const std::byte byte : bytes.first(8)) number = number << 8 | static_cast<std::uint64_t>(byte);
    return number;
}

ContextBytes bytes_of(const TraceContext& context) {
    ContextBytes bytes{};
    const std::span<std::byte, context_bytes> all(bytes);
    put_big_endian(all.subspan<0, 8>(), context.trace_high);
    put_big_endian(all.subspan<8, 8>(), context.trace_low);
    put_big_endian(all.subspan<16, 8>(), context.span);
    bytes.back() = std::byte{static_cast<std::uint8_t>(context.recorded ? 1 : 0)};
    return bytes;
}

std::optional<TraceContext> context_of(std::span<const std::byte> bytes) {
    if (bytes.size() != context_bytes) return std::nullopt;
    TraceContext context;
    context.trace_high = get_big_endian(bytes);
    context.trace_low = get_big_endian(bytes.subspan(8));
    context.span = get_big_endian(bytes.subspan(16));
    context.recorded = (bytes.back() & std::byte{1}) != std::byte{0};
    if ((context.trace_high | context.trace_low) == 0 || context.span == 0) return std::nullopt;
    return context;
}

/// Past one entry. False when the rest can't be read either.
bool read_entry(Reader& reader, std::vector<RecordTrace>& traces) {
    std::size_t fields = 0;
    std::uint64_t record = 0;
    std::uint64_t hops = 0;
    std::span<const std::byte> bytes;
    if (!reader.read_array(fields) || fields < entry_fields) return false;
    if (!reader.read_natural(record) || !reader.read_bytes(bytes) || !reader.read_natural(hops)) return false;
    for (std::size_t more = entry_fields; more < fields; ++more)
        if (!reader.skip()) return false;
    auto context = context_of(bytes);
    if (!context || record > std::numeric_limits<std::uint32_t>::max() ||
        hops > std::numeric_limits<std::uint16_t>::max())
        return true;
    context->hops = static_cast<std::uint16_t>(hops);
    traces.push_back({static_cast<std::uint32_t>(record), *context});
    return true;
}

}  // namespace

std::vector<std::byte> trace_extension(std::span<const RecordTrace> traces) {
    std::vector<std::byte> bytes;
    if (traces.empty()) return bytes;
    Writer writer(bytes);
    writer.map(1);
    writer.string(key);
    writer.array(traces.size());
    for (const RecordTrace& trace : traces) {
        writer.array(entry_fields);
        writer.natural(trace.record);
        writer.bytes(bytes_of(trace.context));
        writer.natural(trace.context.hops);
    }
    return bytes;
}

std::vector<RecordTrace> read_trace_extension(std::span<const std::byte> extension) {
    std::vector<RecordTrace> traces;
    Reader reader(extension);
    std::size_t pairs = 0;
    bool readable = reader.read_map(pairs);
    for (; readable && pairs != 0; --pairs) {
        std::string_view name;
        std::size_t entries = 0;
        if (!reader.read_string(name)) break;
        if (name != key) {
            readable = reader.skip();
            continue;
        }
        for (readable = reader.read_array(entries); readable && entries != 0; --entries)
            readable = read_entry(reader, traces);
    }
    std::ranges::sort(traces, {}, &RecordTrace::record);
    return traces;
}

}  // namespace zanni::transport
