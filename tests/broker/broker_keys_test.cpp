#include <algorithm>

#include <catch2/catch.hpp>

#include "transcript.hpp"

/// What a leader with keys does, beyond what its Guard says.
namespace zanni::test {

using namespace transport;
using namespace broker;
using namespace std::chrono_literals;

namespace {

/// A leader that knows a client, a host and a token.
struct LeaderWithKeys : TestBroker {
    LeaderWithKeys() : TestBroker(leader_entry(), false) {
        begin();
        ring.keys = {{key(1), Role::client, "clara", false}, {key(2), Role::host, "hugo", false}};
        ring.tokens = {{key(3), Role::host, clock.now() + 10min}};
        broker.on_keys(ring);
    }

    KeyId id_of(std::uint8_t number) { return broker.on_handshake(key(number), "10.0.0.1", clock.now()).value(); }
    template <class M>
    Words hears_as(KeyId who, const Peer& from, const M& message) {
        if (const auto in = broker.admit(from, who); !in) return {"turned away: " + in.error().context};
        const auto frame = control_frame(from.process(), process_id(alpha, 0), message);
        last_heard = broker.on_control(from, decode_header(frame).value(), frame, clock.now(), who);
        return words_of(last_heard);
    }
    /// A program under that key.
    Peer registers(KeyId who) {
        hears_as(who, stranger(), Hello{"0.1.0"});
        const Peer peer(process_id(alpha, ++processes));
        hears_as(who, peer, Register{peer.process(), 0, "program", false, {}});
        return peer;
    }

    KeyRing ring;
    Actions last_heard;
    std::uint32_t processes = 0;
};

bool has(const Words& words, const std::string& wanted) { return std::ranges::find(words, wanted) != words.end(); }

}  // namespace

TEST_CASE("a newcomer's key is kept before it is told so", "[security]") {
    LeaderWithKeys leader;
    const KeyId newcomer = leader.id_of(3);

    CHECK(leader.hears_as(newcomer, stranger(), Enrol{to_text(key(9)), "nora"}) ==
          Words{"keep key nora", "to stranger1: Enrolled"});
    CHECK(leader.hears_as(newcomer, stranger(), Enrol{to_text(key(10)), "eve"}) ==
          Words{"turned away: your key has been revoked"});
    CHECK(leader.broker.traffic().frames_refused == 1);
}

TEST_CASE("what a revoked key had registered is gone for everybody, and nothing else is", "[security]") {
    LeaderWithKeys leader;
    const Peer good = leader.registers(local_key);
    const Peer bad = leader.registers(leader.id_of(1));
    leader.hears_as(leader.id_of(2), link_of(beta), JoinConvention{host_entry(beta, "beta")});
    REQUIRE(leader.broker.routes().knows(bad));
    REQUIRE(leader.broker.routes().knows(link_of(beta)));

    for (KnownKey& known : leader.ring.keys) known.revoked = true;
    const Words said = words_of(leader.broker.on_keys(leader.ring));

    CHECK_FALSE(leader.broker.routes().knows(bad));
    CHECK_FALSE(leader.broker.routes().knows(link_of(beta)));
    CHECK(leader.broker.routes().knows(good));
    CHECK(has(said, "to " + name_of(good) + ": HostGone(beta, its key was revoked)"));
    CHECK(leader.broker.on_keys(leader.ring).empty());
}

TEST_CASE("what is refused is counted, frames and connections", "[security]") {
    LeaderWithKeys leader;
    const KeyId clara = leader.id_of(1);
    const Peer program = leader.registers(clara);

    CHECK_FALSE(leader.broker.on_handshake(key(99), "10.0.0.1", leader.clock.now()));
    leader.broker.on_failed_handshake();
    CHECK(leader.hears_as(clara, program, ShutDownConvention{}).size() == 1);
    CHECK_FALSE(leader.broker.admit(program, local_key));

    CHECK(leader.broker.traffic().connections_refused == 2);
    CHECK(leader.broker.traffic().frames_refused == 2);
}

TEST_CASE("nobody on a worker host ends a convention whose leader has keys", "[security]") {
    TestBroker worker(host_entry(beta, "beta"), false);
    Broker with_keys({host_entry(beta, "beta"), false, {}, {}, false, here, 0, true}, worker.clock.now());
    with_keys.begin();

    const auto frame = control_frame(0, 0, ShutDownConvention{});
    const Words said =
        words_of(with_keys.on_control(stranger(), decode_header(frame).value(), frame, worker.clock.now()));

    REQUIRE(said.size() == 1);
    CHECK(said[0].find("ask the leader itself") != std::string::npos);
}

TEST_CASE("the leader tells of each host which key it has, whatever that says itself", "[security]") {
    LeaderWithKeys leader;
    const KeyId hugo = leader.id_of(2);
    HostEntry entry = host_entry(beta, "beta");
    entry.key = to_text(key(1));
    const auto told = [&] {
        std::string key;
        for (const auto& action : leader.last_heard)
            if (const auto* const send = std::get_if<SendTo>(&action))
                static_cast<void>(read_control(check_frame(send->frame).value(), send->frame,
                                               on<Joined>([&](const Joined& joined) { key = joined.hosts.back().key; }),
                                               on<HostChanged>([&](const HostChanged& news) { key = news.host.key; })));
        return key;
    };

    leader.hears_as(hugo, link_of(beta), JoinConvention{entry});
    CHECK(told() == to_text(key(2)));

    const KeyId local = local_key;
    leader.hears_as(local, link_of(gamma_host), JoinConvention{host_entry(gamma_host, "gamma")});
    leader.hears_as(hugo, link_of(beta), HostChanged{entry});
    CHECK(told() == to_text(key(2)));
}

}  // namespace zanni::test
