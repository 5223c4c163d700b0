#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include <zanni/accounts.hpp>
#include <zanni/address.hpp>
#include <zanni/clock.hpp>
#include <zanni/error.hpp>

/// How one process fares, in more detail than its heartbeats tell. Asked for by tools only, and made up on the spot: a
/// process of which nobody asks does nothing for it.
namespace zanni {

/// To a process itself, which answers with Survey. Source: docs/protocol.md, "Messages between runtimes".
struct SurveyRequest {
    static constexpr auto message_name = "zanni.SurveyRequest";
    /// Name each actor, if there are no more than these; else only those before whom most waits.
    std::uint32_t actors_max = 0;
    bool messages = false;  ///< name those that each type takes
};

/// How long handlers took: counts of those that took at most 256 ns, 1 us, 4 us and so on, four times as much each,
/// and of all others. Handlers that wait count for what they did between. A busy worker looks at the clock for one
/// message in 64, which stands for the others; one that has rested for each.
struct HandlerTimes {
    static constexpr std::size_t bounds = 14;
    static constexpr Duration bound(std::size_t i) { return Duration(std::int64_t{256} << (2 * i)); }

    std::array<std::uint64_t, bounds + 1> counts{};
    Duration all{};
};

struct Survey {
    static constexpr auto message_name = "zanni.Survey";
    static constexpr std::size_t actors_most = 10'000;  ///< that are named, whatever is asked for
    static constexpr std::size_t busiest_most = 100;    ///< if there are more actors than are to be named
    static constexpr std::size_t types_most = 1'000;
    static constexpr std::size_t peers_most = 1'000;
    static constexpr std::size_t dead_letters_most = 100;

    struct Type {
        std::string name;
        std::uint64_t actors = 0;
        std::uint64_t waiting = 0;  ///< messages in their mailboxes
        std::uint64_t deepest = 0;  ///< mailbox
        std::uint64_t taken = 0;    ///< messages, of those that live
        HandlerTimes handler_times{};
        std::vector<std::string> messages{};  ///< "echo.Ping [int32,string] -> echo.Pong [int32]", if asked for
    };
    struct Actor {
        Address address;
        Address parent;          ///< none for a top-level actor
        std::uint32_t type = 0;  ///< its place in `types`
        std::string name{};      ///< in the convention; empty for most
        std::uint64_t waiting = 0;
        std::uint64_t taken = 0;
    };
    /// The channel to and from another process. Frames and bytes are those of data, since the channel began.
    struct Peer {
        std::uint64_t process = 0;
        std::uint64_t frames_sent = 0;
        std::uint64_t bytes_sent = 0;
        std::uint64_t frames_received = 0;
        std::uint64_t bytes_received = 0;
        std::uint64_t frames_resent = 0;
        std::uint64_t bytes_waiting = 0;         ///< to be sent
        std::uint64_t bytes_unacknowledged = 0;  ///< sent
        std::uint64_t window_bytes = 0;          ///< that the other has granted
        bool by_lane = false;
    };
    /// The latest ones; the same one again counts on.
    struct RecentDeadLetter {
        Duration ago{};  ///< the last of them
        std::string message;
        Address target;
        Address sender;
        Error::Code reason = Error::dead_target;
        std::uint64_t count = 0;
    };
    /// What the system says of it; 0: not known, as in a simulation.
    struct Machine {
        std::uint64_t resident_bytes = 0;
        std::uint64_t open_files = 0;
        Duration processor_time{};
    };

    std::uint64_t process = 0;  ///< its id
    std::uint64_t actors = 0;
    std::vector<Type> types{};    ///< of live actors, and those whose actors have ended
    std::vector<Actor> listed{};  ///< some of the actors, or all
    std::vector<Peer> peers{};
    std::vector<RecentDeadLetter> dead_letters{};  ///< the latest first
    Machine machine{};
    Accounts accounts{};
    std::uint64_t slow_handlers = 0;  ///< times that a handler was seen to run for too long
};

}  // namespace zanni
