#pragma once

#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <mutex>

#include <zanni/accounts.hpp>
#include <zanni/error.hpp>

namespace zanni::detail {

/// What became of a process's messages. At rest: sent + received = delivered + unhandled + dead_letters + posted.
///
/// A worker counts in a place of its own, as a count that two threads add to costs both more than the rest of a
/// message. Threads: any.
class Counters {
public:
    enum Kind : std::uint8_t {
        sent,           ///< by actors and outside callers of this process
        received,       ///< from other processes
        delivered,      ///< taken by an actor's handler, an outside caller or the runtime itself
        unhandled,      ///< reached an actor that has no handler for them
        posted,         ///< handed to the gateway; back again as dead letters when it returns them
        slow_handlers,  ///< seen to run for too long; the same one again when it has doubled
    };

private:
    static constexpr std::size_t kinds = slow_handlers + 1;
    static constexpr std::size_t cache_line = 64;

    struct alignas(cache_line) Place {
        const Counters* of = nullptr;
        std::array<std::atomic<std::uint64_t>, kinds> counts{};
    };

public:
    /// While it lives, the thread that made it counts in a place of its own.
    class OwnPlace {
    public:
        explicit OwnPlace(Counters& counters) { mine = counters.add_place(); }
        ~OwnPlace() { mine = nullptr; }
        OwnPlace(const OwnPlace&) = delete;
    };

    void add(Kind kind) {
        Place* const own = mine;
        if (!own || own->of != this) {
            shared_.counts[kind].fetch_add(1, std::memory_order_relaxed);
            return;
        }
        std::atomic<std::uint64_t>& count = own->counts[kind];
        count.store(count.load(std::memory_order_relaxed) + 1, std::memory_order_release);
    }
    void add(Kind kind, std::uint64_t count) { shared_.counts[kind].fetch_add(count, std::memory_order_relaxed); }
    /// It was counted too early.
    void take_back(Kind kind) { shared_.counts[kind].fetch_sub(1, std::memory_order_relaxed); }
    std::uint64_t of(Kind kind) const;

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
    Place* add_place();

    [[gnu::tls_model("initial-exec")]] static inline constinit thread_local Place* mine = nullptr;

    Place shared_;  // of threads that have none of their own; modulo 2^64, like each place
    mutable std::mutex places_mutex_;
    std::deque<Place> places_;                                                            // guarded by it
    std::array<std::atomic<std::uint64_t>, Error::unknown_delivery + 1> dead_letters_{};  // by Error::Code; 0: others
};

}  // namespace zanni::detail
