#include <catch2/catch.hpp>

#include <chrono>
#include <functional>
#include <future>
#include <memory>
#include <string>
#include <vector>

#include "gateway_fixture.hpp"

namespace zanni::transport {

using namespace zanni::test;

namespace {

FrameHeader data_header(std::uint32_t sequence = 1) {
    FrameHeader header;
    header.source = other_process;
    header.destination = own_process;
    header.epoch = 1;
    header.sequence = sequence;
    return header;
}

std::string failure_to_open(HandWrittenBroker& broker, Duration longest,
                            const std::function<void(const Peer&)>& answer) {
    KeepingInbox inbox;
    const Registry registry;
    BusGateway gateway(std::make_unique<Context>(), {broker.endpoint(), own_process, "the test", false, longest});
    auto opened = std::async(std::launch::async, [&]() -> std::string {
        try {
            gateway.open(inbox, registry);
        } catch (const std::runtime_error& error) {
            return error.what();
        }
        return "it opened";
    });
    answer(broker.receive().from);
    return opened.get();
}

}  // namespace

TEST_CASE("a gateway registers its process with what it can create", "[gateway]") {
    OpenGateway test;

    const auto registration = test.registration.message<Register>();
    CHECK(test.registration.from == Peer(own_process));
    CHECK(test.registration.header.source == own_process);
    REQUIRE(registration);
    CHECK(registration->process == own_process);
    CHECK(registration->pid > 0);
    CHECK(registration->program == "the test");
    CHECK_FALSE(registration->common);
    REQUIRE(registration->types.size() == 1);
    CHECK(registration->types[0].name == "echo.Echo");
    CHECK(registration->types[0].requirements == Requirements{{"Server", true}});
    CHECK(test.gateway.capabilities() == Capabilities{{"Server", false}});
}

TEST_CASE("a gateway whose broker doesn't answer can't be opened", "[gateway]") {
    HandWrittenBroker broker;

    CHECK(failure_to_open(broker, std::chrono::milliseconds(50), [](const Peer&) {}) ==
          broker.endpoint() + ": the broker does not answer");
}

TEST_CASE("a gateway that is refused can't be opened, and says why", "[gateway]") {
    HandWrittenBroker broker;

    const auto outcome = failure_to_open(broker, deadline, [&](const Peer& gateway) {
        broker.send(gateway, Refused{Error::refused, "not you"});
    });

    CHECK(outcome == broker.endpoint() + ": refused: not you");
}

TEST_CASE("a data frame reaches the inbox as envelopes with whole addresses", "[gateway]") {
    OpenGateway test;

    test.hear_bytes(text_frame(data_header(1), "hello"));
    test.hear_bytes(text_frame(data_header(2), "from nobody", 12, 0));

    REQUIRE(test.inbox.delivered.size() == 2);
    CHECK(test.inbox.delivered[0]->target == actor(own_process, 11));
    CHECK(test.inbox.delivered[0]->sender == actor(other_process, 22));
    CHECK(test.inbox.delivered[0]->message_id() == message_id<std::string>);
    CHECK(text_in(*test.inbox.delivered[0]) == "hello");
    CHECK(test.inbox.delivered[1]->target == actor(own_process, 12));
    CHECK_FALSE(test.inbox.delivered[1]->sender);
}

TEST_CASE("what was sent to a process that there isn't comes back as not known to have arrived", "[gateway]") {
    OpenGateway test;
    test.gateway.post(make_envelope(actor(other_process, 11), actor(own_process, 22), std::string("nobody home")));
    test.await_everything_sent();
    auto sent = test.broker.receive();
    while (sent.header.destination != other_process) sent = test.broker.receive();

    test.hear_bytes(returned_frame(sent.header, Error::dead_target));

    REQUIRE(test.inbox.returned.size() == 1);
    CHECK(test.inbox.returned[0].reason == Error::unknown_delivery);
    CHECK(test.inbox.returned[0].envelope->target == actor(other_process, 11));
    CHECK(test.inbox.returned[0].envelope->sender == actor(own_process, 22));
    CHECK(text_in(*test.inbox.returned[0].envelope) == "nobody home");
    CHECK(test.inbox.gone_processes.size() == 1);
    CHECK(test.inbox.delivered.empty());
}

TEST_CASE("nothing of a malformed frame is delivered", "[gateway]") {
    OpenGateway test;
    FrameBuilder builder;
    for (int i = 0; i < 2; ++i) {
        builder.begin_record({11, 22, message_id<std::string>}).push_back(std::byte{0xa0});
        REQUIRE(builder.end_record());
    }
    auto frame = builder.finish(data_header());
    frame.pop_back();  // the first record is whole

    test.hear_bytes(frame);
    test.hear_bytes({});

    CHECK(test.inbox.delivered.empty());
}

TEST_CASE("a frame for another process is refused", "[gateway]") {
    OpenGateway test;
    auto header = data_header();
    header.destination = process_id(own_host, 8);

    test.hear_bytes(text_frame(header, "not for you"));

    CHECK(test.inbox.delivered.empty());
}

TEST_CASE("a control message that can't be read changes nothing", "[gateway]") {
    OpenGateway test;
    FrameBuilder builder;
    builder.begin_record({0, 0, message_id<EndProcess>}).push_back(std::byte{0xc1});
    REQUIRE(builder.end_record());
    FrameHeader header;
    header.kind = FrameKind::control;
    header.destination = own_process;

    test.hear_bytes(builder.finish(header));

    CHECK_FALSE(test.inbox.shutting_down);
}

TEST_CASE("news of hosts decide where an actor is placed", "[gateway]") {
    OpenGateway test;
    CHECK(test.gateway.place({"echo.Echo", {}}).error() ==
          Error{Error::unmet_requirement, "no host for echo.Echo: alpha needs Server = true (has false)"});

    test.hear(HostChanged{host_entry(other_host, "beta", true)});
    CHECK(test.gateway.place({"echo.Echo", {}}).value() == process_id(other_host, 1));

    test.hear(HostChanged{host_entry(own_host, "alpha", true)});
    CHECK(test.gateway.place({"echo.Echo", {}}).value() == process_id(own_host, 1));

    test.hear(HostGone{own_host, "left"});
    test.hear(HostGone{other_host, "silent"});
    CHECK(test.gateway.place({"echo.Echo", {}}).error().code == Error::unknown_type);
    CHECK(test.inbox.gone_hosts ==
          std::vector<std::pair<std::uint32_t, std::string>>{{own_host, "left"}, {other_host, "silent"}});
}

TEST_CASE("a new table takes the place of the old one", "[gateway]") {
    OpenGateway test;

    test.hear(Registered{own_host, {host_entry(own_host, "alpha", false), host_entry(other_host, "beta", true)}});
    CHECK(test.gateway.place({"echo.Echo", {}}).value() == process_id(other_host, 1));

    test.hear(Registered{own_host, {host_entry(own_host, "alpha", false)}});
    CHECK_FALSE(test.gateway.place({"echo.Echo", {}}));
}

TEST_CASE("the end of a process reaches the inbox with its cause", "[gateway]") {
    OpenGateway test;
    const ExitCause killed{ExitCause::signal, 9, {}};

    test.hear(ProcessGone{other_process, killed});

    CHECK(test.inbox.gone_processes == std::vector<std::pair<std::uint64_t, ExitCause>>{{other_process, killed}});
}

TEST_CASE("a broker that ends the process, or refuses it, makes it shut down", "[gateway]") {
    OpenGateway asked;
    OpenGateway refused;

    asked.hear(EndProcess{});
    refused.hear(Refused{Error::refused, "the broker was started anew"});

    CHECK(asked.inbox.shutting_down);
    CHECK(refused.inbox.shutting_down);
}

TEST_CASE("a broker that was started anew is told everything again", "[gateway]") {
    OpenGateway test;

    test.hear(RegisterAgain{});

    CHECK(test.receive_control<Register>().types.size() == 1);
}

}  // namespace zanni::transport
