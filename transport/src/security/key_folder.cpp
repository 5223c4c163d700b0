#include "security/key_folder.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <sstream>
#include <stdexcept>
#include <system_error>

namespace zanni::transport {

namespace {

constexpr std::size_t file_bytes_max = 4096;
constexpr mode_t others = 077;

[[noreturn]] void fail(const std::filesystem::path& path, const std::string& what) {
    throw std::runtime_error(path.string() + ": " + what);
}

std::string reason() { return std::generic_category().message(errno); }

class File {
public:
    explicit File(int fd) : fd_(fd) {}
    ~File() {
        if (fd_ >= 0) ::close(fd_);
    }
    File(const File&) = delete;
    File& operator=(const File&) = delete;
    int fd() const { return fd_; }

private:
    int fd_;
};

void check_owner(const std::filesystem::path& path, const struct stat& found, const char* mode) {
    if (found.st_uid != ::geteuid()) fail(path, "keys of another user");
    if ((found.st_mode & others) != 0) fail(path, std::string("others can get at it; 'chmod ") + mode + "' it");
}

bool write_all(int fd, const std::string& text) {
    return ::write(fd, text.data(), text.size()) == static_cast<ssize_t>(text.size()) && ::fsync(fd) == 0;
}

/// The value on the line of that name; empty when there is none.
std::string line_of(const std::string& text, const std::string& name) {
    std::istringstream lines(text);
    for (std::string line; std::getline(lines, line);)
        if (line.starts_with(name + " ")) return line.substr(name.size() + 1);
    return {};
}

}  // namespace

std::filesystem::path default_key_folder() {
    const char* const config = std::getenv("XDG_CONFIG_HOME");
    if (config && *config) return std::filesystem::path(config) / "zanni" / "keys";
    const char* const home = std::getenv("HOME");
    return home && *home ? std::filesystem::path(home) / ".config" / "zanni" / "keys" : std::filesystem::path();
}

std::optional<std::filesystem::path> find_key_folder(const std::string& asked) {
    if (asked == "none") return {};
    const std::filesystem::path folder = asked.empty() ? default_key_folder() : std::filesystem::path(asked);
    std::error_code ignored;
    const bool is_there = !folder.empty() && std::filesystem::exists(folder, ignored);
    if (!asked.empty() && !is_there) fail(folder, "no such folder of keys");
    return is_there ? std::optional(folder) : std::nullopt;
}

void check_private_folder(const std::filesystem::path& folder) {
    struct stat found {};
    if (::stat(folder.c_str(), &found) != 0) fail(folder, reason());
    if (!S_ISDIR(found.st_mode)) fail(folder, "not a folder");
    check_owner(folder, found, "0700");
}

void make_private_folder(const std::filesystem::path& folder) {
    std::error_code error;
    const auto parent = std::filesystem::absolute(folder).parent_path();
    std::filesystem::create_directories(parent, error);
    if (error) fail(parent, error.message());
    if (::mkdir(folder.c_str(), 0700) != 0 && errno != EEXIST) fail(folder, reason());
    check_private_folder(folder);
}

bool write_private_file(const std::filesystem::path& file, const std::string& text, bool replace) {
    const std::filesystem::path unfinished = file.string() + "~";
    ::unlink(unfinished.c_str());  // of a program that was killed
    {
        const File out(::open(unfinished.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0600));
        if (out.fd() < 0 || !write_all(out.fd(), text)) fail(unfinished, "can't be written: " + reason());
    }
    if (replace) {
        if (::rename(unfinished.c_str(), file.c_str()) != 0) fail(file, "can't be written: " + reason());
        return true;
    }
    const bool is_new = ::link(unfinished.c_str(), file.c_str()) == 0;
    const int why = errno;
    ::unlink(unfinished.c_str());
    errno = why;
    if (!is_new && why != EEXIST) fail(file, "can't be written: " + reason());
    return is_new;
}

std::string read_private_file(const std::filesystem::path& path) {
    const File file(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NOFOLLOW));
    struct stat found {};
    if (file.fd() < 0 || ::fstat(file.fd(), &found) != 0) fail(path, "can't be read: " + reason());
    check_owner(path, found, "0600");
    std::string text(file_bytes_max + 1, '\0');
    const ssize_t count = ::read(file.fd(), text.data(), text.size());
    if (count < 0) fail(path, "can't be read: " + reason());
    if (static_cast<std::size_t>(count) > file_bytes_max) fail(path, "too long for a key");
    text.resize(static_cast<std::size_t>(count));
    return text;
}

std::string text_of(const KeyPair& pair) {
    return "zanni-key 1\npublic " + to_text(pair.open) + "\nsecret " + to_text(pair.secret) + "\n";
}

KeyPair read_key_pair(const std::filesystem::path& file) {
    const std::string text = read_private_file(file);
    const auto open = parse_public_key(line_of(text, "public"));
    const auto secret = parse_secret_key(line_of(text, "secret"));
    if (!text.starts_with("zanni-key 1\n") || !open || !secret) fail(file, "not a key of 'zanni keys'");
    if (public_key_of(*secret) != *open) fail(file, "its public and secret key don't belong together");
    return {*open, *secret};
}

std::string text_of(const PublicKey& leader) { return "zanni-leader 1\npublic " + to_text(leader) + "\n"; }

PublicKey read_leader_key(const std::filesystem::path& file) {
    const std::string text = read_private_file(file);
    const auto open = parse_public_key(line_of(text, "public"));
    if (!text.starts_with("zanni-leader 1\n") || !open) fail(file, "not a leader's key of 'zanni keys'");
    return *open;
}

ClientKeys read_client_keys(const std::filesystem::path& folder) {
    check_private_folder(folder);
    return {read_leader_key(folder / "leader.pub"), read_key_pair(folder / "own.key")};
}

std::optional<ClientKeys> client_keys_for(const std::string& endpoint, const std::string& asked_folder) {
    if (endpoint.starts_with("ipc://")) return {};
    const auto folder = find_key_folder(asked_folder);
    return folder ? std::optional(read_client_keys(*folder)) : std::nullopt;
}

}  // namespace zanni::transport
