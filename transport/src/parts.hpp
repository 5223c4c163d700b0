#pragma once

#include <cstdint>
#include <unordered_map>
#include <vector>

#include <zanni/envelope.hpp>

#include "frame.hpp"

namespace zanni::transport {

/// Puts large messages together, which come in parts. The parts of one stand one behind the other among what comes from
/// its source; what doesn't, is lost with those that came before it. Pure.
///
/// Threads: one.
/// Limits: message_bytes_max for each source.
class Parts {
public:
    /// The whole message, payload and all but the addresses, when this is its last part; null before, and for a part
    /// whose fellows are missing: that is logged.
    EnvelopePtr add(std::uint64_t source, const RecordView& record);
    /// Nothing more comes from there: `gone(source)`.
    template <class Gone>
    void forget(Gone gone) {
        std::erase_if(begun_, [&](const auto& entry) { return gone(entry.first); });
    }

private:
    struct Begun {
        RecordView last;  // without its payload
        std::vector<std::byte> bytes;
    };
    std::unordered_map<std::uint64_t, Begun> begun_;  // by source
};

}  // namespace zanni::transport
