#pragma once

#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>

#include <zanni/accounts.hpp>
#include <zanni/error.hpp>

namespace zanni::detail {

/// What became of a process's messages. At rest: sent + received = delivered + unhandled + dead_letters + posted.
/// Threads: any.
struct Counters {
    std::atomic<std::uint64_t> sent{0};       ///< by actors and outside callers of this process
    std::atomic<std::uint64_t> received{0};   ///< from other processes
    std::atomic<std::uint64_t> delivered{0};  ///< taken by an actor's handler, an outside caller or the runtime itself
    std::atomic<std::uint64_t> unhandled{0};  ///< reached an actor that has no handler for them
    std::atomic<std::uint64_t> posted{0};  ///< handed to the gateway; back again as dead letters when it returns them
    std::atomic<std::uint64_t> slow_handlers{0};  ///< seen to run for too long; the same one again when it has doubled

    /// It could not be delivered.
    void add_dead_letter(Error::Code reason) {
        const auto code = static_cast<std::size_t>(reason);
        dead_letters_[code < dead_letters_.size() ? code : 0].fetch_add(1, std::memory_order_relaxed);
    }
    std::uint64_t dead_letters() const {
        std::uint64_t all = 0;
        for (const auto& some : dead_letters_) all += some.load(std::memory_order_relaxed);
        return all;
    }
    Accounts accounts() const;

private:
    std::array<std::atomic<std::uint64_t>, Error::unknown_delivery + 1> dead_letters_{};  // by Error::Code; 0: others
};

}  // namespace zanni::detail
