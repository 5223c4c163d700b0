#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <unordered_map>
#include <vector>

#include <zanni/envelope.hpp>

#include "frame.hpp"

namespace zanni::transport {

/// Puts large messages together, which come in parts. The parts of one follow each other; between them whole messages
/// may come from the same source. A part that doesn't follow is lost with those that came before it. Pure.
///
/// Threads: one.
/// Limits: a message takes room for all its parts as soon as it begins: message_bytes_max for each source, and
/// unfinished_bytes_max for all; what has no room is refused.
class Parts {
public:
    static constexpr std::size_t unfinished_bytes_max = 256 * 1024 * 1024;

    /// `held_bytes` counts what the messages put together take.
    explicit Parts(std::atomic<std::size_t>* held_bytes = nullptr) : held_bytes_(held_bytes) {}

    /// Whether there is room for the large message that begins with this record; for any other record there always is.
    bool make_room(std::uint64_t source, const RecordView& record);
    /// The whole message, payload and all but the addresses, when this is its last part; null before, and for a part
    /// whose fellows are missing or had no room: that is logged.
    EnvelopePtr add(std::uint64_t source, const RecordView& record);
    /// Nothing more comes from there: `gone(source)`.
    template <class Gone>
    void forget(Gone gone) {
        std::erase_if(begun_, [&](const auto& entry) { return gone(entry.first); });
    }

    /// Maybe nothing more comes from there: what has begun stays only as long as nobody else needs the room.
    template <class Doubtful>
    void doubt(Doubtful doubtful) {
        for (auto& [source, begun] : begun_) begun.doubtful |= doubtful(source);
    }

private:
    struct Begun {
        RecordView last;  // without its payload
        std::size_t reserved = 0;
        bool doubtful = false;
        std::vector<std::byte> bytes;
    };
    bool has_room(std::uint64_t source, std::size_t bytes) const;

    std::atomic<std::size_t>* const held_bytes_;
    std::unordered_map<std::uint64_t, Begun> begun_;  // by source
};

}  // namespace zanni::transport
