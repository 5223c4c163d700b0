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
    std::vector<transport::PollItem> items;
    for (const int fd : agent.fds()) items.push_back({nullptr, fd});
    transport::poll(items, deadline);
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
    CHECK(agent.fds().empty());
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
    CHECK(agent.fds().empty());
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

TEST_CASE("an agent that goes takes its children with it", "[agent]") {
    std::int64_t pid = 0;
    {
        HostAgent agent;
        pid = agent.start(shell("exec sleep 60"));
    }

    CHECK(::kill(static_cast<pid_t>(pid), 0) == -1);
}

}  // namespace zanni::broker
