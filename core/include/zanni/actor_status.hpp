#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include <zanni/address.hpp>

/// How one actor fares.
namespace zanni {

/// To any actor, which answers with ActorStatus: the runtime does it for the actor, in its turn, unless the actor's
/// behavior has a handler for StatusRequest itself. A troupe's address answers for the troupe.
struct StatusRequest {
    static constexpr auto message_name = "zanni.ActorStatusRequest";
};

/// As of when the request was taken from the mailbox.
struct ActorStatus {
    static constexpr auto message_name = "zanni.ActorStatus";
    static constexpr std::size_t children_max = 1'000;

    Address address;
    std::string type;
    std::string name;                    ///< in the convention; empty for most
    Address parent;                      ///< none for a top-level actor
    std::vector<Address> children;       ///< children_max of them at most, in no order
    std::uint64_t children_count = 0;    ///< of all
    std::uint64_t waiting = 0;           ///< messages in the mailbox behind this one
    std::uint64_t stashed = 0;           ///< put aside by stash(), or until the actor is initialised
    std::uint64_t timers = 0;            ///< that run, or are due
    std::uint64_t waiting_handlers = 0;  ///< in a co_await
    std::uint64_t watchers = 0;          ///< who hear of its end, parent and links not counted
    std::uint64_t taken = 0;             ///< messages out of the mailbox since it began, the system's own included
    std::uint64_t failures = 0;          ///< messages on which a handler threw twice
    std::uint64_t restarts = 0;          ///< by its supervision policy
};

}  // namespace zanni
