#pragma once

#include <array>
#include <charconv>
#include <cstddef>
#include <cstdint>
#include <fstream>
#include <iterator>
#include <span>
#include <sstream>
#include <stdexcept>
#include <string>
#include <vector>

/// The golden frames. ZANNI_GOLDEN_DIR and ZANNI_DOCS_DIR come from the build: tests/transport/golden and docs.
namespace zanni::test {

using Bytes = std::vector<std::byte>;

inline constexpr std::array golden_names{"data.hex", "acknowledgement.hex", "returned.hex", "extended.hex"};

inline std::string read_text(const std::string& path) {
    std::ifstream file(path);
    if (!file) throw std::runtime_error("can't read " + path);
    return {std::istreambuf_iterator<char>(file), {}};
}

// Pairs of hex digits between white space; # begins a comment.
inline Bytes from_hex(const std::string& text) {
    Bytes bytes;
    std::istringstream lines(text);
    for (std::string line; std::getline(lines, line);) {
        std::istringstream pairs(line.substr(0, line.find('#')));
        for (std::string pair; pairs >> pair;) {
            std::uint8_t byte = 0;
            const auto end = std::from_chars(pair.data(), pair.data() + pair.size(), byte, 16).ptr;
            if (pair.size() != 2 || end != pair.data() + 2) throw std::runtime_error("not a hex byte: " + pair);
            bytes.push_back(std::byte{byte});
        }
    }
    return bytes;
}

// Compared as text, so that a failure shows the bytes.
inline std::string hex(std::span<const std::byte> bytes) {
    std::string text;
    for (const std::byte byte : bytes) {
        text += "0123456789abcdef"[std::to_integer<int>(byte) >> 4];
        text += "0123456789abcdef"[std::to_integer<int>(byte) & 15];
    }
    return text;
}

inline Bytes golden(const std::string& name) { return from_hex(read_text(ZANNI_GOLDEN_DIR "/" + name)); }

}  // namespace zanni::test
