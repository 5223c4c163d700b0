#pragma once

#include <charconv>
#include <cstddef>
#include <cstdint>
#include <span>
#include <sstream>
#include <stdexcept>
#include <string>
#include <vector>

/// Bytes as tests write and compare them: so that a failure shows them.
namespace zanni::test {

/// "93 01 c0".
inline std::string hex(std::span<const std::byte> bytes) {
    static constexpr char digits[] = "0123456789abcdef";
    std::string text;
    for (const std::byte byte : bytes) {
        if (!text.empty()) text += ' ';
        text += digits[std::to_integer<unsigned>(byte >> 4)];
        text += digits[std::to_integer<unsigned>(byte & std::byte{0xf})];
    }
    return text;
}

inline std::vector<std::byte> from_hex(const std::string& text) {
    std::vector<std::byte> bytes;
    std::istringstream pairs(text);
    for (std::string pair; pairs >> pair;) {
        std::uint8_t byte = 0;
        const char* end = std::from_chars(pair.data(), pair.data() + pair.size(), byte, 16).ptr;
        if (pair.size() != 2 || end != pair.data() + 2) throw std::runtime_error("not a hex byte: " + pair);
        bytes.push_back(std::byte{byte});
    }
    return bytes;
}

}  // namespace zanni::test
