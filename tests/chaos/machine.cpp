#include "machine.hpp"

#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <csignal>
#include <filesystem>
#include <fstream>
#include <set>
#include <sstream>
#include <stdexcept>
#include <system_error>
#include <thread>

namespace chaos {

namespace {

volatile std::sig_atomic_t interrupted = 0;

std::string in_proc(pid_t pid, const std::string& file) { return "/proc/" + std::to_string(pid) + "/" + file; }

/// "12 (name with spaces) S 1 ..."
ProcessFacts facts_of(pid_t pid) {
    const std::string stat = read_text(in_proc(pid, "stat"));
    ProcessFacts facts{pid, 0, '?', {}};
    const auto name_end = stat.rfind(')');
    if (name_end == std::string::npos) return facts;
    std::istringstream(stat.substr(name_end + 1)) >> facts.state >> facts.parent;
    facts.command = read_text(in_proc(pid, "cmdline"));
    std::ranges::replace(facts.command, '\0', ' ');
    return facts;
}

std::vector<ProcessFacts> all_processes() {
    std::vector<ProcessFacts> all;
    std::error_code gone;
    for (const auto& entry : std::filesystem::directory_iterator("/proc", gone)) {
        const std::string name = entry.path().filename();
        if (std::ranges::all_of(name, ::isdigit)) all.push_back(facts_of(std::stoi(name)));
    }
    return all;
}

/// "VmRSS:     1234 kB"
std::size_t bytes_in_status(pid_t pid, const std::string& key) {
    std::istringstream status(read_text(in_proc(pid, "status")));
    for (std::string word; status >> word;)
        if (std::size_t kilobytes = 0; word == key && status >> kilobytes) return kilobytes * 1024;
    return 0;
}

}  // namespace

std::vector<ProcessFacts> descendants() {
    std::vector<ProcessFacts> all = all_processes();
    std::set<pid_t> family{::getpid()};
    std::vector<ProcessFacts> found;
    for (bool grown = true; grown;) {
        grown = false;
        for (const auto& process : all)
            if (family.contains(process.parent) && family.insert(process.pid).second) {
                found.push_back(process);
                grown = true;
            }
    }
    return found;
}

void reap_orphans(const std::vector<pid_t>& except) {
    for (const auto& process : descendants())
        if (process.state == 'Z' && process.parent == ::getpid() && !std::ranges::count(except, process.pid))
            ::waitpid(process.pid, nullptr, WNOHANG);
}

std::size_t open_files(pid_t pid) {
    std::error_code gone;
    const std::filesystem::directory_iterator files(in_proc(pid, "fd"), gone);
    return gone ? 0 : static_cast<std::size_t>(std::distance(begin(files), end(files)));
}

std::size_t resident_bytes(pid_t pid) { return bytes_in_status(pid, "VmRSS:"); }
std::size_t virtual_bytes(pid_t pid) { return bytes_in_status(pid, "VmSize:"); }

pid_t start(const Command& command, const std::string& out, const std::string& err) {
    std::vector<char*> words;
    for (const auto& word : command) words.push_back(const_cast<char*>(word.c_str()));
    words.push_back(nullptr);
    posix_spawn_file_actions_t files;
    ::posix_spawn_file_actions_init(&files);
    ::posix_spawn_file_actions_addopen(&files, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
    ::posix_spawn_file_actions_addopen(&files, STDOUT_FILENO, out.c_str(), O_WRONLY | O_CREAT | O_APPEND, 0600);
    ::posix_spawn_file_actions_addopen(&files, STDERR_FILENO, err.c_str(), O_WRONLY | O_CREAT | O_APPEND, 0600);
    pid_t pid = 0;
    const int error = ::posix_spawnp(&pid, words.front(), &files, nullptr, words.data(), environ);
    ::posix_spawn_file_actions_destroy(&files);
    if (error) throw std::system_error(error, std::generic_category(), "can't start " + command.front());
    return pid;
}

Ended run(const Command& command, std::chrono::seconds longest) {
    std::string out = std::filesystem::temp_directory_path() / "zanni-chaos-XXXXXX";
    const int file = ::mkstemp(out.data());
    if (file < 0) throw std::system_error(errno, std::generic_category(), "no file " + out);
    ::close(file);
    const pid_t pid = start(command, out, out);
    int status = 0;
    if (!holds_within(longest, [&] { return ::waitpid(pid, &status, WNOHANG) == pid; })) {
        ::kill(pid, SIGKILL);
        ::waitpid(pid, &status, 0);
    }
    Ended ended{WIFEXITED(status) ? WEXITSTATUS(status) : -1, read_text(out)};
    std::filesystem::remove(out);
    return ended;
}

void note_interruptions() {
    for (const int number : {SIGINT, SIGTERM}) std::signal(number, [](int) { interrupted = 1; });
}

void check_interrupted() {
    if (interrupted) throw std::runtime_error("interrupted");
}

std::string read_text(const std::string& file) {
    std::ostringstream text;
    text << std::ifstream(file).rdbuf();
    return text.str();
}

bool holds_within(std::chrono::milliseconds longest, const std::function<bool()>& condition) {
    const auto until = std::chrono::steady_clock::now() + longest;
    while (!condition()) {
        if (std::chrono::steady_clock::now() > until) return condition();
        std::this_thread::sleep_for(std::chrono::milliseconds(10));
    }
    return true;
}

}  // namespace chaos
