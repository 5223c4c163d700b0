#include <catch2/catch.hpp>

#include <unistd.h>

#include <chrono>
#include <csignal>
#include <string>
#include <system_error>
#include <vector>

#include "host_agent.hpp"
#include "socket.hpp"

namespace zanni::broker {

namespace {

constexpr auto deadline = std::chrono::seconds(20);

/// The next child that has ended.
HostAgent::Ended await_end(HostAgent& agent) {
    transport::PollItem item{nullptr, agent.fd()};
    transport::poll({&item, 1}, deadline);
    const auto ended = agent.reap();
    REQUIRE(ended.size() == 1);
    return ended[0];
}

std::vector<std::string> shell(const std::string& script) { return {"/bin/sh", "-c", script}; }

}  // namespace

TEST_CASE("a child's end is noticed with its status", "[agent]") {
    HostAgent agent;
    const auto pid = agent.start(shell("exit 3"));

    const auto ended = await_end(agent);

    CHECK(ended.pid == pid);
    CHECK(ended.cause == ExitCause{ExitCause::process_exit, 3, {}});
    CHECK(agent.reap().empty());
}

TEST_CASE("a child that is killed is noticed with the signal", "[agent]") {
    HostAgent agent;
    const auto pid = agent.start(shell("exec sleep 60"));
    CHECK(agent.reap().empty());

    agent.signal(pid, SIGKILL);

    CHECK(await_end(agent).cause == ExitCause{ExitCause::signal, SIGKILL, {}});
}

TEST_CASE("a child ends by SIGTERM although its parent has it blocked", "[agent]") {
    sigset_t terminate;
    sigset_t before;
    ::sigemptyset(&terminate);
    ::sigaddset(&terminate, SIGTERM);
    ::pthread_sigmask(SIG_BLOCK, &terminate, &before);
    HostAgent agent;
    const auto pid = agent.start(shell("exec sleep 60"));
    ::pthread_sigmask(SIG_SETMASK, &before, nullptr);

    agent.signal(pid, SIGTERM);

    CHECK(await_end(agent).cause == ExitCause{ExitCause::signal, SIGTERM, {}});
}

TEST_CASE("a program that isn't there can't be started, and its name is in the error", "[agent]") {
    HostAgent agent;

    CHECK_THROWS_WITH(agent.start({"/no/such/program"}), "can't start /no/such/program: No such file or directory");
    CHECK(agent.reap().empty());
}

TEST_CASE("a child keeps its status although the broker was started with SIGCHLD ignored", "[agent]") {
    const auto before = ::signal(SIGCHLD, SIG_IGN);
    HostAgent agent;
    agent.start(shell("exit 3"));

    const auto ended = await_end(agent);
    ::signal(SIGCHLD, before);

    CHECK(ended.cause == ExitCause{ExitCause::process_exit, 3, {}});
}

TEST_CASE("whoever isn't a child is sent no signal", "[agent]") {
    HostAgent agent;

    agent.signal(::getpid(), SIGKILL);

    SUCCEED("this process lives");
}

TEST_CASE("the end of a process that is no child is noticed, once, and not after it is unwatched", "[agent]") {
    constexpr std::uint64_t first = 7;
    constexpr std::uint64_t second = 8;
    HostAgent parent;
    HostAgent agent;
    const auto pid = parent.start(shell("exec sleep 60"));
    agent.watch(first, pid);
    agent.watch(second, pid);
    agent.unwatch(second);
    CHECK(agent.reap().empty());

    parent.signal(pid, SIGKILL);

    const auto ended = await_end(agent);
    CHECK(ended.process == first);
    CHECK(ended.pid == 0);
    CHECK(ended.cause.kind == ExitCause::gone);
    CHECK(agent.reap().empty());
}

TEST_CASE("who has ended before it is watched is told as ended", "[agent]") {
    HostAgent agent;
    const auto pid = agent.start(shell("exit 0"));
    await_end(agent);

    agent.watch(7, pid);

    const auto ended = agent.reap();
    REQUIRE(ended.size() == 1);
    CHECK(ended[0].process == 7);
}

TEST_CASE("a child of another that is adopted can be sent signals, and its end is noticed", "[agent]") {
    HostAgent parent;
    HostAgent agent;
    const auto pid = parent.start(shell("exec sleep 60"));
    agent.adopt(pid);

    agent.signal(pid, SIGTERM);

    const auto ended = await_end(agent);
    CHECK(ended.pid == pid);
    CHECK(ended.cause.kind == ExitCause::gone);
}

TEST_CASE("an agent that goes takes its children with it", "[agent]") {
    std::int64_t pid = 0;
    {
        HostAgent agent;
        pid = agent.start(shell("exec sleep 60"));
    }

    CHECK(::kill(static_cast<pid_t>(pid), 0) == -1);
}

}  // namespace zanni::broker
