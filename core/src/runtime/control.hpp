#pragma once

#include <cstdint>
#include <string>

#include <zanni/address.hpp>
#include <zanni/capability.hpp>
#include <zanni/clock.hpp>
#include <zanni/error.hpp>
#include <zanni/lifecycle.hpp>
#include <zanni/supervision.hpp>

/// Messages from runtime to runtime, addressed to a process itself, to an actor's cell or to an outside caller. No
/// handler sees them. Source: docs/protocol.md.
namespace zanni::detail {

/// To the process that should run the actor; what the creator sends to the address afterwards follows in order.
struct CreateActor {
    static constexpr auto message_name = "zanni.CreateActor";
    Address address;   ///< chosen by the creator
    Address parent;    ///< none for a top-level actor
    Address reply_to;  ///< who waits for CreateReply; none for a child
    std::string type;
    Requirements requirements;  ///< beyond those of the type
    SupervisionPolicy supervision{};
    std::string name{};       ///< not empty: it shall be the one of that name, and `reply_to` hears who is
    Duration wait_longest{};  ///< with a name: for the leader's word
};

/// To an outside caller, a question, or the process itself: the actor runs, or it doesn't, and why.
struct CreateReply {
    static constexpr auto message_name = "zanni.CreateReply";
    Address address;
    bool running = false;
    Error::Code code = Error::start_failed;
    std::string context;
    std::string name{};  ///< if it was asked for by one
};

/// To a process: its messages have filled the mailbox of an actor of mine; hold those back who send there.
struct MailboxFull {
    static constexpr auto message_name = "zanni.MailboxFull";
    Address target;
};
/// To a process that got MailboxFull: there is room again, or nobody left.
struct MailboxDrained {
    static constexpr auto message_name = "zanni.MailboxDrained";
    Address target;
};

/// To an actor that has been created before, by the same name: say so when you run.
struct AwaitStart {
    static constexpr auto message_name = "zanni.AwaitStart";
    Address reply_to;
    std::string name{};
};

/// From an actor or an outside caller to its own process: who has that name? CreateReply answers.
struct FindActor {
    static constexpr auto message_name = "zanni.FindActor";
    std::string name;
    Duration longest{};
};
/// To what stands in for the actor of a name: end, it is needed no more.
struct Dismissed {
    static constexpr auto message_name = "zanni.Dismissed";
};

/// To an actor whose parent has ended and left it alive: from now on it has none.
struct Orphaned {
    static constexpr auto message_name = "zanni.Orphaned";
};

/// To whoever asked somebody who can't answer: an outside caller, or a handler that waits.
struct Undeliverable {
    static constexpr auto message_name = "zanni.Undeliverable";
    Address target;
    Error::Code reason = Error::dead_target;
};

/// To an actor: tell the sender of your end, or end with it.
struct Watch {
    static constexpr auto message_name = "zanni.Watch";
    bool linked = false;
};
struct Unwatch {
    static constexpr auto message_name = "zanni.Unwatch";
    bool linked = false;
};
/// To an actor: the one you are linked to has ended.
struct LinkedEnded {
    static constexpr auto message_name = "zanni.LinkedEnded";
    Address address;
    ExitCause cause;
};

/// To the parent, from a child whose policy says all_for_one: my siblings must do as I do.
struct ChildFailed {
    static constexpr auto message_name = "zanni.ChildFailed";
    bool restarts = false;  ///< or ends
    std::string what;
};
/// To a child whose policy says all_for_one: a sibling of yours has failed.
struct SiblingFailed {
    static constexpr auto message_name = "zanni.SiblingFailed";
    bool restarts = false;
    std::string what;
};
/// To the parent: the sender's failure is yours.
struct Escalated {
    static constexpr auto message_name = "zanni.Escalated";
    std::string what;
};

/// To an actor, from the clock: make the Wakeup of that number.
struct TimerDue {
    static constexpr auto message_name = "zanni.TimerDue";
    std::uint64_t number = 0;
};

/// To an actor of a transient type, from its timer: see whether your time has come.
struct TransientDue {
    static constexpr auto message_name = "zanni.TransientDue";
};

/// To the front of a troupe, from a member: done with what you gave me.
struct MemberIdle {
    static constexpr auto message_name = "zanni.MemberIdle";
};

}  // namespace zanni::detail
