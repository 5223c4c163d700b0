#include "state_folder.hpp"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <fstream>
#include <iomanip>
#include <sstream>
#include <stdexcept>
#include <system_error>
#include <utility>

#include "limits.hpp"
#include "log.hpp"
#include "process_id.hpp"

namespace zanni::broker {

namespace {

constexpr int format = 1;

[[noreturn]] void fail(const std::filesystem::path& path, const std::string& why) {
    throw std::runtime_error(path.string() + ": " + why);
}

/// Where all hosts of this user have theirs.
std::string common_folder() { return "zanni-" + std::to_string(::geteuid()); }

/// Zero, or what is in the way of it.
int make_private(const std::filesystem::path& path) {
    if (::mkdir(path.c_str(), S_IRWXU) != 0 && errno != EEXIST) return errno;
    struct stat found {};
    if (::lstat(path.c_str(), &found) != 0) return errno;
    if (!S_ISDIR(found.st_mode) || found.st_uid != ::geteuid()) fail(path, "not a folder of this user");
    return 0;
}

/// In clock ticks since the machine's start; 0 when there is no such process.
std::uint64_t start_of_pid(std::int64_t pid) {
    if (pid == 0) return 0;
    std::ifstream file("/proc/" + std::to_string(pid) + "/stat");
    std::string text;
    std::getline(file, text, '\0');
    const auto name_end = text.rfind(')');  // the name before may hold anything
    if (name_end == std::string::npos) return 0;
    std::istringstream fields(text.substr(name_end + 1));
    constexpr int state_field = 3;
    constexpr int start_field = 22;
    std::string skipped;
    for (int field = state_field; field < start_field; ++field) fields >> skipped;
    std::uint64_t start = 0;
    fields >> start;
    return start;
}

}  // namespace

std::filesystem::path StateFolder::of_host(const std::filesystem::path& parent, const std::string& name) {
    std::string file_name = name;
    std::ranges::replace(file_name, '/', '_');
    return parent / common_folder() / (file_name.starts_with('.') ? "_" + file_name : file_name);
}

bool StateFolder::has_common_parent() const { return path_.parent_path().filename() == common_folder(); }

StateFolder::StateFolder(std::filesystem::path path) : path_(std::move(path)) {
    constexpr int attempts_max = 10;  // another host that ends takes their common folder away, if it is empty
    int error = ENOENT;
    for (int i = 0; i < attempts_max && error == ENOENT; ++i) {
        if (has_common_parent()) make_private(path_.parent_path());
        error = make_private(path_);
    }
    if (error != 0) fail(path_, std::strerror(error));
    lock();
}

std::filesystem::path StateFolder::make_temporary(const std::filesystem::path& parent) {
    std::string path = (parent / "zanni-XXXXXX").string();
    if (!::mkdtemp(path.data())) fail(parent, std::strerror(errno));
    return path;
}

/// The one before may remove the file, as it ends, between the two calls; then what is locked here is no file any more.
void StateFolder::lock() {
    const auto path = path_ / "lock";
    for (;;) {
        lock_ = ::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, S_IRUSR | S_IWUSR);
        if (lock_ < 0) fail(path, std::strerror(errno));
        if (::flock(lock_, LOCK_EX | LOCK_NB) != 0) {
            ::close(lock_);
            fail(path_, "another host of this machine runs in this folder");
        }
        struct stat held {};
        struct stat there {};
        ::fstat(lock_, &held);
        if (::stat(path.c_str(), &there) == 0 && there.st_ino == held.st_ino) return;
        ::close(lock_);
    }
}

StateFolder::~StateFolder() {
    for (const char* const name : {"state", "state.new", "broker", "lock"}) ::unlink((path_ / name).c_str());
    ::rmdir(path_.c_str());  // unless somebody keeps other things in it
    if (has_common_parent()) ::rmdir(path_.parent_path().c_str());
    ::close(lock_);
}

std::optional<Memory> StateFolder::recall() const {
    std::ifstream file(path_ / "state");
    if (!file) return std::nullopt;
    Memory memory;
    std::size_t residents = 0;
    int version = 0;
    file >> version >> memory.host >> memory.last_process_number >> memory.links_used >> residents;
    for (std::size_t i = 0; file && i < residents && i < 2 * processes_max; ++i) {
        Memory::Resident resident;
        std::uint64_t start = 0;
        file >> resident.process >> resident.pid >> start >> resident.actor_process;
        resident.lives = resident.pid == 0 || (start != 0 && start_of_pid(resident.pid) == start);
        memory.residents.push_back(resident);
    }
    const bool is_whole = !file.fail();
    std::size_t modules = 0;
    if (is_whole && file >> modules) {  // a broker of an earlier version has written none
        std::string module;
        for (std::size_t i = 0; i < modules && i < modules_max && file >> std::quoted(module); ++i)
            memory.modules.push_back(module);
    }
    if (is_whole && version == format && transport::is_host_id(memory.host)) return memory;
    log::warn((path_ / "state").string() + " can't be read: this host begins anew");
    return std::nullopt;
}

void StateFolder::remember(const Memory& memory) {
    std::ostringstream text;
    text << format << ' ' << memory.host << ' ' << memory.last_process_number << ' ' << memory.links_used << ' '
         << memory.residents.size() << '\n';
    std::map<std::uint64_t, std::uint64_t> starts;
    for (const auto& resident : memory.residents) {
        const auto known = starts_.find(resident.process);
        const std::uint64_t start = known != starts_.end() ? known->second : start_of_pid(resident.pid);
        starts[resident.process] = start;
        text << resident.process << ' ' << resident.pid << ' ' << start << ' ' << resident.actor_process << '\n';
    }
    text << memory.modules.size();
    for (const auto& module : memory.modules) text << ' ' << std::quoted(module);
    text << '\n';
    starts_ = std::move(starts);
    std::error_code error;
    const auto unfinished = path_ / "state.new";
    std::ofstream(unfinished) << text.str();
    std::filesystem::rename(unfinished, path_ / "state", error);
    if (error && !std::exchange(has_failed_, true))
        log::error("the host's state can't be kept in " + path_.string() + ": " + error.message());
}

}  // namespace zanni::broker
