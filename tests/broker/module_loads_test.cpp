#include <algorithm>

#include <catch2/catch.hpp>

#include "transcript.hpp"

/// Modules that an operator has a host load while it runs.
namespace zanni::broker {

using namespace zanni::test;
using namespace std::chrono_literals;
using namespace transport;

namespace {

const LoadModule wish{"/opt/liba.so"};

/// A leader with its actor process, which may load modules.
struct Loading : TestBroker {
    Loading() : TestBroker(leader_entry()) { with_actor_process(); }

    Peer process{process_id(alpha, 1)};
    std::vector<TypeEntry> types{{"a.A", {}}};
};

}  // namespace

TEST_CASE("a module is loaded when the actor process says so, and everybody hears of the types first", "[D12]") {
    Loading host;

    CHECK(host.hears(stranger(), wish) == Words{"to alpha/1: LoadModule(/opt/liba.so)"});
    const Words words = host.hears(host.process, ModuleLoaded{wish.path, std::nullopt, host.types});

    REQUIRE(words.size() == 2);
    CHECK_THAT(words[0], Catch::StartsWith("to alpha/1: HostChanged("));
    CHECK(words[1] == "to stranger1: ModuleLoaded(/opt/liba.so, 1 types of alpha)");
}

TEST_CASE("a module that fails, or whose process ends or is silent, is an error for the operator", "[D12]") {
    Loading host;

    host.hears(stranger(), wish);
    CHECK(host.hears(host.process, ModuleLoaded{wish.path, "module /opt/liba.so: no"}).back() ==
          "to stranger1: Refused(module /opt/liba.so: no)");

    host.hears(stranger(), wish);
    CHECK(host.ticks_after(9s).empty());
    CHECK(host.ticks_after(1s).back() == "to stranger1: Refused(module /opt/liba.so: an actor process doesn't answer)");

    host.hears(stranger(), wish);
    const Words words = host.child_ends(TestBroker::first_pid, {ExitCause::signal, 11, {}});
    CHECK(std::ranges::any_of(words, [](const std::string& word) {
        return word.find("Refused(module /opt/liba.so: the actor process ended meanwhile: ") != std::string::npos;
    }));
    CHECK(host.hears(stranger(), wish).back() ==
          "to stranger1: Refused(host alpha runs no actor process at the moment)");
}

TEST_CASE("a module's path is absolute, and a process can't have one loaded", "[D12]") {
    Loading host;

    CHECK(host.hears(stranger(), LoadModule{"liba.so"}) ==
          Words{"to stranger1: Refused(a module's path on that host begins with /)"});
    CHECK(host.hears(host.process, wish).empty());
    CHECK(host.hears(link_of(beta), wish).empty());
}

TEST_CASE("only so many modules are loaded at once", "[D12]") {
    Loading host;
    for (std::uint8_t i = 1; i <= 16; ++i) host.hears(stranger(i), wish);

    CHECK(host.hears(stranger(17), wish) ==
          Words{"to stranger17: Refused(this host has too many modules to load already)"});
}

}  // namespace zanni::broker
