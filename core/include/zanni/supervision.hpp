#pragma once

#include <cstdint>

#include <zanni/clock.hpp>

namespace zanni {

/// What follows when an actor's handler has thrown twice on one message. Its creator decides, with CreateOptions.
/// Whatever it is, the message's sender has got its PoisonMessage before.
///
/// A restart makes a new instance under the same address. To the address belong, and stay: the mailbox with what was
/// stashed, the name, the parent, those who watch it, links. With the old instance go: its timers, watched files,
/// watches, suspended handlers (their messages become dead letters), the wish to handle dead letters, what it had
/// become, and its children, which are asked to exit; the new instance hears of their ends.
/// Source: Erlang/OTP's supervisor behaviour, with one policy per child.
struct SupervisionPolicy {
    enum class OnFailure : std::uint8_t {
        resume = 0,    ///< go on with the next message
        restart = 1,   ///< a new instance
        stop = 2,      ///< the end, with the cause `exception`
        escalate = 3,  ///< the end, and the parent counts as failed: its own policy decides what follows for it
    };
    enum class Scope : std::uint8_t {
        one_for_one = 0,  ///< concerns the failed actor alone
        all_for_one = 1,  ///< and every sibling whose policy says all_for_one too
    };

    OnFailure on_failure = OnFailure::resume;
    Scope scope = Scope::one_for_one;
    /// More restarts than this within the period: escalate. Those by a sibling's failure count too.
    std::uint32_t restarts_max = 3;
    Duration period = std::chrono::seconds(5);
};

}  // namespace zanni
