#include <catch2/catch.hpp>

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include <zanni/marshal.hpp>

#include "control.hpp"
#include "control_frame.hpp"
#include "golden.hpp"

namespace zanni::transport {

using test::hex;

namespace {

HostEntry a_host() {
    return {0xa1000001,
            "alpha",
            "0.1.0",
            true,
            {{"Server", true}, {"CPUs", std::int64_t{8}}, {"Load", 0.5}, {"OS", std::string("Linux")}},
            0xa1000001'00000001,
            {{"echo.EchoServer", {{"Server", true}}}, {"echo.Client", {}}}};
}

HostStatus a_status() { return {a_host(), {{0xa1000001'00000001, 4711, "actor process", 3}}, 10, 2, 512}; }

/// What the control frame of the message gives back, marshalled; empty when it gave back nothing.
template <class M>
std::string through_a_frame(const M& message) {
    const auto frame = control_frame(1, 2, message);
    const auto header = check_frame(frame).value();
    std::string bytes;
    const auto error = read_control(header, frame, on<M>([&](const M& read) { bytes = hex(marshalled(read)); }));
    CHECK_FALSE(error);
    return bytes;
}

template <class M>
void check_round_trip(const M& message) {
    INFO(message_name<M>());
    CHECK(through_a_frame(message) == hex(marshalled(message)));
}

/// A control frame with a record per message.
template <class... M>
std::vector<std::byte> frame_of(const M&... messages) {
    FrameBuilder builder;
    const auto add = [&](const auto& message) {
        using Message = std::remove_cvref_t<decltype(message)>;
        Writer writer(builder.begin_record({0, 0, message_id<Message>}));
        marshal(writer, message);
        REQUIRE(builder.end_record());
    };
    (add(messages), ...);
    FrameHeader header;
    header.kind = FrameKind::control;
    return builder.finish(header);
}

}  // namespace

TEST_CASE("each control message survives its frame", "[control]") {
    check_round_trip(Hello{"0.1.0"});
    check_round_trip(Welcome{0xa1000001'00000007, "0.1.0"});
    check_round_trip(Refused{Error::too_large, "far too many"});
    check_round_trip(Register{0xa1000001'00000007, 4711, "echo", true, a_host().types, "machine", "0.1.0"});
    check_round_trip(Registered{0xa1000001, {a_host()}});
    check_round_trip(RegisterAgain{});
    check_round_trip(Report{42});
    check_round_trip(Leave{});
    check_round_trip(EndProcess{});
    check_round_trip(HostChanged{a_host()});
    check_round_trip(HostGone{0xa1000001, "left"});
    check_round_trip(ProcessGone{0xa1000001'00000007, {ExitCause::signal, 9, {}}});
    check_round_trip(JoinConvention{a_host()});
    check_round_trip(Joined{{a_host(), a_host()}});
    check_round_trip(Heartbeat{});
    check_round_trip(Heartbeat{a_status()});
    check_round_trip(JoinAgain{});
    check_round_trip(LeaveConvention{});
    check_round_trip(EndHost{});
    check_round_trip(HostStatusRequest{});
    check_round_trip(HostStatusReply{{a_status()}});
    check_round_trip(ShutDownConvention{});
    check_round_trip(Acknowledged{});
}

TEST_CASE("a control frame says who sends it to whom", "[control]") {
    const auto header = check_frame(control_frame(11, 22, Leave{})).value();

    CHECK(header.kind == FrameKind::control);
    CHECK(header.source == 11);
    CHECK(header.destination == 22);
    CHECK(header.records == 1);
}

TEST_CASE("records of types that nobody asked for are skipped", "[control]") {
    const auto frame = frame_of(EndHost{}, Report{7}, JoinAgain{}, Report{8});
    std::vector<std::uint64_t> reports;

    const auto error = read_control(check_frame(frame).value(), frame,
                                    on<Report>([&](const Report& report) { reports.push_back(report.actors); }));

    CHECK_FALSE(error);
    CHECK(reports == std::vector<std::uint64_t>{7, 8});
}

TEST_CASE("a payload that can't be read is reported, and the rest is read", "[control]") {
    FrameBuilder builder;
    builder.begin_record({0, 0, message_id<Report>}).push_back(std::byte{0xc1});
    REQUIRE(builder.end_record());
    Writer writer(builder.begin_record({0, 0, message_id<Leave>}));
    marshal(writer, Leave{});
    REQUIRE(builder.end_record());
    const auto frame = builder.finish({});
    bool reported = false;
    bool left = false;

    const auto error =
        read_control(check_frame(frame).value(), frame, on<Report>([&](const Report&) { reported = true; }),
                     on<Leave>([&](const Leave&) { left = true; }));

    REQUIRE(error);
    CHECK(error->code == Error::malformed);
    CHECK(error->context.starts_with("zanni.Report: "));
    CHECK_FALSE(reported);
    CHECK(left);
}

TEST_CASE("a control message too large for a frame becomes a frame that says nothing", "[control]") {
    const auto frame = control_frame(1, 2, Refused{Error::refused, std::string(frame_bytes_max, 'x')});

    CHECK(check_frame(frame).value().records == 0);
}

}  // namespace zanni::transport
