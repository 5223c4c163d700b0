#include <signal.h>

#include <string>

#include <catch2/catch.hpp>

#include <zanni/zanni.hpp>

#include "convention.hpp"
#include "probe.hpp"

/// Modules that are loaded while a host runs.
namespace zanni::tests {

namespace {

Ended load(Convention& convention, const std::string& module, const std::string& endpoint) {
    return convention.zanni({"load", module, "--join", endpoint});
}

}  // namespace

TEST_CASE("a module's types can be created as soon as zanni load has returned, and loading it again is no error",
          "[D12]") {
    Convention convention;
    convention.start_leader();
    {
        ActorSystem system(join(convention.endpoint()));
        CHECK(system.create("probe.Probe").error().code == Error::unknown_type);

        const Ended ended = load(convention, ZANNI_PROBE_MODULE, convention.endpoint());

        CHECK(ended.err.empty());
        CHECK(ended.out == "zanni: host leader has loaded " ZANNI_PROBE_MODULE ": it offers 3 actor types now\n");
        CHECK(system.create("probe.Probe").has_value());
        CHECK(load(convention, ZANNI_PROBE_MODULE, convention.endpoint()).code == 0);
        CHECK(contains(convention.status(), "probe.Probe"));
    }
    convention.shut_down();
}

TEST_CASE("an actor process that is started again loads what was loaded at run time", "[D12]") {
    Convention convention;
    convention.start_leader();
    REQUIRE(load(convention, ZANNI_PROBE_MODULE, convention.endpoint()).code == 0);
    const pid_t first = convention.actor_process_of("leader");

    ::kill(first, SIGKILL);
    convention.actor_process_of("leader", first);

    {
        ActorSystem system(join(convention.endpoint()));
        CHECK(system.create("probe.Probe").has_value());
    }
    convention.shut_down();
}

TEST_CASE("a module that can't be loaded at run time is refused with one line, and the host goes on", "[D12]") {
    Convention convention;
    convention.start_leader();
    const std::string endpoint = convention.endpoint();
    REQUIRE(load(convention, ZANNI_ECHO_MODULE, endpoint).code == 0);

    const auto check_refused = [&](const std::string& module, const std::string& why) {
        const Ended ended = load(convention, module, endpoint);
        CHECK(ended.code == 1);
        CHECK(ended.out.empty());
        CHECK(lines_of(ended.err).size() == 1);
        CHECK(contains(ended.err, "zanni: " + endpoint + ": refused: module " + module + ": "));
        CHECK(contains(ended.err, why));
    };
    check_refused("/nowhere/libmissing.so", "No such file or directory");
    check_refused(ZANNI_NO_ENTRY_MODULE, "has no symbol zanni_module_abi");
    check_refused(ZANNI_OTHER_ABI_MODULE, "built for ABI 'zanni-9.9");
    check_refused(ZANNI_SECOND_ECHO_MODULE, "actor type echo.EchoServer is registered twice");

    CHECK(load(convention, ZANNI_PROBE_MODULE, endpoint).code == 0);
    convention.shut_down();
}

TEST_CASE("a worker loads a module for itself, and the whole convention knows of its types", "[D12]") {
    Convention convention;
    convention.start_leader();
    convention.start_worker("worker", {"--listen", any_port});
    const std::string worker = convention.endpoint("worker");

    REQUIRE(load(convention, ZANNI_PROBE_MODULE, worker).code == 0);

    eventually("the leader has heard of it", [&] { return contains(convention.status_of("worker"), "probe.Probe"); });
    CHECK_FALSE(contains(convention.status_of("leader"), "probe.Probe"));
    {
        ActorSystem system(join(convention.endpoint()));
        CHECK(system.create("probe.Probe").has_value());
    }
    convention.shut_down();
}

TEST_CASE("a program that links its actors is a host, and starts its actor processes from itself", "[D12]") {
    Convention convention;
    convention.start_leader();
    Program& own =
        convention.start(ZANNI_ECHO_HOST, {"host", "--join", convention.endpoint(), "--name", "own", "--ready-file",
                                           convention.file("own.ready").string(), "--capability", "Client=true"});
    eventually("it is ready, or has ended", [&] { return convention.is_ready("own") || !own.is_running(); });
    const pid_t process = convention.actor_process_of("own");

    CHECK(std::filesystem::read_symlink("/proc/" + std::to_string(process) + "/exe") ==
          std::filesystem::canonical(ZANNI_ECHO_HOST));
    CHECK(contains(convention.status_of("own"), "echo.EchoServer"));
    CHECK(convention.run(ZANNI_ECHO_HOST, {"bench"}).code == 2);
    convention.shut_down();
    CHECK(own.wait().code == 0);
}

}  // namespace zanni::tests
