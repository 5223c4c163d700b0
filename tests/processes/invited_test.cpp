#include <catch2/catch.hpp>

#include <arpa/inet.h>
#include <sys/socket.h>
#include <unistd.h>

#include <csignal>
#include <string>
#include <string_view>
#include <utility>

#include <zanni/zanni.hpp>

#include "convention.hpp"
#include "echo.hpp"

/// Hosts to which the leader connects, as they can't connect to it.
namespace zanni::tests {

namespace {

/// Where that host waits, as its log says.
std::string waits_at(Convention& convention, const std::string& name) {
    const std::string words = "invited by the leader, at ";
    std::string endpoint;
    eventually(name + " waits to be invited", [&] {
        for (const auto& line : lines_of(convention.log_of(name)))
            if (const auto at = line.find(words); at != std::string::npos) endpoint = line.substr(at + words.size());
        return !endpoint.empty();
    });
    return endpoint;
}

void begin_invited(Convention& convention, const std::string& name, const std::string& endpoint, Arguments more = {}) {
    more.insert(more.begin(),
                {"host", "--invited", endpoint, "--load", ZANNI_ECHO_MODULE, "--capability", "Server=true"});
    convention.begin_host(name, more);
}

bool is_served(ActorSystem& system) {
    const auto server = system.create("echo.EchoServer");
    return server && system.ask<echo::Pong>(*server, echo::Ping{}, deadline).has_value();
}

/// A program that listens by TCP, and is none of Zanni's.
class Stranger {
public:
    Stranger() : listener_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
        address_.sin_family = AF_INET;
        address_.sin_addr.s_addr = htonl(0x7f004d01);  // where no connection comes from
        socklen_t size = sizeof address_;
        REQUIRE(::bind(listener_, reinterpret_cast<const sockaddr*>(&address_), size) == 0);
        REQUIRE(::listen(listener_, 5) == 0);
        REQUIRE(::getsockname(listener_, reinterpret_cast<sockaddr*>(&address_), &size) == 0);
    }
    ~Stranger() { leave(); }
    Stranger(const Stranger&) = delete;
    Stranger& operator=(const Stranger&) = delete;

    std::string endpoint() const { return "tcp://127.0.77.1:" + std::to_string(ntohs(address_.sin_port)); }
    void answer_once(std::string_view words) const {
        const int caller = ::accept(listener_, nullptr, nullptr);
        REQUIRE(caller >= 0);
        CHECK(::send(caller, words.data(), words.size(), MSG_NOSIGNAL) > 0);
        ::close(caller);
    }
    void leave() {
        if (listener_ >= 0) ::close(std::exchange(listener_, -1));
    }

private:
    int listener_;
    sockaddr_in address_{};
};

}  // namespace

TEST_CASE("a leader connects to the hosts that it was told to invite, and they are members", "[D7]") {
    Convention convention;
    begin_invited(convention, "worker", any_port);
    const std::string endpoint = waits_at(convention, "worker");
    convention.start_leader(any_port, {"--load", ZANNI_ECHO_MODULE, "--invite", endpoint});
    convention.await_ready("worker");
    {
        ActorSystem system(join(convention.endpoint()));
        CHECK(is_served(system));
    }
    convention.shut_down();
}

TEST_CASE("an invited host that is killed and started again comes back, and so does its leader", "[D7][D14]") {
    Convention convention;
    begin_invited(convention, "worker", any_port);
    const std::string endpoint = waits_at(convention, "worker");
    const Arguments leader{"--load", ZANNI_ECHO_MODULE, "--invite", endpoint};
    convention.start_leader(any_port, leader);
    convention.await_ready("worker");
    const std::string listens = convention.endpoint();
    ActorSystem system(join(listens));
    REQUIRE(is_served(system));

    convention.host("worker").signal(SIGKILL);
    convention.host("worker").wait();
    begin_invited(convention, "worker", endpoint);
    convention.await_ready("worker");
    eventually("the worker serves again", [&] { return is_served(system); });

    convention.host("leader").signal(SIGKILL);
    convention.host("leader").wait();
    convention.start_leader(listens, leader);
    eventually("the worker is a member again", [&] { return !convention.status_of("worker").empty(); });
    eventually("it serves again", [&] { return is_served(system); });
    CHECK(system.shut_down(deadline));
}

TEST_CASE("a host where the leader finds no Zanni yet is invited again", "[D7]") {
    Convention convention;
    Stranger stranger;
    const std::string endpoint = stranger.endpoint();
    convention.start_leader(any_port, {"--load", ZANNI_ECHO_MODULE, "--invite", endpoint});
    stranger.answer_once(
        "HTTP/1.0 400 this is neither ZeroMQ nor the time for it, and long enough to be sure of that\r\n");
    eventually("the leader says so", [&] {
        return contains(convention.log_of("leader"), "at " + endpoint + " somebody else than an invited host answers");
    });
    stranger.leave();

    begin_invited(convention, "worker", endpoint);
    convention.await_ready("worker");
    convention.shut_down();
}

TEST_CASE("an invited host enrols by a token too, and comes back by its own key", "[D7][security]") {
    Convention convention;
    const Ended made = convention.zanni({"keys", "init"});
    INFO(made.err);
    REQUIRE(made.code == 0);
    std::string token = made.out.substr(made.out.find("zanni1-"));
    token.pop_back();
    Folder other_machine;
    const Arguments keys{"--keys", (other_machine.path() / "keys").string()};
    Stranger stranger;
    const std::string endpoint = stranger.endpoint();
    stranger.leave();

    Arguments first = keys;
    first.insert(first.end(), {"--token", token});
    begin_invited(convention, "worker", endpoint, first);
    convention.start_leader(any_port, {"--load", ZANNI_ECHO_MODULE, "--invite", endpoint});
    convention.await_ready("worker");
    ActorSystem system(join(convention.endpoint()));
    CHECK(is_served(system));
    CHECK(contains(convention.zanni({"keys", "list"}).out, "worker "));

    convention.host("worker").signal(SIGTERM);
    CHECK(convention.host("worker").wait().code == 0);
    begin_invited(convention, "worker", endpoint, keys);
    convention.await_ready("worker");
    eventually("it serves again", [&] { return is_served(system); });
    CHECK(system.shut_down(deadline));
    convention.shut_down();
}

TEST_CASE("a host says how it gets to its leader, in one way", "[D7]") {
    Convention convention;
    const auto refusal = [&](const Arguments& arguments) {
        const Ended ended = convention.zanni(arguments);
        CHECK(ended.code == 2);
        return ended.err;
    };

    CHECK(contains(refusal({"host"}), "either --join ENDPOINT or --invited ENDPOINT"));
    CHECK(contains(refusal({"host", "--join", "tcp://127.0.0.1:1", "--invited", any_port}),
                   "either --join ENDPOINT or --invited ENDPOINT"));
    CHECK(contains(refusal({"host", "--invited", "tcp://0.0.0.0:*"}), "--invited tcp://0.0.0.0:*: refused"));
    CHECK(contains(refusal({"host", "--invited", any_port, "--token", "zanni1-0"}), "with --token a port is needed"));
    CHECK(contains(refusal({"broker", "--invite", "tcp://127.0.0.1:*"}), "--invite tcp://127.0.0.1:*: the host and"));
}

}  // namespace zanni::tests
