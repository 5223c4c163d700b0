#include <catch2/catch.hpp>

#include "log_outbox.hpp"
#include "transcript.hpp"

/// Log records on their way to the leader.
namespace zanni::broker {

using namespace zanni::test;
using namespace std::chrono_literals;
using namespace transport;

namespace {

LogRecord record(const std::string& text, std::uint64_t process = 0, Address actor = {}) {
    return {2, process, "", actor, text};
}

/// Those for the leader among the last actions.
std::vector<LogRecord> to_leader(const TestBroker& host) {
    std::vector<LogRecord> records;
    for (const Action& action : host.last) {
        const auto* const sent = std::get_if<SendToLeader>(&action);
        if (!sent) continue;
        read_control(decode_header(sent->frame).value(), sent->frame,
                     on<LogRecord>([&](const LogRecord& news) { records.push_back(news); }));
    }
    return records;
}

}  // namespace

TEST_CASE("a worker's broker passes a process's record on under that process's name", "[D11]") {
    TestBroker worker(host_entry(beta, "beta"));
    worker.with_actor_process();
    worker.as_member();
    const Peer program = worker.with_program();
    const Address own = detail::make_address({program.process(), 9});

    worker.hears(program, record("till\nempty", process_id(alpha, 5), own));

    const auto records = to_leader(worker);
    REQUIRE(records.size() == 1);
    CHECK(records[0].process == program.process());
    CHECK(records[0].program == "program");
    CHECK(records[0].actor == own);
    CHECK(records[0].text == "till empty");
}

TEST_CASE("a record names no actor of another process, and a stranger's goes nowhere", "[D11]") {
    TestBroker worker(host_entry(beta, "beta"));
    worker.with_actor_process();
    worker.as_member();
    const Peer program = worker.with_program();

    worker.hears(program, record("x", 0, detail::make_address({process_id(beta, 1), 9})));
    REQUIRE(to_leader(worker).size() == 1);
    CHECK_FALSE(to_leader(worker)[0].actor);

    CHECK(worker.hears(stranger(), record("x")).empty());
    CHECK(worker.hears(Peer(process_id(beta, 77)), record("x")).empty());
}

TEST_CASE("the leader passes records on to nobody", "[D11]") {
    TestBroker leader(leader_entry());
    leader.with_actor_process();
    const Peer member = leader.with_member(beta, "beta");
    const Peer program = leader.with_program();

    CHECK(leader.hears(program, record("x")).empty());
    CHECK(leader.hears(member, record("x", process_id(beta, 3))).empty());
    CHECK(leader.hears(member, record("x", process_id(gamma_host, 3))).empty());
}

TEST_CASE("a process that doesn't limit itself is limited, and the rest is counted", "[D11]") {
    TestBroker worker(host_entry(beta, "beta"));
    worker.with_actor_process();
    worker.as_member();
    const Peer program = worker.with_program();

    std::size_t passed_on = 0;
    for (int i = 0; i < 1'000; ++i) {
        worker.hears(program, record("flood"));
        passed_on += to_leader(worker).size();
    }
    worker.ticks_after(1s);

    CHECK(passed_on == 150);
    const auto records = to_leader(worker);
    REQUIRE(records.size() == 1);
    CHECK(records[0].process == program.process());
    CHECK(records[0].text == "850 log records suppressed");
}

TEST_CASE("while the leader is away records are dropped, and their number is told later", "[D11]") {
    TestBroker worker(host_entry(beta, "beta"));
    worker.with_actor_process();
    const Peer program = worker.with_program();

    for (int i = 0; i < 3; ++i) worker.hears(program, record("nobody hears"));
    CHECK(to_leader(worker).empty());
    worker.ticks_after(1s);
    CHECK(to_leader(worker).empty());
    worker.hears_leader(Joined{{leader_entry()}});
    worker.ticks_after(1s);

    const auto records = to_leader(worker);
    REQUIRE(records.size() == 1);
    CHECK(records[0].program == "broker");
    CHECK(records[0].text == "3 log records suppressed");
}

TEST_CASE("a broker's own records go to the leader in its name", "[D11]") {
    TestBroker worker(host_entry(beta, "beta"));
    worker.with_actor_process();
    worker.as_member();

    worker.last = worker.broker.forward_logs({record("it rains")}, worker.clock.now());

    const auto records = to_leader(worker);
    REQUIRE(records.size() == 1);
    CHECK(records[0].process == process_id(beta, 0));
    CHECK(records[0].program == "broker");
}

}  // namespace zanni::broker
