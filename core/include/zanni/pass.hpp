#pragma once

#include <optional>
#include <utility>

namespace zanni {

/// What a handler returns to decline a message: the next candidate gets it, see Behavior.
struct Pass {};

/// The return type of a handler that may decline: `OrPass<Answer> answer(const Question&)` returns an Answer, which is
/// the reply, or Pass{}. `OrPass<>` is for handlers that don't reply; they return {} when they took the message.
template <class Reply = void>
class [[nodiscard]] OrPass {
public:
    OrPass(Pass) {}                                    // NOLINT(google-explicit-constructor)
    OrPass(Reply reply) : reply_(std::move(reply)) {}  // NOLINT(google-explicit-constructor)
    bool passed() const { return !reply_; }
    Reply& reply() { return *reply_; }

private:
    std::optional<Reply> reply_;
};

template <>
class [[nodiscard]] OrPass<void> {
public:
    OrPass() = default;
    OrPass(Pass) : passed_(true) {}  // NOLINT(google-explicit-constructor)
    bool passed() const { return passed_; }

private:
    bool passed_ = false;
};

namespace detail {

template <class T>
inline constexpr bool is_or_pass = false;
template <class T>
inline constexpr bool is_or_pass<OrPass<T>> = true;

}  // namespace detail

}  // namespace zanni
