#include <atomic>
#include <optional>

#include <catch2/catch.hpp>

#include <zanni/zanni.hpp>

#include "convention.hpp"

/// Hosts that work off what waits before they end.
namespace zanni::tests {

namespace {

using namespace std::chrono_literals;

const Arguments fast{"--heartbeat-interval", "100ms", "--suspect-after", "1s", "--down-after", "2s"};

Arguments with_echo(Arguments more = {}) {
    Arguments all{"--load", ZANNI_ECHO_MODULE, "--capability", "Server=true"};
    all.insert(all.end(), fast.begin(), fast.end());
    all.insert(all.end(), more.begin(), more.end());
    return all;
}

struct Work {};

std::atomic<bool> may_work = false;

/// Does nothing of its work before it may.
class Worker : public Actor {
public:
    Task<> work(Work) {
        while (!may_work) co_await sleep_for(10ms);
    }
    using Behavior = zanni::Behavior<&Worker::work>;
};

/// A leader, and a worker host of which this process is a program that has three messages to work off.
class Busy {
public:
    Busy() {
        may_work = false;
        convention.start_leader(any_port, with_echo());
        convention.start_worker("worker", with_echo({"--listen", any_port}));
        system.emplace(join(convention.endpoint("worker")));
        const Address worker = system->create<Worker>().value();
        for (int i = 0; i < 3; ++i) system->tell(worker, Work{});
    }

    Ended drain(const std::string& within) {
        return convention.zanni({"drain", "worker", "--within", within, "--join", convention.endpoint()});
    }
    void worker_has_ended() {
        CHECK(convention.host("worker").wait().code == 0);
        eventually("the leader knows that the worker has left",
                   [&] { return !contains(convention.status(), "\"name\":\"worker\""); });
        system.reset();
        convention.shut_down();
    }

    Convention convention;
    std::optional<ActorSystem> system;
};

}  // namespace

TEST_CASE("a host that drains is passed by, works off what waits, and ends then", "[D9]") {
    Busy all;
    Program& drain = all.convention.start(ZANNI_PROGRAM,
                                          {"drain", "worker", "--within", "60s", "--join", all.convention.endpoint()});
    eventually("the worker drains", [&] { return contains(all.convention.status_of("worker"), "\"draining\":true"); });
    const Ended why = all.convention.zanni({"why-not", "echo.EchoServer", "--join", all.convention.endpoint()});
    CHECK(contains(why.out, "worker is draining\n"));
    CHECK(contains(why.out, "leader fits\n"));
    CHECK(drain.is_running());

    may_work = true;

    const Ended ended = drain.wait();
    CHECK(ended.code == 0);
    CHECK(ended.err.empty());
    CHECK(contains(ended.out, "zanni: host worker: drained in "));
    CHECK(contains(ended.out, " s, and ended\n"));
    all.worker_has_ended();
}

TEST_CASE("a host that isn't drained in time ends all the same, and the command says so", "[D9]") {
    Busy all;

    const Ended ended = all.drain("2s");

    CHECK(ended.code == 3);
    CHECK(ended.out.empty());
    // Three, and what wakes their handlers when it was on its way as the process reported.
    CHECK(ended.err.starts_with("zanni: host worker: 2 s were not enough: "));
    CHECK(ended.err.ends_with(" messages were still waiting; ended anyway\n"));
    CHECK(lines_of(ended.err).size() == 1);
    may_work = true;
    all.worker_has_ended();
}

TEST_CASE("what can't be drained is told in one line", "[D9]") {
    Convention convention;
    convention.start_leader(any_port, with_echo());
    const auto error_of = [&](const std::string& host, const std::string& within) {
        const Ended ended = convention.zanni({"drain", host, "--within", within, "--join", convention.endpoint()});
        CHECK(ended.code != 0);
        return ended.err;
    };

    CHECK(error_of("nobody", "1s") ==
          "zanni: " + convention.endpoint() + ": refused: the convention has no host nobody\n");
    CHECK(contains(error_of("leader", "1s"), "refused: host leader leads the convention: "));
    CHECK(error_of("leader", "soon") == "zanni: --within soon: expected a time, such as 300ms or 5s\n");
    convention.shut_down();
}

TEST_CASE("a convention that is at rest is drained and ends", "[D9]") {
    Convention convention;
    convention.start_leader(any_port, with_echo());
    convention.start_worker("worker", with_echo());

    const Ended ended = convention.zanni({"shutdown", "--drain", "60s", "--join", convention.endpoint()});

    CHECK(ended.code == 0);
    CHECK(contains(ended.out, "zanni: the convention: drained in "));
    CHECK(convention.host("worker").wait().code == 0);
    CHECK(convention.host("leader").wait().code == 0);
    convention.nothing_is_left();
}

}  // namespace zanni::tests
