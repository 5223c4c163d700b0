#include <signal.h>

#include <string>

#include <catch2/catch.hpp>

#include <zanni/version.hpp>

#include "convention.hpp"

/// Hosts that can't start, and commands that find nobody to talk to.
namespace zanni::tests {

namespace {

/// A host that tries to load these ends with code 2 and this one line, before it was ready.
void check_no_start(const Arguments& modules, const std::string& line) {
    Convention convention;
    Arguments arguments{"broker", "--listen", any_port};
    for (const auto& module : modules) arguments.insert(arguments.end(), {"--load", module});

    const Ended ended = convention.begin_host("leader", arguments).wait();

    CHECK(ended.code == 2);
    CHECK(ended.out.empty());
    CHECK(ended.err == line + "\n");
    CHECK_FALSE(convention.is_ready("leader"));
    convention.nothing_is_left();
}

}  // namespace

TEST_CASE("a port in use is named, and its owner goes on") {
    Convention convention;
    convention.start_leader();
    const std::string endpoint = convention.endpoint();

    const Ended ended = convention.zanni({"broker", "--listen", endpoint});

    CHECK(ended.code == 2);
    CHECK(ended.err == "zanni: can't listen on " + endpoint + ": Address already in use\n");
    convention.shut_down();
}

TEST_CASE("a file that is no shared object is refused as a module") {
    const std::string no_module = ZANNI_DOCS_DIR "/placement.md";
    check_no_start({no_module}, "zanni: module " + no_module + ": " + no_module + ": invalid ELF header");
}

TEST_CASE("a shared object without the module's entry is refused, and the symbol is named") {
    check_no_start({ZANNI_NO_ENTRY_MODULE},
                   "zanni: module " ZANNI_NO_ENTRY_MODULE
                   ": has no symbol zanni_module_abi: it is no Zanni module (see ZANNI_MODULE in "
                   "zanni/module.hpp)");
}

TEST_CASE("a module built for another ABI is refused, and both ABIs are named") {
    check_no_start({ZANNI_OTHER_ABI_MODULE},
                   "zanni: module " ZANNI_OTHER_ABI_MODULE
                   ": built for ABI 'zanni-9.9 cxxabi-1 cxx11-0', this program has '" ZANNI_ABI_TAG "'");
}

TEST_CASE("a module with an undefined symbol is refused, and the symbol is named") {
    check_no_start({ZANNI_UNDEFINED_SYMBOL_MODULE},
                   "zanni: module " ZANNI_UNDEFINED_SYMBOL_MODULE ": " ZANNI_UNDEFINED_SYMBOL_MODULE
                   ": undefined symbol: zanni_tests_defined_nowhere");
}

TEST_CASE("two modules that bring a type of one name are refused, and the type is named") {
    check_no_start({ZANNI_ECHO_MODULE, ZANNI_SECOND_ECHO_MODULE},
                   "zanni: module " ZANNI_SECOND_ECHO_MODULE ": actor type echo.EchoServer is registered twice");
}

TEST_CASE("a worker whose module fails ends too, and its leader goes on") {
    Convention convention;
    convention.start_leader();

    const Ended ended =
        convention.begin_host("worker", {"host", "--join", convention.endpoint(), "--load", ZANNI_NO_ENTRY_MODULE})
            .wait();

    CHECK(ended.code == 2);
    CHECK_FALSE(convention.is_ready("worker"));
    convention.shut_down();
}

TEST_CASE("commands say where nobody answers") {
    Convention convention;
    Program& gone = convention.start_leader();
    const std::string endpoint = convention.endpoint();
    gone.signal(SIGTERM);
    CHECK(gone.wait().code == 0);

    Program* const commands[] = {&convention.start(ZANNI_PROGRAM, {"status", "--join", endpoint}),
                                 &convention.start(ZANNI_PROGRAM, {"shutdown", "--join", endpoint}),
                                 &convention.start(ZANNI_PROGRAM, {"bench", "ping-pong", "--join", endpoint})};
    for (Program* const command : commands) {
        const Ended ended = command->wait();
        CHECK(ended.code == 1);
        CHECK(ended.out.empty());
        CHECK(ended.err == "zanni: " + endpoint + ": no broker answers\n");
    }
}

TEST_CASE("the ready file appears once the host is ready, and not before it has joined") {
    Convention convention;
    Program& first = convention.start_leader();
    const std::string endpoint = convention.endpoint();
    first.signal(SIGTERM);
    first.wait();

    convention.begin_host("early", {"host", "--join", endpoint});
    eventually("the early host has started its actor process",
               [&] { return contains(convention.log_of("early"), "(actor process, pid"); });
    CHECK_FALSE(convention.is_ready("early"));
    convention.start_leader(endpoint);
    convention.await_ready("early");

    CHECK(contains(convention.status(), "\"name\":\"early\""));
    CHECK(contains(convention.host("early").out(),
                   "zanni: host early is ready, member of the convention of " + endpoint));
    convention.shut_down();
}

}  // namespace zanni::tests
