#pragma once

#include <cstdint>
#include <iosfwd>
#include <string>
#include <string_view>

namespace zanni {

/// What went wrong, and where. The numbers travel between hosts, so they never change.
struct Error {
    enum Code : std::uint16_t {
        timeout = 1,            ///< nothing arrived in time
        dead_target = 2,        ///< the addressed actor has ended, or its process or host is gone
        poison = 3,             ///< the receiver's handler threw twice on the message
        unexpected_reply = 4,   ///< a message arrived, but not of the type asked for
        unmet_requirement = 5,  ///< no host offers what the actor type requires
        unknown_type = 6,       ///< no actor type of that name is registered where it was looked for
        start_failed = 7,       ///< the actor's constructor threw
        malformed = 8,          ///< bytes that are no valid frame, record or message
        too_large = 9,          ///< over a limit that the context names
        overloaded = 10,        ///< a bounded queue on the way was full
        shut_down = 11,         ///< the system is shutting down
        bad_input = 12,         ///< a flag, file, endpoint or address that can't be read
        refused = 13,           ///< the other side said no, for the reason in the context
        unreachable = 14,       ///< no broker answered
        superseded = 15,        ///< a newer message of its type and sender took its place in a mailbox that keeps these
        no_address = 16,        ///< sent to a default-constructed Address, which names no actor
        host_lost = 17,         ///< the target's host is taken for down; the message was never sent
        window_timeout = 18,    ///< the target's process took nothing for too long; the message was never sent
        unknown_delivery = 19,  ///< sent, and never acknowledged before its target's process or host was gone: it may
                                ///< have been delivered
        unknown_name = 20,      ///< no actor has that name
    };

    Code code = timeout;
    std::string context;

    /// One line: the code's name, then the context.
    std::string to_string() const;

    friend bool operator==(const Error&, const Error&) = default;
};

/// The code's name as it stands in this header: "timeout".
std::string_view to_string(Error::Code code);

std::ostream& operator<<(std::ostream& out, const Error& error);

}  // namespace zanni
