#include <catch2/catch.hpp>

#include <pthread.h>

#include <csignal>
#include <future>
#include <memory>
#include <optional>
#include <stdexcept>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "../transport/sockets.hpp"
#include "broker_loop.hpp"
#include "enrolment.hpp"
#include "transcript.hpp"

/// Hosts at work over real sockets, without actor processes; the test plays their programs.
namespace zanni::broker {

using namespace zanni::test;
using namespace transport;

namespace {

class RunningHost {
public:
    RunningHost(HostEntry self, const std::string& listen, const std::string& leader = {}) {
        BrokerLoop::Options options;
        options.broker = {std::move(self), false, {}, {}, false, {}};
        options.listen = {listen};
        options.leader = leader;
        std::promise<std::string> ready;
        options.on_ready = [&ready](const std::vector<std::string>& endpoints) { ready.set_value(endpoints.front()); };
        auto endpoint_of = ready.get_future();
        // The loop blocks signals in its thread, and libzmq's threads inherit that: so it is made there.
        thread_ = std::thread([options = std::move(options)]() mutable { BrokerLoop(std::move(options)).run(); });
        if (endpoint_of.wait_for(deadline) == std::future_status::ready) endpoint = endpoint_of.get();
        REQUIRE_FALSE(endpoint.empty());
    }
    ~RunningHost() { end(); }

    void end() {
        if (!thread_.joinable()) return;
        ::pthread_kill(thread_.native_handle(), SIGTERM);
        thread_.join();
    }

    std::string endpoint;

private:
    std::thread thread_;
};

/// A registered process whose socket the test holds.
class Program {
public:
    explicit Program(const std::string& endpoint)
        : process(enrol(context_, endpoint, deadline)), dealer(context_, routing_id(process)) {
        dealer.connect(endpoint);
        Frame frame(control_frame(process, 0, Register{process, 99, "program", false, {}}));
        dealer.send(frame);
        while (!receive<Registered>()) {
        }
    }

private:
    Context context_;

public:
    const std::uint64_t process;
    Dealer dealer;

    struct Received {
        FrameHeader header;
        std::vector<std::byte> frame;
    };
    Received receive() {
        Frame frame;
        if (!await(dealer, frame)) throw std::runtime_error("nothing came");
        const auto bytes = std::as_const(frame).bytes();
        Received received{check_frame(bytes).value(), {bytes.begin(), bytes.end()}};
        return received;
    }
    /// The next frame, if that is the message.
    template <class M>
    std::optional<M> receive() {
        const auto received = receive();
        std::optional<M> found;
        static_cast<void>(
            read_control(received.header, received.frame, on<M>([&](const M& message) { found = message; })));
        return found;
    }
    /// The next that is no control frame.
    Received receive_data() {
        for (;;)
            if (auto received = receive(); received.header.kind != FrameKind::control) return received;
    }

    Sent send(std::uint64_t destination, std::uint32_t sequence, std::uint64_t source = 0, std::size_t bytes = 5) {
        FrameBuilder builder;
        auto& payload = builder.begin_record({11, 22, 33});
        payload.resize(payload.size() + bytes);
        static_cast<void>(builder.end_record());
        FrameHeader header;
        header.source = source ? source : process;
        header.destination = destination;
        header.sequence = sequence;
        Frame frame(builder.finish(header));
        return dealer.send(frame);
    }
};

constexpr auto anywhere = "tcp://127.0.0.1:*";

}  // namespace

TEST_CASE("a broker carries frames between the programs of its host", "[loop]") {
    RunningHost host(leader_entry(), anywhere);
    Program first(host.endpoint);
    Program second(host.endpoint);

    first.send(second.process, 1);

    const auto received = second.receive_data();
    CHECK(received.header.kind == FrameKind::data);
    CHECK(received.header.source == first.process);
    CHECK(received.header.sequence == 1);
}

TEST_CASE("the header of a frame for a process that isn't there comes back", "[loop]") {
    RunningHost host(leader_entry(), anywhere);
    Program program(host.endpoint);

    program.send(process_id(alpha, 99), 1);

    const auto received = program.receive_data();
    CHECK(received.header.kind == FrameKind::returned);
    CHECK(received.header.reason == Error::dead_target);
    CHECK(received.header.sequence == 1);
    CHECK(received.frame.size() == frame_header_bytes);
}

TEST_CASE("a frame in another's name is refused and not passed on", "[loop]") {
    RunningHost host(leader_entry(), anywhere);
    Program forger(host.endpoint);
    Program victim(host.endpoint);
    Program target(host.endpoint);

    forger.send(target.process, 1, victim.process);
    victim.send(target.process, 2);

    const auto refused = forger.receive<Refused>();
    REQUIRE(refused);
    CHECK(refused->context == "a frame in the name of a process that didn't send it");
    CHECK(target.receive_data().header.sequence == 2);
}

TEST_CASE("a program that doesn't read for a while loses nothing and no order", "[loop]") {
    constexpr std::uint32_t frames = 20'000;
    RunningHost host(leader_entry(), anywhere);
    Program sender(host.endpoint);
    Program reader(host.endpoint);
    Program bystander(host.endpoint);

    for (std::uint32_t sequence = 1; sequence <= frames;) {
        if (sender.send(reader.process, sequence, 0, 1024) == Sent::sent) {
            ++sequence;
        } else {
            PollItem item{&sender.dealer, -1, true};
            poll({&item, 1}, deadline);
        }
    }
    sender.send(bystander.process, frames + 1);
    REQUIRE(bystander.receive_data().header.sequence == frames + 1);  // all before it have been passed on, or wait

    for (std::uint32_t sequence = 1; sequence <= frames; ++sequence)
        REQUIRE(reader.receive_data().header.sequence == sequence);
}

TEST_CASE("frames cross hosts both ways through the leader", "[loop]") {
    RunningHost leader(leader_entry(), anywhere);
    RunningHost first_worker(host_entry(beta, "beta"), anywhere, leader.endpoint);
    RunningHost second_worker(host_entry(gamma_host, "gamma"), anywhere, leader.endpoint);
    Program first(first_worker.endpoint);
    Program second(second_worker.endpoint);

    first.send(second.process, 1);
    CHECK(second.receive_data().header.source == first.process);
    second.send(first.process, 1);
    CHECK(first.receive_data().header.source == second.process);
    first.send(process_id(gamma_host, 99), 2);
    const auto returned = first.receive_data();
    CHECK(returned.header.kind == FrameKind::returned);
    CHECK(returned.header.sequence == 2);
}

TEST_CASE("a worker outlives its leader, and what is sent again and again arrives at the next one", "[loop]") {
    auto leader = std::make_unique<RunningHost>(leader_entry(), anywhere);
    const std::string endpoint = leader->endpoint;
    RunningHost worker(host_entry(beta, "beta"), anywhere, endpoint);
    Program program(worker.endpoint);
    leader.reset();

    HostEntry next = leader_entry();
    next.id = 0xa1000002;
    RunningHost next_leader(next, endpoint);
    Program far(endpoint);

    bool has_arrived = false;
    for (std::uint32_t sequence = 1; !has_arrived && sequence < 10'000; ++sequence) {
        program.send(far.process, sequence);
        PollItem item{&far.dealer};
        poll({&item, 1}, std::chrono::milliseconds(20));
        for (Frame frame; far.dealer.receive(frame);)
            has_arrived |= decode_header(std::as_const(frame).bytes())->kind == FrameKind::data;
    }
    CHECK(has_arrived);
}

TEST_CASE("a host can't listen where another does, and says so in one line", "[loop]") {
    RunningHost host(leader_entry(), anywhere);
    BrokerLoop::Options options;
    options.broker = {host_entry(beta, "beta"), false, {}, {}, false, {}};
    options.listen = {host.endpoint};

    auto outcome = std::async(std::launch::async, [&]() -> std::string {
        try {
            BrokerLoop loop(std::move(options));
        } catch (const std::runtime_error& error) {
            return error.what();
        }
        return "it listens";
    });

    CHECK(outcome.get() == "can't listen on " + host.endpoint + ": Address already in use");
}

}  // namespace zanni::broker
