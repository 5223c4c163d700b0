#pragma once

#include <cstdint>
#include <filesystem>

namespace zanni::broker {

/// How often the kernel has killed a process for want of memory, so that a child killed by SIGKILL can be told from one
/// that somebody killed. A guess: what is counted is the control group's kills, or the machine's where it has none.
///
/// Threads: one.
class OomKills {
public:
    /// The counter of this process's control group, else the machine's.
    OomKills();
    /// A file with a line "oom_kill N".
    explicit OomKills(std::filesystem::path counter);

    /// Kills up to now are none of what rose() will be asked about.
    void look() { seen_ = count(); }
    /// Whether there was one since the last look; looks.
    bool rose();

private:
    std::uint64_t count() const;

    const std::filesystem::path counter_;
    std::uint64_t seen_ = 0;
};

}  // namespace zanni::broker
