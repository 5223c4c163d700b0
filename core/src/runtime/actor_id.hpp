#pragma once

#include <cstdint>

/// The layout of an address, as far as the runtime reads it: the actor half, and of the process half the host and what
/// is isolated. Source: ADR 0001, ADR 0012.
namespace zanni::detail {

/// Of an address's process half.
constexpr std::uint32_t host_of(std::uint64_t process) { return static_cast<std::uint32_t>(process >> 32); }

inline constexpr std::uint64_t process_itself = 0;
inline constexpr std::uint64_t minted_bit = std::uint64_t{1} << 63;    ///< chosen by a creator in another process
inline constexpr std::uint64_t endpoint_bit = std::uint64_t{1} << 62;  ///< an outside caller, no actor

constexpr bool is_minted(std::uint64_t actor) { return (actor & minted_bit) != 0; }
constexpr bool is_endpoint(std::uint64_t actor) { return !is_minted(actor) && (actor & endpoint_bit) != 0; }

inline constexpr std::uint32_t generation_max = 0x3fffffff;

/// For cells and endpoints: which one, and which use of it. The generation starts at 1.
constexpr std::uint32_t index_of(std::uint64_t actor) { return static_cast<std::uint32_t>(actor); }
constexpr std::uint32_t generation_of(std::uint64_t actor) {
    return static_cast<std::uint32_t>(actor >> 32) & generation_max;
}
constexpr std::uint64_t actor_id(std::uint32_t index, std::uint32_t generation) {
    return (std::uint64_t{generation & generation_max} << 32) | index;
}

/// A question that an actor's handler waits on: an endpoint whose index names the actor's cell, and whose generation is
/// the question's number there.
inline constexpr std::uint32_t question_bit = std::uint32_t{1} << 31;

constexpr bool is_question(std::uint64_t actor) { return is_endpoint(actor) && (index_of(actor) & question_bit) != 0; }
constexpr std::uint64_t question_id(std::uint32_t cell, std::uint32_t number) {
    return endpoint_bit | actor_id(question_bit | cell, number);
}
constexpr std::uint32_t cell_of_question(std::uint64_t actor) { return index_of(actor) & ~question_bit; }

/// Process numbers from here to before the links' are chosen by a creator, for a process of one actor; lower ones are
/// given by the host's broker.
inline constexpr std::uint32_t first_isolated_number = 0x80000000;
inline constexpr std::uint32_t last_isolated_number = 0xfffeffff;

constexpr bool is_isolated(std::uint64_t process) {
    const auto number = static_cast<std::uint32_t>(process);
    return number >= first_isolated_number && number <= last_isolated_number;
}
/// A process of the same host as `process`, of its own for one actor.
constexpr std::uint64_t isolated_process(std::uint64_t process, std::uint64_t random) {
    constexpr std::uint64_t numbers = last_isolated_number - first_isolated_number + 1;
    return (process >> 32 << 32) | (first_isolated_number + random % numbers);
}

}  // namespace zanni::detail
