#include <csignal>

#include <catch2/catch.hpp>

#include <zanni/zanni.hpp>

#include "control.hpp"
#include "control_frame.hpp"
#include "convention.hpp"
#include "echo.hpp"
#include "enrolment.hpp"
#include "hostile_peers.hpp"
#include "security/key_folder.hpp"

/// Conventions with keys: real brokers, each host with a key folder of its own.
namespace zanni::tests {

namespace {

using namespace transport;

/// A leader with new keys in the default folder, with the echo module and Server.
class SecureConvention : public Convention {
public:
    SecureConvention() {
        const Ended made = zanni({"keys", "init"});
        INFO(made.err);
        REQUIRE(made.code == 0);
        first_token = made.out.substr(made.out.find("zanni1-"));
        first_token.pop_back();
    }

    Program& start_secure_leader() {
        return start_leader(any_port, {"--load", ZANNI_ECHO_MODULE, "--capability", "Server=true"});
    }
    std::string token(const std::string& role, const std::string& valid = "10min") {
        const Ended printed = zanni({"keys", "join-token", "--role", role, "--valid", valid});
        REQUIRE(printed.code == 0);
        return printed.out.substr(0, printed.out.size() - 1);
    }
    /// A folder with the key of a new client.
    std::string client(const std::string& name) {
        const std::string folder = (others.path() / name).string();
        const Ended ended = zanni(
            {"keys", "enrol", "--join", endpoint(), "--token", token("client"), "--keys", folder, "--name", name});
        INFO(ended.err);
        REQUIRE(ended.code == 0);
        return folder;
    }
    std::string worker_keys(const std::string& name) const { return (others.path() / name).string(); }

    /// How often the leader's log has that text.
    std::size_t logged(const std::string& text) const {
        std::size_t count = 0;
        for (const auto& line : lines_of(log_of("leader"))) count += contains(line, text) ? 1 : 0;
        return count;
    }
    /// Of the leader, from its status.
    std::uint64_t count_of(const std::string& what) {
        const std::string own = status_of("leader");
        const auto at = own.find("\"" + what + "\":");
        REQUIRE(at != std::string::npos);
        return std::stoull(own.substr(at + what.size() + 3));
    }

    Folder others;  // the keys of other machines
    std::string first_token;
};

/// A registered process whose socket the test holds.
class RawProcess {
public:
    RawProcess(const std::string& endpoint, const ClientKeys& keys, std::uint64_t as = 0)
        : process(as ? as : enrol(context_, endpoint, deadline, keys)), dealer(context_, routing_id(process), keys) {
        dealer.connect(endpoint);
        say(Register{process, 0, "raw", false, {}});
    }

    template <class M>
    void say(const M& message) {
        Frame frame(control_frame(process, 0, message));
        dealer.send(frame);
    }
    /// The next refusal that it hears; empty: it is registered instead.
    std::string refusal() {
        for (Frame frame;;) {
            std::optional<std::string> answer;
            PollItem item{&dealer};
            poll({&item, 1}, deadline);
            REQUIRE(dealer.receive(frame));
            const auto bytes = std::as_const(frame).bytes();
            static_cast<void>(read_control(check_frame(bytes).value(), bytes,
                                           on<Refused>([&](const Refused& no) { answer = no.context; }),
                                           on<Registered>([&](const Registered&) { answer = ""; })));
            if (answer) return *answer;
        }
    }

    Context context_;
    std::uint64_t process;
    Dealer dealer;
};

}  // namespace

TEST_CASE("a host enrols by a token, plays, and comes back by its own key", "[security]") {
    SecureConvention convention;
    convention.start_secure_leader();
    const std::string keys = convention.worker_keys("worker");
    const Arguments flags{"--keys", keys, "--load", ZANNI_ECHO_MODULE, "--capability", "Client=true"};
    Arguments first = flags;
    first.insert(first.end(), {"--token", convention.first_token});
    convention.start_worker("worker", first);

    for (const Arguments& folder : {Arguments{}, Arguments{"--keys", keys}}) {
        Arguments bench{"bench", "ping-pong", "--in-flight", "1", "--count", "100", "--join", convention.endpoint()};
        bench.insert(bench.end(), folder.begin(), folder.end());
        const Ended played = convention.zanni(bench);
        INFO(played.err);
        CHECK(played.code == 0);
        CHECK(contains(played.out, "strict"));
    }
    const Ended listed = convention.zanni({"keys", "list"});
    CHECK(contains(listed.out, "worker "));
    CHECK_FALSE(contains(listed.out, "a token"));

    convention.host("worker").signal(SIGTERM);
    CHECK(convention.host("worker").wait().code == 0);
    convention.start_worker("worker", flags);
    const Ended refused = convention.zanni({"shutdown", "--join", convention.endpoint(), "--keys", keys});
    CHECK(refused.code == 1);
    CHECK(contains(refused.err, "the role of this key, host, does not allow that"));
    convention.shut_down();
}

TEST_CASE("whoever has no key, a wrong one or a used token is told so, and a good client is served on", "[security]") {
    SecureConvention convention;
    convention.start_secure_leader();
    const std::string endpoint = convention.endpoint();
    {
        ActorSystem system(join(endpoint));
        const Address server = system.create("echo.EchoServer");
        const auto is_served = [&] { return system.ask<echo::Pong>(server, echo::Ping{}, deadline).has_value(); };
        REQUIRE(is_served());

        for (int times = 0; times < 2; ++times) {
            const Ended plain = convention.zanni({"status", "--join", endpoint, "--keys", "none"});
            CHECK(plain.code == 1);
            CHECK(contains(plain.err, "lets nobody in without a key"));
        }

        const Ended other = convention.zanni({"keys", "init", "--keys", convention.worker_keys("other")});
        REQUIRE(other.code == 0);
        const Ended wrong = convention.zanni({"status", "--join", endpoint, "--keys", convention.worker_keys("other")});
        CHECK(wrong.code == 1);
        CHECK(contains(wrong.err, "its key is not the one that is pinned here"));

        ClientKeys unknown = read_client_keys(default_key_folder());
        unknown.own = make_key_pair();
        for (int times = 0; times < 2; ++times) {
            Context context;
            CHECK_THROWS_WITH(enrol(context, endpoint, deadline, unknown),
                              Catch::Contains("the broker does not let this key in"));
        }
        CHECK(convention.logged(to_text(unknown.own.open)) == 1);

        const std::string token = convention.token("host");
        const auto bring = [&](const std::string& folder) {
            return convention.zanni(
                {"keys", "enrol", "--join", endpoint, "--token", token, "--keys", convention.worker_keys(folder)});
        };
        CHECK(bring("first").code == 0);
        const Ended again = bring("second");
        CHECK(again.code == 1);
        CHECK(contains(again.err, "its token is spent"));
        CHECK(convention.logged("a token that is spent") == 1);

        Random random(7);
        {
            RawConnections scan(endpoint, random);
            for (int connections = 0; connections < 20; ++connections) scan.open();
            CHECK(is_served());
        }
        CHECK(convention.count_of("connections_refused") >= 5);
        CHECK(convention.logged("it brought no key") == 1);
        CHECK(is_served());
    }
    convention.shut_down();
}

TEST_CASE("a client can neither speak for another nor take its mail, and is cut off when its key is revoked",
          "[security]") {
    SecureConvention convention;
    convention.start_secure_leader();
    const std::string endpoint = convention.endpoint();
    const ClientKeys good = read_client_keys(default_key_folder());
    const ClientKeys bad = read_client_keys(convention.client("thief"));
    {
        RawProcess victim(endpoint, good);
        REQUIRE(victim.refusal().empty());

        RawProcess stolen(endpoint, bad, victim.process);  // its routing id, while it is there
        CHECK(stolen.refusal() == "a routing id that belongs to another key");
        stolen.say(Leave{});
        CHECK(stolen.refusal() == "a routing id that belongs to another key");

        RawProcess forger(endpoint, bad);
        REQUIRE(forger.refusal().empty());
        for (int times = 0; times < 2; ++times) {
            FrameHeader header;
            header.source = victim.process;
            header.destination = victim.process;
            header.epoch = 1;
            header.sequence = 1;
            Frame forged(FrameBuilder().finish(header));
            forger.dealer.send(forged);
            CHECK(forger.refusal() == "a frame in the name of a process that didn't send it");
        }
        forger.say(ShutDownConvention{});
        CHECK(forger.refusal() == "the role of this key, client, does not allow that");
        CHECK(convention.logged("a frame of client thief was refused") == 1);
        CHECK(convention.logged("a frame in the name of a process") == 1);
        CHECK(convention.count_of("frames_refused") == 5);

        CHECK(convention.zanni({"keys", "revoke", "thief"}).code == 0);
        CHECK(forger.refusal() == "your key has been revoked");
        forger.say(Report{});
        CHECK(forger.refusal() == "your key has been revoked");
        Context context;
        CHECK_THROWS_WITH(enrol(context, endpoint, deadline, bad),
                          Catch::Contains("the broker does not let this key in"));
        CHECK(convention.logged("the key of") == 1);

        victim.say(Report{});
        victim.say(Register{victim.process, 0, "raw", false, {}});
        CHECK(victim.refusal().empty());
        victim.say(Leave{});
    }
    convention.shut_down();
}

TEST_CASE("two workers with keys talk directly, and a third machine's key opens neither", "[security][links]") {
    SecureConvention convention;
    convention.start_leader();
    const auto start = [&](const std::string& name, const std::string& token, const std::string& offers) {
        convention.start_worker(name, {"--keys", convention.worker_keys(name), "--token", token, "--load",
                                       ZANNI_ECHO_MODULE, "--capability", offers, "--listen", any_port});
    };
    start("client", convention.first_token, "Client=true");
    start("server", convention.token("host"), "Server=true");

    eventually("the workers have linked", [&] {
        const Ended ended = convention.zanni(
            {"bench", "ping-pong", "--join", convention.endpoint(), "--in-flight", "1", "--count", "100"});
        INFO(ended.err);
        REQUIRE(ended.code == 0);
        return contains(convention.status_of("client"), R"("links":[{"host":"server","frames":)");
    });

    ClientKeys keys = read_client_keys(default_key_folder());
    keys.leader = read_client_keys(convention.worker_keys("server")).own.open;
    Context context;
    CHECK_THROWS_WITH(enrol(context, convention.endpoint("server"), deadline, keys),
                      Catch::Contains("the broker does not let this key in"));
    convention.shut_down();
}

TEST_CASE("a host whose key is revoked ends, and says why", "[security]") {
    SecureConvention convention;
    convention.start_secure_leader();
    convention.start_worker("worker", {"--keys", convention.worker_keys("worker"), "--token", convention.first_token});

    CHECK(convention.zanni({"keys", "revoke", "worker"}).code == 0);

    const Ended ended = convention.host("worker").wait();
    CHECK(ended.code == 1);
    CHECK(contains(ended.err, "your key has been revoked"));
    eventually("the leader has forgotten it", [&] { return convention.status_of("worker").empty(); });
    convention.shut_down();
}

TEST_CASE("keys that are there are not overwritten, and bad ones keep a broker from starting", "[security]") {
    SecureConvention convention;
    const auto folder = default_key_folder();

    const Ended again = convention.zanni({"keys", "init"});
    CHECK(again.code == 2);
    CHECK(contains(again.err, (folder / "leader.key").string() + ": there are keys already"));

    std::filesystem::permissions(folder / "leader.key", std::filesystem::perms::group_read,
                                 std::filesystem::perm_options::add);
    const Ended open = convention.zanni({"broker", "--listen", any_port});
    CHECK(open.code == 2);
    CHECK(lines_of(open.err).size() == 1);
    CHECK(contains(open.err, (folder / "leader.key").string() + ": others can get at it"));
    const Ended none = convention.zanni({"broker", "--keys", "none", "--listen", "tcp://0.0.0.0:*"});
    CHECK(none.code == 2);
    CHECK(contains(none.err, "there are no keys"));
}

}  // namespace zanni::tests
