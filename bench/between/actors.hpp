#pragma once

#include <cstdint>
#include <string>

/// What the benchmarks between processes say to the actors of their module.
namespace between {

/// To an Echo; answered by Pong.
struct Ping {
    std::uint64_t number = 0;
    std::int64_t sent_ns = 0;  ///< by the sender's clock
};
struct Pong {
    std::uint64_t number = 0;
    std::int64_t sent_ns = 0;  ///< the ping's
};

/// To a Sink; answered by the process's id.
struct WhoAreYou {};
struct Process {
    std::int32_t pid = 0;
};

/// To a Sink: so many messages will come; every so many are to be acknowledged (0: none), and the last by Done.
struct Expect {
    std::uint64_t count = 0;
    std::uint64_t acknowledge_every = 0;
};
struct Acknowledged {
    std::uint64_t count = 0;
};
struct Done {};
/// What a Sink counts: 16 bytes, or as many as one likes.
struct Drop {
    std::uint64_t number = 0;
    std::uint64_t left = 0;
};
struct Load {
    std::string bytes;
};

/// To a Child, which answers with the same and ends.
struct Hello {};

}  // namespace between
