#pragma once

#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <stdexcept>

#include <zmq.hpp>

namespace plain_zmq {

static_assert(std::endian::native == std::endian::little, "the frames are little-endian and copied as they lie");

/// A process, as the brokers route it: host id in the upper 32 bits, process number in the lower 32.
/// As a ZeroMQ routing id its first byte is the number's lowest, which must not be zero.
using ProcessId = std::uint64_t;

constexpr ProcessId process_id(std::uint32_t host, std::uint32_t number) { return std::uint64_t{host} << 32 | number; }
constexpr std::uint32_t host_of(ProcessId process) { return static_cast<std::uint32_t>(process >> 32); }

/// The broker of a host is that host's process 1.
constexpr ProcessId broker_of(std::uint32_t host) { return process_id(host, 1); }

/// A frame is one FrameHeader and then records: as long as Zanni's, the ids at the same offsets, the rest unused.
struct FrameHeader {
    std::uint64_t version_kind_flags = 1;
    ProcessId destination = 0;
    ProcessId source = 0;
    std::uint64_t sequence = 0;
    std::uint64_t acknowledged = 0;
};
static_assert(sizeof(FrameHeader) == 40 && offsetof(FrameHeader, destination) == 8 &&
              offsetof(FrameHeader, source) == 16);

/// A record is one RecordHeader and then `length` bytes, which start with a Ping.
struct RecordHeader {
    std::uint64_t target = 0;
    std::uint64_t sender = 0;
    std::uint64_t type = 0;
    std::uint64_t length = 0;
};
static_assert(sizeof(RecordHeader) == 32);

struct Ping {
    std::uint64_t number = 0;
    std::int64_t sent_at = 0;  ///< nanoseconds of the requestor's steady clock
};
static_assert(sizeof(Ping) == 16);

/// Reads and writes the structs above at any offset, aligned or not. The caller has checked that they fit.
template <typename T>
T load(const std::byte* from) {
    T value;
    std::memcpy(&value, from, sizeof value);
    return value;
}

template <typename T>
void store(std::byte* to, const T& value) {
    std::memcpy(to, &value, sizeof value);
}

/// Errors: throws for a frame too short to have a header.
inline FrameHeader header_of(const zmq::message_t& frame) {
    if (frame.size() < sizeof(FrameHeader)) throw std::runtime_error("a frame without a header");
    return load<FrameHeader>(frame.data<std::byte>());
}

}  // namespace plain_zmq
