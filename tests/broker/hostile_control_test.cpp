#include <catch2/catch.hpp>

#include <algorithm>
#include <array>
#include <cstring>
#include <random>
#include <string>
#include <vector>

#include "limits.hpp"
#include "transcript.hpp"

/// What a broker does with control frames that no honest process sends.
namespace zanni::broker {

using namespace zanni::test;
using namespace transport;

namespace {

using Bytes = std::vector<std::byte>;

Register registration(std::uint64_t process, std::size_t types) {
    return {process, 99, "program", false, std::vector<TypeEntry>(types, TypeEntry{"t", {}})};
}

/// One frame of so many equal messages.
template <class M>
Bytes repeated(const M& message, std::size_t times) {
    FrameBuilder builder;
    for (std::size_t i = 0; i < times; ++i) {
        Writer writer(builder.begin_record({0, 0, message_id<M>}));
        marshal(writer, message);
        REQUIRE(builder.end_record());
    }
    FrameHeader header;
    header.kind = FrameKind::control;
    return builder.finish(header);
}

std::string refusal(const Words& words) {
    REQUIRE(words.size() == 1);
    const auto begin = words[0].find("Refused(");
    return begin == std::string::npos ? words[0] : words[0].substr(begin + 8, words[0].size() - begin - 9);
}

}  // namespace

TEST_CASE("a process with too many types, or names too long, is refused", "[hostile]") {
    LeaderWithAll leader;
    const std::uint64_t process = leader.program.process();
    const auto answer = [&](const Register& claim) { return refusal(leader.hears(leader.program, claim)); };

    CHECK(answer(registration(process, types_max + 1)) == "1001 actor types, the limit is 1000");
    CHECK(answer(registration(process, 1'000'000)).starts_with("a control frame of "));
    CHECK(answer({process, 99, std::string(257, 'p'), false, {}}) ==
          "257 bytes of the program's name, the limit is 256");
    CHECK(answer({process, 99, "clear\x1b[2J", false, {}}) == "control characters in the program's name");
    CHECK(answer({process, 99, "p", false, {{std::string(257, 't'), {}}}}) ==
          "257 bytes of a type's name, the limit is 256");
    CHECK(answer({process, 99, "p", false, {{"t", Requirements(65, {"Server", true})}}}) ==
          "65 requirements of a type, the limit is 64");
    CHECK(answer({process, 99, "p", false, {{"t", {{"k", std::string(1025, 'v')}}}}}) ==
          "1025 bytes of a requirement's value, the limit is 1024");
    CHECK(leader.hears(leader.program, registration(process, types_max)).size() == 1);
    CHECK(leader.broker.routes().knows(leader.program));
}

TEST_CASE("an actor process whose types make the host's entry too large is refused", "[hostile]") {
    TestBroker leader(leader_entry());
    leader.begin();
    const std::uint64_t process = process_id(alpha, 1);
    leader.broker.actor_process_started(process, TestBroker::first_pid);
    Register claim{process, 1, "actors", true, std::vector<TypeEntry>(1'000, TypeEntry{std::string(100, 't'), {}})};

    CHECK(refusal(leader.hears(Peer(process), claim))
              .ends_with("bytes of names, capabilities and types of a host, the limit is 32768"));
}

TEST_CASE("a host with too much to say about itself is refused, when it joins and later", "[hostile]") {
    LeaderWithAll leader;
    std::vector<std::pair<HostEntry, std::string>> claims(6, {host_entry(beta, "beta"), ""});
    claims[0].first.name = std::string(1'000, 'n');
    claims[0].second = "1000 bytes of the host's name, the limit is 256";
    claims[1].first.version = "0.1.0\n";
    claims[1].second = "control characters in the version";
    for (int i = 0; i < 257; ++i) claims[2].first.capabilities["c" + std::to_string(i)] = true;
    claims[2].second = "258 capabilities, the limit is 256";
    claims[3].first.capabilities["text"] = std::string(1'025, 'v');
    claims[3].second = "1025 bytes of a capability's value, the limit is 1024";
    for (int i = 0; i < 40; ++i) claims[4].first.capabilities["c" + std::to_string(i)] = std::string(1'000, 'v');
    claims[4].second = "bytes of names, capabilities and types of a host, the limit is 32768";
    claims[5].first.actor_process = process_id(alpha, 1);
    claims[5].second = "the actor process belongs to another host";

    for (const auto& [claim, text] : claims) {
        CHECK(refusal(leader.hears(link_of(beta), HostChanged{claim})).ends_with(text));
        CHECK(refusal(leader.hears(link_of(beta, 1), JoinConvention{claim})).ends_with(text));
        CHECK(refusal(leader.hears(link_of(beta), Heartbeat{HostStatus{claim, {}, 0, 0, 0, 0}})).ends_with(text));
    }
    CHECK(leader.hears(stranger(), HostStatusRequest{}) == Words{"to stranger1: HostStatusReply(alpha 2, beta 0)"});
}

TEST_CASE("a host's name of a megabyte is refused by the size of its frame", "[hostile]") {
    LeaderWithAll leader;

    CHECK(refusal(
              leader.hears(link_of(gamma_host), JoinConvention{host_entry(gamma_host, std::string(1024 * 1024, 'n'))}))
              .ends_with("the limits are 1048576 and 8"));
}

TEST_CASE("a member can't pass for the leader, nor for another in its status", "[hostile]") {
    LeaderWithAll leader;
    HostEntry pretender = host_entry(gamma_host, "gamma");
    pretender.leader = true;
    const auto leaders_shown = [&] {
        leader.hears(stranger(), HostStatusRequest{});
        const auto& frame = std::get<SendTo>(leader.last.at(0)).frame;
        std::ptrdiff_t leaders = 0;
        static_cast<void>(read_control(
            check_frame(frame).value(), frame, on<HostStatusReply>([&](const HostStatusReply& reply) {
                leaders = std::ranges::count_if(reply.hosts, [](const auto& status) { return status.host.leader; });
            })));
        return leaders;
    };

    leader.hears(link_of(gamma_host), JoinConvention{pretender});
    CHECK(leaders_shown() == 1);
    leader.hears(link_of(gamma_host), HostChanged{pretender});
    CHECK(leaders_shown() == 1);
    leader.hears(link_of(gamma_host), Heartbeat{HostStatus{pretender, {}, 0, 0, 0, 0}});
    CHECK(leaders_shown() == 1);
    CHECK(refusal(leader.hears(link_of(gamma_host), Heartbeat{HostStatus{host_entry(beta, "beta"), {}, 0, 0, 0, 0}})) ==
          "the status of another host");
}

TEST_CASE("a cause of a novel's length is refused", "[hostile]") {
    LeaderWithAll leader;

    CHECK(refusal(leader.hears(link_of(beta),
                               ProcessGone{process_id(beta, 1), {ExitCause::exception, 0, std::string(2'000, 'w')}})) ==
          "2000 bytes of a cause, the limit is 1024");
}

TEST_CASE("one frame can't ask for a flood of answers", "[hostile]") {
    LeaderWithAll leader;

    CHECK(refusal(leader.hears_frame(stranger(), repeated(HostStatusRequest{}, control_records_max + 1)))
              .ends_with("and 9 records, the limits are 1048576 and 8"));
    CHECK(leader.hears_frame(stranger(), repeated(Hello{"0.1.0"}, control_records_max)).size() == control_records_max);
}

TEST_CASE("nothing of a control frame with a broken end is done", "[hostile]") {
    LeaderWithAll leader;
    auto frame = repeated(Leave{}, 2);
    frame.pop_back();

    CHECK(refusal(leader.hears_frame(leader.program, frame)).starts_with("payload of "));
    CHECK(leader.broker.routes().knows(leader.program));
}

TEST_CASE("a control message that can't be read is refused with its name", "[hostile]") {
    LeaderWithAll leader;
    FrameBuilder builder;
    builder.begin_record({0, 0, message_id<Register>}).push_back(std::byte{0xc1});
    REQUIRE(builder.end_record());
    FrameHeader header;
    header.kind = FrameKind::control;

    CHECK(refusal(leader.hears_frame(stranger(), builder.finish(header))).starts_with("zanni.Register: "));
}

TEST_CASE("bytes that are no frame, and frames of another version, are refused with the reason", "[hostile]") {
    LeaderWithAll leader;
    auto frame = control_frame(0, 0, Hello{"9.0.0"});
    frame[0] = std::byte{2};

    CHECK(refusal(leader.hears_frame(stranger(), Bytes(9))) == "frame of 9 bytes, a header has 40");
    CHECK(refusal(leader.hears_frame(stranger(), frame)) == "frame of protocol version 2, this end speaks version 1");
}

TEST_CASE("a flood of hellos costs nothing but numbers", "[hostile]") {
    LeaderWithAll leader;

    for (int i = 0; i < 100'000; ++i)
        leader.broker.on_control(stranger(), decode_header(control_frame(0, 0, Hello{"0.1.0"})).value(),
                                 control_frame(0, 0, Hello{"0.1.0"}), leader.clock.now());

    CHECK(leader.hears(stranger(), HostStatusRequest{}) == Words{"to stranger1: HostStatusReply(alpha 2, beta 0)"});
    CHECK(refusal(leader.hears(stranger(), Hello{std::string(300, 'v')})) ==
          "300 bytes of the version, the limit is 256");
}

TEST_CASE("a host takes so many processes and no more", "[hostile]") {
    TestBroker leader(leader_entry(), false);
    for (std::size_t i = 0; i < processes_max; ++i) leader.with_program();
    CHECK(refusal(leader.hears(stranger(), Hello{"0.1.0"})) == "this host has 1000 processes already");

    const Peer one(process_id(alpha, 1));
    CHECK(leader.hears(one, registration(one.process(), 0)).size() == 1);
    leader.hears(one, Leave{});
    CHECK(leader.hears(stranger(), Hello{"0.1.0"}) == Words{"to stranger1: Welcome(alpha/1001)"});
}

TEST_CASE("a convention takes so many hosts and no more", "[hostile]") {
    TestBroker leader(leader_entry(), false);
    const auto host = [](std::size_t i) { return 0xd0000000 + static_cast<std::uint32_t>(i); };
    for (std::size_t i = 1; i < hosts_max; ++i) leader.with_member(host(i), "host");

    CHECK(
        refusal(leader.hears(link_of(host(hosts_max)), JoinConvention{host_entry(host(hosts_max), "one too many")})) ==
        "this convention has 400 hosts already");
    CHECK(leader.hears(link_of(host(1), 1), JoinConvention{host_entry(host(1), "host")})[0].ends_with(
        std::string("host host)")));
}

namespace {

constexpr std::uint64_t mutation_seed = 20261122;

Bytes mutate(Bytes frame, std::mt19937_64& random) {
    for (auto changes = 1 + random() % 3; changes > 0; --changes) {
        // Behind the header, as a rule: there it would mostly be refused at once.
        const auto first =
            random() % 8 == 0 ? 0 : std::min<std::size_t>(frame_header_bytes + record_header_bytes, frame.size() - 1);
        const auto at = first + random() % (frame.size() - first);
        const auto place = frame.begin() + static_cast<std::ptrdiff_t>(at);
        const auto change = random() % 4;
        if (change == 0) *place ^= static_cast<std::byte>(1 << random() % 8);
        if (change == 1) *place = static_cast<std::byte>(random());
        if (change == 2) frame[at] = std::byte{0xdd};  // an array of up to 2^32
        if (change == 3) frame.resize(std::max<std::size_t>(at, 1));
    }
    return Bytes(frame);
}

std::vector<Bytes> honest_frames(const Peer& program) {
    const auto from = [](const Peer& peer, const auto& message) {
        return control_frame(peer.process(), process_id(alpha, 0), message);
    };
    HostEntry host = host_entry(gamma_host, "gamma", process_id(gamma_host, 1));
    host.types = {{"echo.Echo", {{"Server", true}}}};
    const HostStatus status{host_entry(beta, "beta"), {{process_id(beta, 1), 7, "p", 3}}, 1, 2, 3};
    return {from(stranger(), Hello{"0.1.0"}),
            from(program, Register{program.process(), 7, "p", false, host.types}),
            from(program, Report{3}),
            from(program, Leave{}),
            from(link_of(gamma_host), JoinConvention{host}),
            from(link_of(gamma_host), HostChanged{host}),
            from(link_of(beta), Heartbeat{status}),
            from(link_of(beta), ProcessGone{process_id(beta, 1), {ExitCause::signal, 9, "x"}}),
            from(link_of(beta), LeaveConvention{}),
            from(stranger(), HostStatusRequest{})};
}

}  // namespace

TEST_CASE("twenty thousand mutated control frames from anybody leave a broker that works and hasn't grown",
          "[hostile]") {
    LeaderWithAll leader;
    std::mt19937_64 random(mutation_seed);
    INFO("seed " << mutation_seed);
    const auto frames = honest_frames(leader.program);
    const std::array senders{stranger(),
                             leader.program,
                             link_of(beta),
                             link_of(gamma_host),
                             Peer(process_id(alpha, 1)),
                             Peer(process_id(gamma_host, 1))};

    std::size_t answers_max = 0;
    for (int round = 0; round < 20'000; ++round) {
        leader.hears_frame(senders[random() % senders.size()], mutate(frames[random() % frames.size()], random));
        answers_max = std::max(answers_max, leader.last.size());
        if (round % 100 == 0) leader.ticks_after(std::chrono::milliseconds(100));
    }

    CHECK(answers_max < 20);
    leader.hears(stranger(), HostStatusRequest{});
    const auto& frame = std::get<SendTo>(leader.last.at(0)).frame;
    CHECK(frame.size() < 4 * host_bytes_max);
    CHECK(leader.hears(stranger(), Hello{"0.1.0"})[0].starts_with("to stranger1: Welcome("));
}

TEST_CASE("mutated frames of the leader don't bring a member down", "[hostile]") {
    TestBroker member(host_entry(beta, "beta"));
    member.with_actor_process();
    member.as_member();
    std::mt19937_64 random(mutation_seed);
    const auto frames = honest_frames(Peer(process_id(beta, 1)));

    for (int round = 0; round < 5'000; ++round) {
        const auto frame = mutate(frames[random() % frames.size()], random);
        if (const auto header = decode_header(frame))
            member.broker.on_control_from_leader(*header, frame, member.clock.now());
    }

    CHECK(member.hears(stranger(), HostStatusRequest{})[0].starts_with("to stranger1: HostStatusReply("));
}

}  // namespace zanni::broker
