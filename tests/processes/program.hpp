#pragma once

#include <sys/types.h>

#include <chrono>
#include <filesystem>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

/// Programs that a test starts, and what it sees of them.
namespace zanni::tests {

/// How long any awaited event may take. Only a failing test waits that long; a busy machine must not fail one.
inline constexpr auto deadline = std::chrono::seconds(30);

/// Until the condition holds; fails the test, saying `what` did not happen, when the deadline has passed.
void eventually(std::string_view what, const std::function<bool()>& condition);

std::string read_text(const std::filesystem::path& file);
std::vector<std::string> lines_of(std::string_view text);
bool contains(std::string_view text, std::string_view part);

/// A new folder under the system's temporary one; goes with all that is in it.
class Folder {
public:
    Folder();
    ~Folder();
    Folder(const Folder&) = delete;
    Folder& operator=(const Folder&) = delete;

    const std::filesystem::path& path() const { return path_; }

private:
    std::filesystem::path path_;
};

/// How a program ended, and all that it printed.
struct Ended {
    int code = 0;    ///< its exit status; -1 when a signal ended it
    int signal = 0;  ///< that signal
    std::string out;
    std::string err;
};

/// One running program, its output in files of its own. Killed and waited for at the end, if it still runs then.
class Program {
public:
    /// Errors: throws std::system_error when it can't be started.
    Program(const std::filesystem::path& folder, const std::string& name, std::vector<std::string> command);
    ~Program();
    Program(const Program&) = delete;
    Program& operator=(const Program&) = delete;

    pid_t pid() const { return pid_; }
    void signal(int number) const;
    bool is_running();
    /// Fails the test when it doesn't end.
    Ended wait();
    std::string out() const { return read_text(out_); }
    std::string err() const { return read_text(err_); }

private:
    std::filesystem::path out_;
    std::filesystem::path err_;
    pid_t pid_ = 0;
    std::optional<int> status_;
};

/// This process becomes the parent of every orphan below it, so that none escapes no_process_is_left.
void adopt_orphans();
/// Whether all that was started from here has ended, children of children too. Only for when every Program has been
/// waited for.
bool no_process_is_left();

}  // namespace zanni::tests
