#pragma once

#include <cstdint>

/// What is asked of those who count primes, and of who gives out the work.
namespace primes {

/// How many primes are there from `first` up to, and not including, `end`?
struct Range {
    std::uint64_t first = 0;
    std::uint64_t end = 0;
};
struct Counted {
    Range range;
    std::uint64_t primes = 0;
};

}  // namespace primes
