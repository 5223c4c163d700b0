#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <optional>
#include <string>

#include "memory.hpp"

namespace zanni::broker {

/// A host's folder on disk: the socket of its own processes, its lock, and its Memory. All of it goes when the host
/// ends in order, and stays for the next broker when this one is killed. Threads: one.
class StateFolder {
public:
    /// One that is this user's alone, and made if it is missing; its parent must be there.
    /// Errors: throws std::runtime_error with one line when another host runs in it, or it can't be made.
    explicit StateFolder(std::filesystem::path path);
    /// A new one under that folder, which nobody finds again. Errors: likewise.
    static std::filesystem::path make_temporary(const std::filesystem::path& parent);
    /// The same for each host of that name, in a folder for all hosts of this user.
    static std::filesystem::path of_host(const std::filesystem::path& parent, const std::string& name);
    ~StateFolder();
    StateFolder(const StateFolder&) = delete;
    StateFolder& operator=(const StateFolder&) = delete;

    std::string ipc_endpoint() const { return "ipc://" + (path_ / "broker").string(); }
    /// What the broker before remembered, if it was killed.
    std::optional<Memory> recall() const;
    /// Whole or not at all. Errors: logged, once.
    void remember(const Memory& memory);

private:
    bool has_common_parent() const;
    void lock();

    std::filesystem::path path_;
    int lock_ = -1;
    bool has_failed_ = false;
    std::map<std::uint64_t, std::uint64_t> starts_;  // by process, when its pid began: tells it from another's
};

}  // namespace zanni::broker
