#include <catch2/catch.hpp>

#include <zanni/marshal.hpp>

#include "control_frame.hpp"
#include "process_id.hpp"
#include "security/guard.hpp"
#include "transcript.hpp"

namespace zanni::broker {

using namespace zanni::test;
using namespace transport;
using namespace std::chrono_literals;

namespace {

/// A client, a host, an admin, a revoked host and a token for a host that ends after ten minutes.
KeyRing some_keys(TimePoint now) {
    return {{{key(1), Role::client, "clara", false},
             {key(2), Role::host, "hugo", false},
             {key(3), Role::admin, "ada", false},
             {key(4), Role::host, "rudi", true},
             {key(6), Role::client, "carl", false}},
            {{key(5), Role::host, now + 10min}}};
}

struct Fixture {
    Fixture() { guard.put(some_keys(clock.now())); }

    KeyId id_of(std::uint8_t number) { return guard.handshake(key(number), clock.now()).value(); }
    std::string why_not(std::uint8_t number) {
        const auto id = guard.handshake(key(number), clock.now());
        return id ? "in" : id.error().context;
    }
    std::string enrols(KeyId who, std::uint8_t number, const std::string& name = "nora") {
        const auto done = guard.enrol(who, {to_text(key(number)), name}, clock.now());
        return done ? std::string(to_string(done->key.role)) + " " + done->key.name : done.error().context;
    }
    bool admits(const Peer& peer, KeyId who) { return guard.admit(peer, who).has_value(); }

    ManualClock clock;
    Guard guard;
};

const Peer process_seven(process_id(alpha, 7));

template <class M>
bool says(Guard& guard, KeyId who) {
    const auto frame = control_frame(0, 0, M{});
    return guard.may_send(who, decode_header(frame).value(), frame).has_value();
}

bool sends(Guard& guard, KeyId who, FrameKind kind) {
    FrameHeader header;
    header.kind = kind;
    return guard.may_send(who, header, {}).has_value();
}

/// A verb that the table doesn't know, as one that was added and forgotten.
struct Unheard {
    static constexpr auto message_name = "zanni.Unheard";
};

}  // namespace

TEST_CASE("each role may say its verbs and no others", "[security]") {
    Fixture all;
    const KeyId nobody = 999;
    const KeyId newcomer = all.id_of(5);
    const KeyId client = all.id_of(1);
    const KeyId host = all.id_of(2);
    const KeyId admin = all.id_of(3);
    //                      nobody newcomer client host admin
    using Row = std::array<bool, 5>;
    const Row for_newcomers{false, true, false, false, false};
    const Row for_clients{false, false, true, true, true};
    const Row for_hosts{false, false, false, true, true};
    const Row for_admins{false, false, false, false, true};
    const auto row = [&]<class M>(std::type_identity<M>) {
        auto& guard = all.guard;
        return Row{says<M>(guard, nobody), says<M>(guard, newcomer), says<M>(guard, client), says<M>(guard, host),
                   says<M>(guard, admin)};
    };
    const auto data = [&](FrameKind kind) {
        auto& guard = all.guard;
        return Row{sends(guard, nobody, kind), sends(guard, newcomer, kind), sends(guard, client, kind),
                   sends(guard, host, kind), sends(guard, admin, kind)};
    };

    CHECK(row(std::type_identity<Enrol>()) == for_newcomers);
    CHECK(row(std::type_identity<Hello>()) == for_clients);
    CHECK(row(std::type_identity<Register>()) == for_clients);
    CHECK(row(std::type_identity<Report>()) == for_clients);
    CHECK(row(std::type_identity<DeadLetterHandlers>()) == for_clients);
    CHECK(row(std::type_identity<LogRecord>()) == for_clients);
    CHECK(row(std::type_identity<ModuleLoaded>()) == for_clients);
    CHECK(row(std::type_identity<UpdateCapability>()) == for_clients);
    CHECK(row(std::type_identity<ClaimNames>()) == for_clients);
    CHECK(row(std::type_identity<ReleaseName>()) == for_clients);
    CHECK(row(std::type_identity<FindName>()) == for_clients);
    CHECK(row(std::type_identity<NamesRequest>()) == for_clients);
    CHECK(row(std::type_identity<Leave>()) == for_clients);
    CHECK(row(std::type_identity<HostStatusRequest>()) == for_clients);
    CHECK(data(FrameKind::data) == for_clients);
    CHECK(data(FrameKind::acknowledgement) == for_clients);
    CHECK(data(FrameKind::returned) == for_clients);
    CHECK(row(std::type_identity<JoinConvention>()) == for_hosts);
    CHECK(row(std::type_identity<Heartbeat>()) == for_hosts);
    CHECK(row(std::type_identity<HostChanged>()) == for_hosts);
    CHECK(row(std::type_identity<ProcessGone>()) == for_hosts);
    CHECK(row(std::type_identity<HostProcesses>()) == for_hosts);
    CHECK(row(std::type_identity<LeaveConvention>()) == for_hosts);
    CHECK(row(std::type_identity<LinkBeat>()) == for_hosts);
    CHECK(row(std::type_identity<ShutDownConvention>()) == for_admins);
    CHECK(row(std::type_identity<LoadModule>()) == for_admins);
    CHECK(row(std::type_identity<DrainHost>()) == for_admins);
    CHECK(row(std::type_identity<Unheard>()) == for_admins);
}

TEST_CASE("this machine's processes, and all of a broker without keys, may say everything but Enrol", "[security]") {
    Fixture all;

    for (const KeyId who : {local_key, anonymous_key}) {
        CHECK(says<ShutDownConvention>(all.guard, who));
        CHECK(says<JoinConvention>(all.guard, who));
        CHECK(says<Hello>(all.guard, who));
        CHECK_FALSE(says<Enrol>(all.guard, who));
    }
}

TEST_CASE("only known keys that are not revoked come in", "[security]") {
    Fixture all;

    CHECK(all.why_not(1) == "in");
    CHECK(all.why_not(5) == "in");
    CHECK(all.why_not(4) == "the revoked key of rudi");
    CHECK(all.why_not(9).starts_with("a key that is not known here: 0900"));
}

TEST_CASE("a token lets one newcomer in, once, and brings a key of its role", "[security]") {
    Fixture all;
    const KeyId newcomer = all.id_of(5);

    CHECK(all.enrols(newcomer, 20) == "host nora");
    CHECK(all.why_not(20) == "in");
    CHECK(all.guard.role_of(all.id_of(20)) == Role::host);

    CHECK(all.why_not(5) == "a token that is spent");
    CHECK(all.enrols(newcomer, 21) == "only a newcomer with a token enrols");
    CHECK_FALSE(all.admits(stranger(), newcomer));
    all.guard.put(some_keys(all.clock.now()));  // its file is still there
    CHECK(all.why_not(5) == "a token that is spent");
}

TEST_CASE("a token expires, also between the handshake and the enrolment", "[security]") {
    Fixture all;
    const KeyId newcomer = all.id_of(5);

    all.clock.advance(10min - 1ns);
    CHECK(all.why_not(5) == "in");
    all.clock.advance(1ns);

    CHECK(all.why_not(5) == "a token that has expired");
    CHECK(all.enrols(newcomer, 20) == "the token has expired");
}

TEST_CASE("a newcomer can't bring a known or revoked key, nonsense, or a taken name", "[security]") {
    Fixture all;
    const KeyId newcomer = all.id_of(5);

    CHECK(all.enrols(newcomer, 1) == "that key is known here already");
    CHECK(all.enrols(newcomer, 4) == "that key is known here already");
    CHECK(all.enrols(newcomer, 5) == "that key is known here already");
    CHECK_FALSE(all.guard.enrol(newcomer, {"no key", "nora"}, all.clock.now()));
    CHECK_FALSE(all.guard.enrol(newcomer, {to_text(key(20)), "../ada"}, all.clock.now()));
    CHECK(all.enrols(all.id_of(2), 20) == "only a newcomer with a token enrols");

    CHECK(all.enrols(newcomer, 20, "rudi") == "host rudi-2");  // a revoked key keeps its name
}

TEST_CASE("a routing id belongs to the key that it was given to, else to the first that uses it", "[security]") {
    Fixture all;
    const KeyId clara = all.id_of(1);
    const KeyId carl = all.id_of(6);
    const Peer given(process_id(alpha, 8));

    CHECK(all.admits(process_seven, clara));
    CHECK_FALSE(all.admits(process_seven, carl));
    CHECK_FALSE(all.admits(process_seven, local_key));
    CHECK(all.admits(process_seven, clara));
    CHECK(all.guard.owner_of(process_seven) == clara);

    CHECK(all.admits(given, carl));  // guessed before it was given
    all.guard.issued(given.process(), clara);
    CHECK_FALSE(all.admits(given, carl));
    CHECK(all.admits(given, clara));
}

TEST_CASE("an id that libzmq chose is of one connection, and any key may have one", "[security]") {
    Fixture all;

    for (const std::uint8_t number : {1, 2, 3, 5}) CHECK(all.admits(stranger(), all.id_of(number)));
}

TEST_CASE("all links of a host belong to one key, and only a host's key may have one", "[security]") {
    Fixture all;
    const KeyId hugo = all.id_of(2);

    CHECK_FALSE(all.admits(link_of(beta), all.id_of(1)));
    CHECK_FALSE(all.admits(link_of(beta), all.id_of(5)));
    CHECK(all.admits(link_of(beta), hugo));
    CHECK(all.admits(link_of(beta, 1), hugo));
    CHECK_FALSE(all.admits(link_of(beta, 2), all.id_of(3)));
    CHECK(all.admits(link_of(gamma_host), all.id_of(3)));
}

TEST_CASE("a revoked key is out at its next frame, and is named once", "[security]") {
    Fixture all;
    const KeyId clara = all.id_of(1);
    CHECK(all.admits(process_seven, clara));
    KeyRing ring = some_keys(all.clock.now());
    ring.keys[0].revoked = true;

    CHECK(all.guard.put(ring) == std::vector{clara});
    CHECK_FALSE(all.admits(process_seven, clara));
    CHECK_FALSE(says<HostStatusRequest>(all.guard, clara));
    CHECK(all.guard.put(ring).empty());

    ring.keys.erase(ring.keys.begin() + 1);  // a file that was deleted
    CHECK(all.guard.put(ring).size() == 1);
    CHECK(all.why_not(2) == "the revoked key of hugo");
}

TEST_CASE("a key that uses ever new ids loses its oldest that is not in use, and nobody else's", "[security]") {
    Fixture all;
    const KeyId clara = all.id_of(1);
    const KeyId carl = all.id_of(6);
    CHECK(all.admits(process_seven, carl));
    const auto nth = [](std::size_t n) { return Peer(process_id(beta, static_cast<std::uint32_t>(n))); };

    std::size_t admitted = 0;
    for (std::size_t n = 1; n <= Guard::routing_ids_max; ++n) admitted += all.admits(nth(n), clara) ? 1 : 0;
    CHECK(admitted == Guard::routing_ids_max);
    all.guard.in_use(nth(1), true);
    CHECK(all.guard.owner_of(nth(2)) == clara);
    CHECK(all.admits(nth(Guard::routing_ids_max + 1), clara));

    CHECK(all.guard.owner_of(nth(1)) == clara);
    CHECK_FALSE(all.guard.owner_of(nth(2)));
    CHECK(all.guard.owner_of(nth(3)) == clara);
    CHECK(all.guard.owner_of(process_seven) == carl);
}

}  // namespace zanni::broker
