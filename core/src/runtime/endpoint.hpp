#pragma once

#include <atomic>
#include <condition_variable>
#include <cstdint>
#include <deque>
#include <expected>
#include <mutex>
#include <optional>

#include <zanni/address.hpp>
#include <zanni/envelope.hpp>
#include <zanni/error.hpp>

#include "runtime/engine.hpp"

namespace zanni::detail {

/// Where a caller outside of any actor receives. Every ask goes out under an address of its own, so a late answer never
/// passes for the answer to the next question; whatever is not the awaited answer waits for listen().
///
/// Threads: push() and fail() any; ask and listen one at a time.
/// Limits: unread_max messages wait; the newest beyond that are refused.
class Endpoint {
public:
    static constexpr std::size_t unread_max = 10'000;

    Endpoint(std::uint64_t process, std::uint32_t index) : process_(process), index_(index) {}

    /// For messages that expect no particular answer.
    Address address() const { return address_of(0); }

    /// Gives back an envelope that no longer fits.
    EnvelopePtr push(EnvelopePtr envelope);
    /// The question sent from `asker` will have no answer. Does nothing when nobody waits for it any more.
    void fail(const Address& asker, Error error);
    /// Fails the pending question if it was put to an actor of that process.
    void fail_process(std::uint64_t process, const Error& error);
    void fail_host(std::uint32_t host, const Error& error);

    /// The address to send the next question from.
    Address begin_ask(const Address& target);
    /// For a question that is put before it is known who will answer.
    void set_target(const Address& target);
    std::expected<EnvelopePtr, Error> await_answer(Engine& engine, Duration longest);
    std::expected<EnvelopePtr, Error> await_any(Engine& engine, Duration longest);

    /// The system is gone; nothing will arrive here any more.
    void abandon() { abandoned_.store(true, std::memory_order_release); }
    bool abandoned() const { return abandoned_.load(std::memory_order_acquire); }

private:
    void fail_if(bool (*concerns)(std::uint64_t target, std::uint64_t lost), std::uint64_t lost, const Error& error);
    Address address_of(std::uint32_t question) const;

    const std::uint64_t process_;
    const std::uint32_t index_;

    std::atomic<bool> abandoned_{false};

    std::mutex mutex_;  // guards what follows
    std::condition_variable changed_;
    std::uint32_t question_ = 0;
    bool asking_ = false;
    Address target_;
    std::optional<std::expected<EnvelopePtr, Error>> answer_;
    std::deque<EnvelopePtr> unread_;
};

}  // namespace zanni::detail
