#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace zanni::broker {

/// What a host's broker knows that the next one must, should it be killed: the numbers that may have been used, and who
/// was here. A value; StateFolder keeps it on disk.
struct Memory {
    struct Resident {
        std::uint64_t process = 0;
        std::int64_t pid = 0;        ///< 0: on another machine
        bool actor_process = false;  ///< started by a broker of this host
        bool lives = true;           ///< when it is recalled; nobody knows of one on another machine

        friend bool operator==(const Resident&, const Resident&) = default;
    };

    std::uint32_t host = 0;
    std::uint32_t last_process_number = 0;  ///< no process has a higher one
    std::uint32_t links_used = 0;           ///< no link has this number or a higher one, counted from the first
    std::vector<Resident> residents;
    std::vector<std::string> modules{};  ///< loaded at run time: the next actor process loads them too

    friend bool operator==(const Memory&, const Memory&) = default;
};

}  // namespace zanni::broker
