#pragma once

#include <atomic>
#include <cstdint>

namespace zanni::detail {

/// What became of a process's messages. At rest: sent + received = delivered + unhandled + dead_letters + posted.
/// Threads: any.
struct Counters {
    std::atomic<std::uint64_t> sent{0};       ///< by actors and outside callers of this process
    std::atomic<std::uint64_t> received{0};   ///< from other processes
    std::atomic<std::uint64_t> delivered{0};  ///< taken by an actor's handler, an outside caller or the runtime itself
    std::atomic<std::uint64_t> unhandled{0};  ///< reached an actor that has no handler for them
    std::atomic<std::uint64_t> dead_letters{0};  ///< could not be delivered
    std::atomic<std::uint64_t> posted{0};  ///< handed to the gateway; back again as dead letters when it returns them
    std::atomic<std::uint64_t> slow_handlers{0};  ///< seen to run for too long; the same one again when it has doubled
};

}  // namespace zanni::detail
