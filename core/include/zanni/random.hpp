#pragma once

#include <cstdint>

namespace zanni {

/// Where Zanni draws random numbers: identities and placement. Threads: one at a time, the caller sees to it.
class Random {
public:
    virtual ~Random() = default;
    /// Uniform over all 64-bit values.
    virtual std::uint64_t next() = 0;
};

/// getrandom(2): for identities that must differ between machines.
class SystemRandom final : public Random {
public:
    std::uint64_t next() override;
};

/// The same seed gives the same numbers, on every machine. Source: SplitMix64 (Steele, Lea, Flood 2014).
class SeededRandom final : public Random {
public:
    explicit SeededRandom(std::uint64_t seed) : state_(seed) {}
    std::uint64_t next() override;

private:
    std::uint64_t state_;
};

}  // namespace zanni
