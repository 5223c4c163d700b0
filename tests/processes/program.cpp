#include "program.hpp"

#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <fstream>
#include <sstream>
#include <system_error>
#include <thread>

#include <catch2/catch.hpp>

namespace zanni::tests {

namespace {

constexpr auto look_again = std::chrono::milliseconds(5);

bool holds_in_time(const std::function<bool()>& condition) {
    const auto until = std::chrono::steady_clock::now() + deadline;
    while (!condition()) {
        if (std::chrono::steady_clock::now() > until) return condition();
        std::this_thread::sleep_for(look_again);
    }
    return true;
}

/// Where a new program's output goes.
class Redirection {
public:
    Redirection(const std::string& out, const std::string& err) {
        ::posix_spawn_file_actions_init(&actions_);
        ::posix_spawn_file_actions_addopen(&actions_, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
        ::posix_spawn_file_actions_addopen(&actions_, STDOUT_FILENO, out.c_str(), O_WRONLY | O_CREAT | O_APPEND, 0600);
        ::posix_spawn_file_actions_addopen(&actions_, STDERR_FILENO, err.c_str(), O_WRONLY | O_CREAT | O_APPEND, 0600);
    }
    ~Redirection() { ::posix_spawn_file_actions_destroy(&actions_); }
    Redirection(const Redirection&) = delete;
    Redirection& operator=(const Redirection&) = delete;

    const posix_spawn_file_actions_t* get() const { return &actions_; }

private:
    posix_spawn_file_actions_t actions_{};
};

}  // namespace

void eventually(std::string_view what, const std::function<bool()>& condition) {
    INFO("did not happen in time: " << what);
    REQUIRE(holds_in_time(condition));
}

std::string read_text(const std::filesystem::path& file) {
    std::ostringstream text;
    text << std::ifstream(file).rdbuf();
    return text.str();
}

std::vector<std::string> lines_of(std::string_view text) {
    std::vector<std::string> lines;
    std::istringstream in{std::string(text)};
    for (std::string line; std::getline(in, line);) lines.push_back(line);
    return lines;
}

bool contains(std::string_view text, std::string_view part) { return text.find(part) != std::string_view::npos; }

// ---- Folder

Folder::Folder() : path_(std::filesystem::temp_directory_path() / "zanni-tests-XXXXXX") {
    std::string name = path_.string();
    if (!::mkdtemp(name.data())) throw std::system_error(errno, std::generic_category(), "no folder " + name);
    path_ = name;
}

Folder::~Folder() {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
}

// ---- Program

Program::Program(const std::filesystem::path& folder, const std::string& name, std::vector<std::string> command)
    : out_(folder / (name + ".out")), err_(folder / (name + ".err")) {
    std::vector<char*> arguments;
    for (auto& word : command) arguments.push_back(word.data());
    arguments.push_back(nullptr);
    const Redirection redirection(out_.string(), err_.string());
    if (const int error =
            ::posix_spawn(&pid_, command.front().c_str(), redirection.get(), nullptr, arguments.data(), environ))
        throw std::system_error(error, std::generic_category(), "can't start " + command.front());
}

Program::~Program() {
    if (!is_running()) return;
    signal(SIGKILL);
    ::waitpid(pid_, nullptr, 0);
}

void Program::signal(int number) const { ::kill(pid_, number); }

bool Program::is_running() {
    int status = 0;
    if (!status_ && ::waitpid(pid_, &status, WNOHANG) == pid_) status_ = status;
    return !status_;
}

Ended Program::wait() {
    {
        const bool ended = holds_in_time([this] { return !is_running(); });
        INFO("still runs: " << out_.stem() << ", which printed:\n" << out() << err());
        REQUIRE(ended);
    }
    if (WIFSIGNALED(*status_)) return {-1, WTERMSIG(*status_), out(), err()};
    return {WEXITSTATUS(*status_), 0, out(), err()};
}

// ---- Orphans

void adopt_orphans() { ::prctl(PR_SET_CHILD_SUBREAPER, 1); }

bool no_process_is_left() {
    pid_t ended = 0;
    do {
        ended = ::waitpid(-1, nullptr, WNOHANG);
    } while (ended > 0);
    return ended < 0 && errno == ECHILD;
}

}  // namespace zanni::tests
