#pragma once

#include <string>

#include <zanni/address.hpp>
#include <zanni/capability.hpp>
#include <zanni/error.hpp>

/// Messages from runtime to runtime, addressed to a process itself or to an outside caller. Source: docs/protocol.md.
namespace zanni::detail {

/// To the process that should run the actor; what the creator sends to the address afterwards follows in order.
struct CreateActor {
    static constexpr auto message_name = "zanni.CreateActor";
    Address address;   ///< chosen by the creator
    Address parent;    ///< none for a top-level actor
    Address reply_to;  ///< who waits for CreateReply; none for a child
    std::string type;
    Requirements requirements;  ///< beyond those of the type
};

/// To an outside caller: the actor runs, or it doesn't, and why.
struct CreateReply {
    static constexpr auto message_name = "zanni.CreateReply";
    Address address;
    bool running = false;
    Error::Code code = Error::start_failed;
    std::string context;
};

/// To an actor whose parent has ended and left it alive: from now on it has none.
struct Orphaned {
    static constexpr auto message_name = "zanni.Orphaned";
};

/// To the outside caller whose question went to somebody who can't answer.
struct Undeliverable {
    static constexpr auto message_name = "zanni.Undeliverable";
    Address target;
    Error::Code reason = Error::dead_target;
};

}  // namespace zanni::detail
