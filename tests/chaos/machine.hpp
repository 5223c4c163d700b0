#pragma once

#include <sys/types.h>

#include <chrono>
#include <cstddef>
#include <functional>
#include <string>
#include <vector>

/// This machine as the kernel shows it, and programs on it.
namespace chaos {

using Command = std::vector<std::string>;

struct ProcessFacts {
    pid_t pid = 0;
    pid_t parent = 0;
    char state = '?';  ///< 'Z': ended, and nobody has asked how
    std::string command;
};

/// Every process below this one.
std::vector<ProcessFacts> descendants();
/// Waits for those that became this process's children as their parents were killed and have ended.
/// `except`: others know how to wait for these.
void reap_orphans(const std::vector<pid_t>& except);

std::size_t open_files(pid_t pid);
std::size_t resident_bytes(pid_t pid);
std::size_t virtual_bytes(pid_t pid);

/// Starts it with its output appended to these files. Errors: throws std::system_error.
pid_t start(const Command& command, const std::string& out, const std::string& err);
struct Ended {
    int code = -1;  ///< -1 when a signal ended it, or it had to be
    std::string out;
};
/// Runs it to its end, or kills it after a while. Errors: throws std::system_error.
Ended run(const Command& command, std::chrono::seconds longest = std::chrono::seconds(20));

/// SIGINT and SIGTERM from now on make check_interrupted() throw, so that everything is cleaned up behind it.
void note_interruptions();
/// Errors: throws std::runtime_error.
void check_interrupted();

std::string read_text(const std::string& file);

/// False when it didn't hold in time.
bool holds_within(std::chrono::milliseconds longest, const std::function<bool()>& condition);

}  // namespace chaos
