#include <string>

#include <catch2/catch.hpp>

#include <zanni/version.hpp>

#include "convention.hpp"

/// What `zanni` says to those who mistype: one line that says what and where, and exit code 2.
namespace zanni::tests {

namespace {

void check_refused(Convention& convention, const Arguments& arguments, const std::string& line) {
    const Ended ended = convention.zanni(arguments);
    CHECK(ended.code == 2);
    CHECK(ended.out.empty());
    CHECK(ended.err == line + "\n");
}

}  // namespace

TEST_CASE("an unknown verb or flag is named, with the known one nearest to it") {
    Convention convention;

    check_refused(convention, {"brokr"}, "zanni: there is no brokr; did you mean broker? (zanni --help says more)");
    check_refused(convention, {"orchestrate"}, "zanni: there is no orchestrate (zanni --help says more)");
    check_refused(convention, {"bench", "pingpong"},
                  "zanni bench: there is no pingpong; did you mean ping-pong? (zanni bench --help says more)");
    check_refused(convention, {"broker", "--capabilty", "Server=true"},
                  "zanni broker: there is no --capabilty; did you mean --capability? (zanni broker --help says more)");
    check_refused(convention, {"broker", "--capabilty=Server=true"},
                  "zanni broker: there is no --capabilty; did you mean --capability? (zanni broker --help says more)");
    check_refused(convention, {"host", "--jion", "tcp://127.0.0.1:1900"},
                  "zanni host: there is no --jion; did you mean --join? (zanni host --help says more)");
    check_refused(convention, {"status", "--colour"},
                  "zanni status: there is no --colour (zanni status --help says more)");
    check_refused(convention, {"status", "please"},
                  "zanni status: 'please' is not expected (zanni status --help says more)");
    convention.nothing_is_left();
}

TEST_CASE("what is missing on the command line is named") {
    Convention convention;

    check_refused(convention, {},
                  "zanni: a verb is missing: broker, host, bench, status, hosts, top, actors, names, dead-letters, "
                  "trace, send, ask, "
                  "why-not, doctor, load, drain, shutdown, keys, completion (zanni --help says more)");
    check_refused(convention, {"bench"}, "zanni bench: a verb is missing: ping-pong (zanni bench --help says more)");
    check_refused(convention, {"host"}, "zanni: a worker host needs either --join ENDPOINT or --invited ENDPOINT");
    check_refused(convention, {"broker", "--listen"},
                  "zanni broker: --listen: 1 required TEXT missing (zanni broker --help says more)");
}

TEST_CASE("a value that makes no sense is refused before anything starts") {
    Convention convention;
    const std::string no_folder = (convention.file("none") / "ready").string();

    for (const std::string capability : {"Server", "=true", ""})
        check_refused(
            convention, {"broker", "--capability", capability},
            "zanni: --capability " + capability + ": expected KEY=VALUE, such as Server=true or 'Memory GiB=64'");
    check_refused(convention, {"broker", "--down-after", "5"},
                  "zanni: --down-after 5: expected a time, such as 300ms or 5s");
    check_refused(convention, {"broker", "--heartbeat-interval", "3s"},
                  "zanni: --heartbeat-interval 3s, --suspect-after 2s, --down-after 5s: the heartbeat interval must be "
                  "shorter than the suspect time, and that no longer than the down time");
    check_refused(convention, {"broker", "--log-level", "loud"},
                  "zanni: --log-level loud: expected debug, info, warn, error or off");
    check_refused(convention, {"broker", "--load", "/nowhere/libecho.so"},
                  "zanni: --load '/nowhere/libecho.so': no such file");
    check_refused(convention, {"broker", "--ready-file", no_folder},
                  "zanni: --ready-file " + no_folder + ": there is no folder " + convention.file("none").string());
    check_refused(
        convention, {"bench", "ping-pong", "--count", "0"},
        "zanni bench ping-pong: --count: Value 0 not in range 1 to 100000000 (zanni bench ping-pong --help says more)");
    convention.nothing_is_left();
}

TEST_CASE("a wrong endpoint is refused by every verb that takes one, and the flag is named") {
    Convention convention;
    const Arguments joiners[] = {{"host"}, {"status"}, {"names"}, {"shutdown"}, {"bench", "ping-pong"}};

    for (Arguments arguments : joiners) {
        const auto with = [&](const std::string& endpoint) {
            Arguments all = arguments;
            all.insert(all.end(), {"--join", endpoint});
            return all;
        };
        check_refused(convention, with("tcp://nowhere"),
                      "zanni: --join 'tcp://nowhere' is no endpoint: expected tcp://HOST:PORT");
        check_refused(convention, with("http://x"),
                      "zanni: --join 'http://x' is no endpoint: expected tcp://HOST:PORT or ipc://PATH");
        check_refused(convention, with("tcp://127.0.0.1:70000"),
                      "zanni: --join 'tcp://127.0.0.1:70000' is no endpoint: '70000' is no port (0 to 65535)");
        check_refused(convention, with(any_port),
                      "zanni: --join tcp://127.0.0.1:*: the host and the port where a broker listens are needed");
    }
    check_refused(convention, {"broker", "--listen", "tcp://nowhere"},
                  "zanni: --listen 'tcp://nowhere' is no endpoint: expected tcp://HOST:PORT");
    check_refused(convention, {"broker", "--listen", "http://x:1"},
                  "zanni: --listen 'http://x:1' is no endpoint: expected tcp://HOST:PORT or ipc://PATH");
    check_refused(convention, {"broker", "--listen", "tcp://127.0.0.1:70000"},
                  "zanni: --listen 'tcp://127.0.0.1:70000' is no endpoint: '70000' is no port (0 to 65535)");
    convention.nothing_is_left();
}

TEST_CASE("a host name that nobody knows is refused with the resolver's words") {
    Convention convention;

    const Ended ended = convention.zanni({"host", "--join", "tcp://no-such-host.invalid:1900"});

    CHECK(ended.code == 2);
    CHECK(lines_of(ended.err).size() == 1);
    CHECK(contains(ended.err, "zanni: --join tcp://no-such-host.invalid:1900: host 'no-such-host.invalid': "));
}

TEST_CASE("beyond this machine a host listens only when --insecure says so") {
    Convention convention;

    check_refused(
        convention, {"broker", "--listen", "tcp://0.0.0.0:*"},
        "zanni: --listen tcp://0.0.0.0:*: refused, as anybody on the network could use this host; there are no keys. "
        "Make some with 'zanni keys init', listen on 127.0.0.1, or say --insecure on a network that you trust");
    convention.start_leader("tcp://0.0.0.0:*", {"--insecure"});
    CHECK(convention.endpoint().starts_with("tcp://0.0.0.0:"));
    const std::string port = convention.endpoint().substr(std::string("tcp://0.0.0.0:").size());
    CHECK(convention.zanni({"shutdown", "--join", "tcp://127.0.0.1:" + port}).code == 0);
    convention.nothing_is_left();
}

TEST_CASE("help and version are printed, and are no errors") {
    Convention convention;
    const Arguments verbs[] = {{},         {"broker"}, {"host"},    {"bench"}, {"bench", "ping-pong"},
                               {"status"}, {"names"},  {"shutdown"}};

    for (Arguments arguments : verbs) {
        const std::string last = arguments.empty() ? "zanni" : arguments.back();
        arguments.emplace_back("--help");
        const Ended ended = convention.zanni(arguments);
        CHECK(ended.code == 0);
        CHECK(ended.err.empty());
        CHECK(contains(ended.out, "Usage: "));
        CHECK(contains(ended.out, last));
        CHECK(contains(ended.out, "--help"));
        CHECK_FALSE(contains(ended.out, "actor-process"));  // not for people
    }
    const Ended version = convention.zanni({"--version"});
    CHECK(version.code == 0);
    CHECK(version.out.starts_with("zanni " ZANNI_VERSION));
    const std::string commit = version.out.substr(sizeof("zanni " ZANNI_VERSION) - 1);  // nothing, or " (497fa8436a12)"
    CHECK((commit == "\n" || (commit.starts_with(" (") && commit.ends_with(")\n"))));
}

}  // namespace zanni::tests
