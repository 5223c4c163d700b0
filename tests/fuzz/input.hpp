#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include <zanni/assert.hpp>

#include "log.hpp"

/// What the fuzz targets share.
namespace zanni::fuzz {

/// Takes a fuzzer's bytes as numbers and pieces, from the front; zeros once they are used up.
class Input {
public:
    Input(const std::uint8_t* bytes, std::size_t size) : rest_(std::as_bytes(std::span(bytes, size))) {}

    bool empty() const { return rest_.empty(); }

    std::uint64_t number(std::size_t width) {
        std::uint64_t value = 0;
        for (const std::byte byte : bytes(width)) value = value << 8 | std::to_integer<std::uint64_t>(byte);
        return value;
    }
    std::uint8_t byte() { return static_cast<std::uint8_t>(number(1)); }
    bool flip() { return byte() % 2 == 1; }
    template <class T>
    const T& one_of(std::span<const T> choices) {
        return choices[byte() % choices.size()];
    }

    std::span<const std::byte> bytes(std::size_t size) {
        const auto piece = rest_.first(std::min(size, rest_.size()));
        rest_ = rest_.subspan(piece.size());
        return piece;
    }
    /// Its size first, in two bytes. A copy, so that the sanitizers see a read behind its end.
    std::vector<std::byte> piece() {
        const auto view = bytes(number(2));
        return {view.begin(), view.end()};
    }
    std::vector<std::byte> rest() {
        const auto view = bytes(rest_.size());
        return {view.begin(), view.end()};
    }

private:
    std::span<const std::byte> rest_;
};

/// A fuzzer provokes every warning there is, a million times.
[[maybe_unused]] inline const bool quiet = log::set_level("off");

}  // namespace zanni::fuzz
