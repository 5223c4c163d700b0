#pragma once

#include <cstdint>
#include <string>

#include <zanni/address.hpp>
#include <zanni/any_message.hpp>
#include <zanni/error.hpp>

/// The messages by which actors learn of each other's beginnings and ends.
namespace zanni {

/// Why an actor ended.
struct ExitCause {
    enum Kind : std::uint8_t {
        requested = 1,      ///< by ExitRequest, or by its own exit()
        exception = 2,      ///< a handler threw and the supervision policy said stop
        signal = 3,         ///< its process was ended by the signal `number`
        out_of_memory = 4,  ///< its process was ended by the kernel for want of memory
        start_failure = 5,  ///< it never ran: `detail` says why
        host_lost = 6,      ///< its host left the convention, in order or not
        process_exit = 7,   ///< its process ended by itself with the status `number`
        gone = 8,           ///< it had ended, for a cause no longer known, or there never was such an actor
    };

    Kind kind = requested;
    std::int32_t number = 0;
    std::string detail;

    /// For logs and people: "signal 9 (Killed)".
    std::string to_string() const;
    friend bool operator==(const ExitCause&, const ExitCause&) = default;
};

/// Ends the receiver once its handler for ExitRequest, if it has one, has seen it. What is queued behind becomes dead
/// letters.
struct ExitRequest {
    static constexpr auto message_name = "zanni.ExitRequest";
    bool recursive = true;  ///< children end too
};

/// To the parent, exactly once for each child.
struct ChildExited {
    static constexpr auto message_name = "zanni.ChildExited";
    Address address;
    ExitCause cause;
};

/// To whoever watches an actor, exactly once: it has ended, perhaps before it was watched.
struct Down {
    static constexpr auto message_name = "zanni.Down";
    Address address;
    ExitCause cause;
};

/// To an actor that called handle_dead_letters(): a message that couldn't be delivered, and why.
struct DeadLetter {
    static constexpr auto message_name = "zanni.DeadLetter";
    AnyMessage message;
    Address target;
    Address sender;
    Error::Code reason = Error::dead_target;
};

/// To the sender of a message on which the receiver's handler threw twice. `message` is what was sent, `what` the
/// exception's text.
struct PoisonMessage {
    static constexpr auto message_name = "zanni.PoisonMessage";
    AnyMessage message;
    std::string what;
};

}  // namespace zanni
