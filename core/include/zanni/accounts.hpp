#pragma once

#include <cstdint>
#include <vector>

#include <zanni/error.hpp>

namespace zanni {

/// What became of the messages of one process, since its start, those of the system included. A message, so that it
/// can be asked for.
struct Accounts {
    static constexpr auto message_name = "zanni.Accounts";

    struct DeadLetters {
        Error::Code reason = Error::dead_target;  ///< 0: one that this version doesn't know
        std::uint64_t count = 0;
    };

    std::uint64_t sent = 0;       ///< by actors, callers from outside, and the system
    std::uint64_t received = 0;   ///< from other processes
    std::uint64_t delivered = 0;  ///< taken by a handler, a caller from outside or the system
    std::uint64_t unhandled = 0;  ///< reached an actor that has no handler for them
    std::uint64_t posted = 0;     ///< to other processes, but for those that came back
    std::vector<DeadLetters> dead_letters;

    /// What has come to no end yet: waits in a mailbox, a stash, for a member of a troupe, or with a handler that
    /// waits. 0 at rest, or a message was lost or counted twice. While messages move it is only about right.
    std::int64_t difference() const {
        std::uint64_t ended = delivered + unhandled + posted;
        for (const DeadLetters& some : dead_letters) ended += some.count;
        return static_cast<std::int64_t>(sent + received - ended);
    }
};

}  // namespace zanni
