#include <catch2/catch.hpp>

#include <algorithm>
#include <deque>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "transcript.hpp"

/// A whole convention in one thread: three brokers, their actions carried from one to the other by the test.
namespace zanni::broker {

using namespace zanni::test;
using namespace std::chrono_literals;
using namespace transport;

namespace {

/// A leader and two workers with an actor process each; the processes only know how to register, and to end when asked
/// to.
class SmallConvention {
public:
    SmallConvention() {
        add(leader_entry());
        add(host_entry(beta, "beta"));
        add(host_entry(gamma_host, "gamma"));
        for (auto& [id, host] : hosts_) carry(host, host.broker->begin());
        run_for(1s);
    }

    struct Host {
        std::uint32_t id = 0;
        std::unique_ptr<Broker> broker;
        Peer link;                                       ///< a worker's connection to the leader
        std::map<std::int64_t, std::uint64_t> children;  ///< process by pid
        bool is_ready = false;
        bool has_stopped = false;
        bool is_cut_off = false;
        std::vector<std::string> heard;  ///< by its processes
    };

    Host& operator[](std::uint32_t id) { return hosts_.at(id); }

    void run_for(Duration time) {
        settle();
        for (const auto until = clock_.now() + time; clock_.now() < until; settle()) {
            clock_.advance(100ms);
            for (auto& [id, host] : hosts_)
                if (!host.has_stopped) carry(host, host.broker->tick(clock_.now()));
        }
    }

    void kill_process(Host& host, std::int64_t pid) { end_child(host, pid, {ExitCause::signal, 9, {}}); }

    void end(Host& host) { carry(host, host.broker->end_host(clock_.now())); }

    void ask(Host& host, const auto& question) {
        const auto frame = control_frame(0, 0, question);
        carry(host, host.broker->on_control(stranger(), decode_header(frame).value(), frame, clock_.now()));
    }

    std::vector<std::string> answers;  ///< to the stranger

private:
    void add(HostEntry entry) {
        const std::uint32_t id = entry.id;
        auto broker =
            std::make_unique<Broker>(Broker::Options{std::move(entry), true, {}, {}, false, {}}, clock_.now());
        hosts_[id] = Host{id, std::move(broker), {}, {}, false, false, false, {}};
    }

    void end_child(Host& host, std::int64_t pid, const ExitCause& cause) {
        if (host.children.erase(pid) == 1) carry(host, host.broker->child_ended(pid, cause, clock_.now()));
    }

    void to_broker(Host& host, const Peer& from, const std::vector<std::byte>& frame) {
        if (!host.has_stopped)
            carry(host, host.broker->on_control(from, decode_header(frame).value(), frame, clock_.now()));
    }

    /// What is under way is delivered in the order in which it was sent, by settle().
    void carry(Host& host, Actions actions) {
        for (auto& action : actions) under_way_.emplace_back(host.id, std::move(action));
    }

    void settle() {
        for (int steps = 0; !under_way_.empty(); ++steps) {
            REQUIRE(steps < 10'000);
            auto [id, action] = std::move(under_way_.front());
            under_way_.pop_front();
            perform(hosts_.at(id), action);
        }
    }

    void perform(Host& host, const Action& action) {
        if (const auto* send = std::get_if<SendTo>(&action)) deliver(host, *send);
        if (const auto* send = std::get_if<SendToLeader>(&action); send && !host.is_cut_off)
            to_broker(hosts_.at(alpha), host.link, send->frame);
        if (const auto* connect = std::get_if<ConnectToLeader>(&action)) host.link = Peer(connect->link);
        if (const auto* start = std::get_if<StartActorProcess>(&action)) start_process(host, start->process);
        if (const auto* signal = std::get_if<SignalProcess>(&action))
            end_child(host, signal->pid, {ExitCause::process_exit, 0, {}});
        if (std::holds_alternative<Ready>(action)) host.is_ready = true;
        if (std::holds_alternative<Stop>(action)) host.has_stopped = true;
    }

    void deliver(Host& from, const SendTo& send) {
        if (send.peer == stranger()) return answers.push_back(words_of(send.frame));
        if (host_of(send.peer.process()) == from.id) return from.heard.push_back(words_of(send));
        Host& to = hosts_.at(host_of(send.peer.process()));
        if (to.has_stopped || to.is_cut_off || to.link != send.peer) return;
        carry(to, to.broker->on_control_from_leader(decode_header(send.frame).value(), send.frame, clock_.now()));
    }

    void start_process(Host& host, std::uint64_t process) {
        const std::int64_t pid = ++last_pid_;
        host.children[pid] = process;
        carry(host, host.broker->actor_process_started(process, pid));
        to_broker(host, Peer(process),
                  control_frame(process, process_id(host.id, 0),
                                Register{process, pid, "actors", true, {{"echo.Echo", {}}}}));
    }

    ManualClock clock_;
    std::map<std::uint32_t, Host> hosts_;
    std::deque<std::pair<std::uint32_t, Action>> under_way_;
    std::int64_t last_pid_ = 100;
};

bool heard(const SmallConvention::Host& host, const std::string& what) {
    return std::ranges::any_of(host.heard, [&](const std::string& words) { return words.ends_with(what); });
}

}  // namespace

TEST_CASE("three hosts find together", "[convention]") {
    SmallConvention convention;

    for (const auto id : {alpha, beta, gamma_host}) {
        INFO(id);
        CHECK(convention[id].is_ready);
    }
    CHECK(heard(convention[alpha], "HostChanged(gamma, actors in gamma/1)"));
    CHECK(heard(convention[beta], "HostChanged(gamma, actors in gamma/1)"));
    CHECK(heard(convention[gamma_host], "Registered(gamma, hosts alpha beta gamma)"));
    convention.ask(convention[alpha], HostStatusRequest{});
    convention.run_for(1s);
    CHECK(convention.answers == std::vector<std::string>{"HostStatusReply(alpha 1, beta 1, gamma 1)"});
}

TEST_CASE("the end of one host's process is heard on every other host, once", "[convention]") {
    SmallConvention convention;
    auto& worker = convention[beta];
    for (const auto id : {alpha, beta, gamma_host}) convention[id].heard.clear();

    convention.kill_process(worker, worker.children.begin()->first);
    convention.run_for(1s);

    for (const auto id : {alpha, gamma_host}) {
        const auto& words = convention[id].heard;
        const std::string to = "to " + std::string(id == alpha ? "alpha/1" : "gamma/1") + ": ";
        CHECK(words == std::vector<std::string>{to + "ProcessGone(beta/1, signal 9 (Killed))", to + "HostChanged(beta)",
                                                to + "HostChanged(beta, actors in beta/2)"});
    }
    CHECK(worker.children.size() == 1);
}

TEST_CASE("a host that is cut off is gone for the others, and comes back by itself", "[convention]") {
    SmallConvention convention;
    for (const auto id : {alpha, beta, gamma_host}) convention[id].heard.clear();

    convention[beta].is_cut_off = true;
    convention.run_for(6s);
    CHECK(heard(convention[alpha], "HostGone(beta, silent for too long)"));
    CHECK(heard(convention[gamma_host], "HostGone(beta, silent for too long)"));
    CHECK_FALSE(convention[beta].has_stopped);

    convention[beta].is_cut_off = false;
    convention.run_for(4s);
    CHECK(convention[beta].broker->is_member());
    CHECK(heard(convention[alpha], "HostChanged(beta, actors in beta/1)"));
    CHECK(heard(convention[gamma_host], "HostChanged(beta, actors in beta/1)"));
    CHECK(heard(convention[beta], "Registered(beta, hosts alpha beta gamma)"));
}

TEST_CASE("a convention ends in order at one word to any of its hosts", "[convention]") {
    const auto asked = GENERATE(alpha, beta);
    SmallConvention convention;

    convention.ask(convention[asked], ShutDownConvention{});
    convention.run_for(2s);

    for (const auto id : {alpha, beta, gamma_host}) {
        INFO(id);
        CHECK(convention[id].has_stopped);
        CHECK(convention[id].children.empty());
        CHECK(heard(convention[id], "EndProcess"));
    }
    CHECK(convention.answers == std::vector<std::string>{"Acknowledged"});
}

TEST_CASE("a worker that ends alone leaves the others at work", "[convention]") {
    SmallConvention convention;
    auto& worker = convention[gamma_host];

    convention.end(worker);
    convention.run_for(1s);

    CHECK(worker.has_stopped);
    CHECK_FALSE(convention[alpha].has_stopped);
    CHECK(heard(convention[beta], "HostGone(gamma, left)"));
}

}  // namespace zanni::broker
