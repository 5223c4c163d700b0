#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace chaos {

/// All numbers from `first` to `last`.
struct Span {
    std::uint64_t first = 0;
    std::uint64_t last = 0;
    std::uint64_t size() const { return last - first + 1; }
};

/// A set of numbers in which most have their neighbour too, so that millions of them take little room. A message.
struct Spans {
    std::vector<Span> spans;  ///< ascending, with gaps between them

    /// False, and nothing changed, when one of them was there already.
    bool add(Span added);
    /// False when it isn't there.
    bool remove(std::uint64_t number);
    bool contains(std::uint64_t number) const;
    std::uint64_t size() const;
    std::string to_string() const;
    /// How many numbers both have.
    std::uint64_t in_common(const Spans& other) const;
};

}  // namespace chaos
