#pragma once

#include <compare>
#include <cstdint>
#include <tuple>

#include <zanni/any_message.hpp>
#include <zanni/clock.hpp>

/// What reaches an actor's handlers from the clock and from the operating system.
namespace zanni {

/// Names one timer of one actor; a default-constructed one names none.
class TimerId {
public:
    constexpr TimerId() = default;
    explicit constexpr TimerId(std::uint64_t number) : number_(number) {}
    constexpr explicit operator bool() const { return number_ != 0; }
    constexpr std::uint64_t number() const { return number_; }
    friend constexpr auto operator<=>(const TimerId&, const TimerId&) = default;
    static auto fields(auto& self) { return std::tie(self.number_); }

private:
    std::uint64_t number_ = 0;
};

/// A timer's time has come.
struct Wakeup {
    static constexpr auto message_name = "zanni.Wakeup";
    AnyMessage payload;  ///< what the actor gave to wakeup_after() or wakeup_every()
    Duration delay{};    ///< what it asked for, not what it took
    TimerId timer;
};

/// A file descriptor of watch_fd() can be read without blocking, or its other end is closed. Comes again after the
/// handler as long as that is so.
struct Readable {
    static constexpr auto message_name = "zanni.Readable";
    int fd = -1;
};

}  // namespace zanni
