#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "control.hpp"

/// What `zanni doctor` looks at, and what it says of it.
namespace zanni::cli {

struct Finding {
    enum class Level : std::uint8_t { good, doubtful, bad };

    Level level = Level::good;
    std::string what;      ///< one line
    std::string advice{};  ///< what to do about it; none where it is good

    friend bool operator==(const Finding&, const Finding&) = default;
};
using Findings = std::vector<Finding>;

/// What the system says of this machine.
struct MachineFacts {
    std::size_t open_files_max = 0;  ///< that a host's processes may have
    std::size_t processes_max = 0;   ///< of this user; 0: no limit
    std::uint64_t memory_free = 0;   ///< bytes
    std::uint64_t memory_all = 0;
    std::uint64_t disk_free = 0;  ///< where hosts keep their state
    std::string disk_folder{};
    std::optional<bool> clock_synchronised{};  ///< nothing: it doesn't say
};
MachineFacts machine_facts();
Findings look_at(const MachineFacts& facts);

/// Its mode and its files; a folder that isn't there is good, as one can do without.
Findings look_at_keys(const std::filesystem::path& folder, bool was_named);

/// What a broker has told of its convention. `own_version`: of this program.
Findings look_at(const std::vector<transport::HostStatus>& hosts, const std::string& own_version);

}  // namespace zanni::cli
