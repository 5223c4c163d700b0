#include <catch2/catch.hpp>

#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <filesystem>
#include <fstream>
#include <stdexcept>
#include <string>

#include "state_folder.hpp"
#include "transcript.hpp"

namespace zanni::broker {

using namespace zanni::test;

namespace {

/// A folder for the test's folders, which goes with all that is in it.
class Place {
public:
    Place() : path_(StateFolder::make_temporary(std::filesystem::temp_directory_path())) {}
    ~Place() { std::filesystem::remove_all(path_); }
    Place(const Place&) = delete;
    Place& operator=(const Place&) = delete;

    std::filesystem::path operator/(const std::string& name) const { return path_ / name; }

private:
    std::filesystem::path path_;
};

/// What a broker that is killed leaves.
void leave(const std::filesystem::path& folder, const std::filesystem::path& copy) {
    std::filesystem::create_directory(copy);
    std::filesystem::copy(folder / "state", copy / "state");
}

Memory memory_of(std::vector<Memory::Resident> residents) { return {alpha, 64, 16, std::move(residents)}; }

/// What the broker after this one knows, when this one knew nothing, then something else, then that.
auto recalled_by_the_next(const Memory& memory) {
    const Place place;
    {
        StateFolder folder(place / "first");
        CHECK_FALSE(folder.recall());
        folder.remember(memory_of({}));
        folder.remember(memory);
        leave(place / "first", place / "second");
    }
    return StateFolder(place / "second").recall();
}

}  // namespace

TEST_CASE("what a killed broker remembered is recalled by the next", "[state]") {
    const Memory memory =
        memory_of({{process_id(alpha, 1), ::getpid(), true, true}, {process_id(alpha, 2), 0, false, true}});

    CHECK(recalled_by_the_next(memory) == memory);
}

TEST_CASE("the modules that were loaded at run time are recalled, whatever their names", "[state][D12]") {
    Memory memory = memory_of({});
    memory.modules = {"/opt/a b.so", "/opt/\"quoted\".so", "/opt/\\.so"};

    CHECK(recalled_by_the_next(memory) == memory);
}

TEST_CASE("a resident whose pid has ended, or is another's now, lives no longer", "[state]") {
    const Place place;
    const pid_t child = ::fork();
    if (child == 0) {
        for (;;) ::pause();
    }
    {
        StateFolder folder(place / "first");
        folder.remember(memory_of({{process_id(alpha, 1), child, true, true}}));
        leave(place / "first", place / "second");
    }
    ::kill(child, SIGKILL);
    ::waitpid(child, nullptr, 0);

    const StateFolder folder(place / "second");

    REQUIRE(folder.recall());
    CHECK_FALSE(folder.recall()->residents.at(0).lives);
}

TEST_CASE("a second host in the same folder is refused with one line", "[state]") {
    const Place place;
    const StateFolder first(place / "host");

    CHECK_THROWS_WITH(StateFolder(place / "host"),
                      (place / "host").string() + ": another host of this machine runs in this folder");
    CHECK(std::filesystem::exists(place / "host"));
}

TEST_CASE("nothing is left of a host that ends in order", "[state]") {
    const Place place;
    {
        StateFolder folder(place / "host");
        folder.remember(memory_of({}));
        std::ofstream(place / "host" / "broker") << "its socket";
    }

    CHECK_FALSE(std::filesystem::exists(place / "host"));
    CHECK_FALSE(StateFolder(place / "host").recall());
}

TEST_CASE("hosts of different names have different folders, and the last to end takes the common one away", "[state]") {
    const Place place;
    const auto first = StateFolder::of_host(place / "", "alpha");
    const auto second = StateFolder::of_host(place / "", "../beta");
    CHECK(second.parent_path() == first.parent_path());
    {
        const StateFolder one(first);
        { const StateFolder other(second); }
        CHECK(std::filesystem::exists(first));
    }
    CHECK_FALSE(std::filesystem::exists(first.parent_path()));
}

TEST_CASE("a state that can't be read is none", "[state]") {
    const Place place;
    std::filesystem::create_directory(place / "host");
    const std::string text =
        GENERATE("", "nonsense", "1 99", "2 2701131777 64 16 0\n", "1 7 64 16 0\n", "1 2701131777 64 16 3\n1 2 3 1\n");
    std::ofstream(place / "host" / "state") << text;

    CHECK_FALSE(StateFolder(place / "host").recall());
}

TEST_CASE("a folder that can't be one is refused", "[state]") {
    const Place place;
    std::ofstream(place / "file") << "text";

    CHECK_THROWS_AS(StateFolder(place / "file"), std::runtime_error);
    CHECK_THROWS_AS(StateFolder("/proc/zanni/host"), std::runtime_error);
}

}  // namespace zanni::broker
