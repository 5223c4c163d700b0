#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <map>
#include <optional>
#include <unordered_set>
#include <utility>
#include <vector>

namespace zanni::broker {

/// The processes of one actor each that this host starts because a frame for them has come: which of them are about to
/// be, and which have been, so that none is started twice. Pure. Source: ADR 0012.
///
/// Threads: one.
/// Limits: the last `ended_max` that have ended are known. A creator that has not heard of the end of one by the time
/// that so many others have ended would have it started once more.
class IsolatedProcesses {
public:
    static constexpr std::size_t ended_max = 10'000;

    /// With so many of the modules that its host has loaded at run time.
    void started(std::uint64_t process, std::size_t modules) { starting_[process] = modules; }
    /// What started() was told, the first time.
    std::optional<std::size_t> registered(std::uint64_t process);
    void ended(std::uint64_t process);

    bool is_starting(std::uint64_t process) const { return starting_.contains(process); }
    bool has_ended(std::uint64_t process) const { return ended_.contains(process); }
    const std::map<std::uint64_t, std::size_t>& starting() const { return starting_; }
    /// Those that were starting and aren't any more, once.
    std::vector<std::uint64_t> take_decided() { return std::exchange(decided_, {}); }

private:
    std::map<std::uint64_t, std::size_t> starting_;  // with their modules
    std::vector<std::uint64_t> decided_;
    std::unordered_set<std::uint64_t> ended_;
    std::deque<std::uint64_t> ended_order_;
};

}  // namespace zanni::broker
