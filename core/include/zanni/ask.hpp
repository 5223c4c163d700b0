#pragma once

#include <coroutine>
#include <cstdint>
#include <expected>
#include <type_traits>
#include <utility>

#include <zanni/clock.hpp>
#include <zanni/envelope.hpp>
#include <zanni/error.hpp>
#include <zanni/lifecycle.hpp>

namespace zanni {

namespace detail {

class Cell;

/// What an answer is to the caller who expects a Reply.
template <class Reply>
std::expected<Reply, Error> read_reply(std::expected<EnvelopePtr, Error> answer) {
    if (!answer) return std::unexpected(std::move(answer.error()));
    Envelope& envelope = **answer;
    if constexpr (std::is_same_v<Reply, AnyMessage>) return envelope.any();
    if (auto* const reply = envelope.get<Reply>()) return std::move(*reply);
    const AnyMessage any = envelope.any();
    if (any.is<PoisonMessage>() && !std::is_same_v<Reply, PoisonMessage>) {
        auto poison = any.as<PoisonMessage>();
        return std::unexpected(Error{Error::poison, poison ? poison->what : poison.error().context});
    }
    return any.as<Reply>();
}

/// What a suspended handler waits for: an answer, or the end of a time. Lies in the handler's frame; the cell knows it
/// from await_suspend() until it is answered or destroyed.
class Question {
public:
    /// Without an envelope nothing is asked, and the time-out is the answer.
    Question(Cell& cell, EnvelopePtr envelope, Duration longest)
        : cell_(cell), envelope_(std::move(envelope)), longest_(longest) {}
    ~Question();
    Question(const Question&) = delete;
    Question& operator=(const Question&) = delete;

    bool await_ready() const noexcept { return false; }
    void await_suspend(std::coroutine_handle<> waiter);

    // For the runtime.
    void answer(std::expected<EnvelopePtr, Error> answer) { answer_ = std::move(answer); }
    std::coroutine_handle<> waiter() const { return waiter_; }
    const Address& target() const { return target_; }

protected:
    std::expected<EnvelopePtr, Error> take() { return std::move(answer_); }

private:
    Cell& cell_;
    EnvelopePtr envelope_;
    const Duration longest_;
    std::uint32_t number_ = 0;  // 0: the cell doesn't know it
    Address target_;
    std::coroutine_handle<> waiter_;
    std::expected<EnvelopePtr, Error> answer_ = std::unexpected(Error{});
};

}  // namespace detail

namespace detail {

/// g++ 12 destroys a temporary aggregate twice when it stands in an expression with co_await, which ends in a double
/// free if it has something to destroy. Not seen with Clang 19.
template <class M>
inline constexpr bool is_destroyed_twice =
#if defined(__GNUC__) && !defined(__clang__) && __GNUC__ < 13
    !std::is_reference_v<M> && std::is_aggregate_v<M> && !std::is_trivially_destructible_v<M>;
#else
    false;
#endif

}  // namespace detail

/// `auto reply = co_await ask<Reply>(...)` gives std::expected<Reply, Error>.
template <class Reply>
class [[nodiscard]] Ask : public detail::Question {
public:
    using Question::Question;
    std::expected<Reply, Error> await_resume() { return detail::read_reply<Reply>(take()); }
};

/// `co_await find("registry", 1s)`.
class [[nodiscard]] Find : public detail::Question {
public:
    using Question::Question;
    std::expected<Address, Error> await_resume();
};

/// `co_await sleep_for(...)`.
class [[nodiscard]] Sleep : public detail::Question {
public:
    using Question::Question;
    void await_resume() const noexcept {}
};

}  // namespace zanni
