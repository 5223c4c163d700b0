#include <sys/stat.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <functional>

#include <catch2/catch.hpp>

#include "security/key_folder.hpp"

namespace zanni::transport {

namespace {

class TemporaryFolder {
public:
    TemporaryFolder() {
        std::string name = (std::filesystem::temp_directory_path() / "zanni-keys-XXXXXX").string();
        REQUIRE(::mkdtemp(name.data()) != nullptr);
        path = name;
    }
    ~TemporaryFolder() { std::filesystem::remove_all(path); }
    TemporaryFolder(const TemporaryFolder&) = delete;
    TemporaryFolder& operator=(const TemporaryFolder&) = delete;

    std::filesystem::path path;
};

std::string failure_of(const std::function<void()>& work) {
    try {
        work();
    } catch (const std::runtime_error& error) {
        return error.what();
    }
    return "none";
}

mode_t mode_of(const std::filesystem::path& path) {
    struct stat found {};
    REQUIRE(::stat(path.c_str(), &found) == 0);
    return found.st_mode & 0777;
}

}  // namespace

TEST_CASE("keys come back from a folder that is its user's alone") {
    const TemporaryFolder temporary;
    const auto folder = temporary.path / "deep" / "keys";
    const KeyPair own = make_key_pair();
    const PublicKey leader = make_key_pair().open;

    make_private_folder(folder);
    CHECK(write_private_file(folder / "own.key", text_of(own)));
    CHECK(write_private_file(folder / "leader.pub", text_of(leader)));

    CHECK(mode_of(folder) == 0700);
    CHECK(mode_of(folder / "own.key") == 0600);
    const ClientKeys keys = read_client_keys(folder);
    CHECK(keys.leader == leader);
    CHECK(keys.own.open == own.open);
    CHECK(keys.own.secret == own.secret);
    CHECK_FALSE(client_keys_for("ipc:///tmp/broker", folder.string()));
    CHECK(client_keys_for("tcp://leader:1900", folder.string()));
    CHECK_FALSE(client_keys_for("tcp://leader:1900", "none"));
}

TEST_CASE("a key file is written once, and replaced only when that is meant") {
    const TemporaryFolder folder;
    const auto file = folder.path / "own.key";

    CHECK(write_private_file(file, "first"));
    CHECK_FALSE(write_private_file(file, "second"));
    CHECK(read_private_file(file) == "first");
    CHECK(write_private_file(file, "third", true));
    CHECK(read_private_file(file) == "third");
}

TEST_CASE("keys that others could get at, or that are none, are refused with their path") {
    const TemporaryFolder folder;
    const auto file = folder.path / "own.key";
    const KeyPair pair = make_key_pair();
    const auto fails = [&](const std::string& text) {
        write_private_file(file, text, true);
        return failure_of([&] { read_key_pair(file); });
    };

    CHECK(fails("") == file.string() + ": not a key of 'zanni keys'");
    CHECK(fails("zanni-key 2\n") == file.string() + ": not a key of 'zanni keys'");
    CHECK(fails(text_of(pair).substr(0, 100)) == file.string() + ": not a key of 'zanni keys'");
    CHECK(fails(text_of(KeyPair{make_key_pair().open, pair.secret})) ==
          file.string() + ": its public and secret key don't belong together");
    CHECK(fails(std::string(5'000, 'x')) == file.string() + ": too long for a key");
    CHECK(fails(text_of(pair)) == "none");

    for (const mode_t mode : {0640, 0604, 0660, 0601}) {
        ::chmod(file.c_str(), mode);
        CHECK(failure_of([&] { read_key_pair(file); }) == file.string() + ": others can get at it; 'chmod 0600' it");
    }
    ::chmod(file.c_str(), 0600);
    ::chmod(folder.path.c_str(), 0750);
    CHECK(failure_of([&] { read_client_keys(folder.path); }) ==
          folder.path.string() + ": others can get at it; 'chmod 0700' it");
    CHECK(failure_of([&] { make_private_folder(folder.path); }) ==
          folder.path.string() + ": others can get at it; 'chmod 0700' it");
    CHECK(failure_of([&] { find_key_folder((folder.path / "none-here").string()); }) ==
          (folder.path / "none-here").string() + ": no such folder of keys");
    std::filesystem::create_symlink(file, folder.path / "link");
    CHECK(failure_of([&] { read_private_file(folder.path / "link"); }).find("can't be read") != std::string::npos);
}

}  // namespace zanni::transport
