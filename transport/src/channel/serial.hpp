#pragma once

#include <cstdint>

/// Sequence and epoch numbers wrap. Of two, the later one is less than half of all numbers ahead.
/// Source: RFC 1982.
namespace zanni::transport {

constexpr bool is_later(std::uint32_t number, std::uint32_t than) {
    return static_cast<std::int32_t>(number - than) > 0;
}
constexpr bool is_later(std::uint16_t number, std::uint16_t than) {
    return static_cast<std::int16_t>(static_cast<std::uint16_t>(number - than)) > 0;
}

}  // namespace zanni::transport
