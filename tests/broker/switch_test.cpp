#include <catch2/catch.hpp>

#include <set>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "link_peer.hpp"
#include "switch.hpp"
#include "transcript.hpp"

namespace zanni::broker {

using namespace zanni::test;
using namespace std::chrono_literals;
using namespace transport;

namespace {

/// Says in words what goes over it: "alpha/2 <- data 7 of alpha/3", and control frames as the transcript does.
class TestWire final : public Wire {
public:
    Sent send(const Peer& peer, Frame& frame) override {
        if (gone.contains(peer)) return Sent::unknown;
        if (full.contains(peer)) return Sent::full;
        words.push_back(name_of(peer) + " <- " + show(Frame(std::move(frame))));
        return Sent::sent;
    }
    Sent send_to_leader(Frame& frame) override {
        if (leader_is_full) return Sent::full;
        words.push_back("leader <- " + show(Frame(std::move(frame))));
        return Sent::sent;
    }
    void connect_to_leader(std::uint64_t link) override { words.push_back("connect as " + name_of(Peer(link))); }
    void connect_to_host(const ConnectToHost& to) override {
        words.push_back("connect to " + to.endpoint + " as " + name_of(Peer(to.link)));
        connected.insert(to.host);
    }
    Sent send_to_host(std::uint32_t host, Frame& frame) override {
        if (!connected.contains(host)) return Sent::unknown;
        if (full_hosts.contains(host)) return Sent::full;
        words.push_back("link to " + name_of(outgoing_link(host)) + " <- " + show(Frame(std::move(frame))));
        return Sent::sent;
    }
    void disconnect_from_host(std::uint32_t host) override {
        words.push_back("disconnect from " + name_of(outgoing_link(host)));
        connected.erase(host);
    }
    void remember(const Memory&) override {}
    void adopt_actor_process(std::int64_t pid) override { words.push_back("adopt pid " + std::to_string(pid)); }
    void start_actor_process(std::uint64_t process) override { words.push_back("start " + name_of(Peer(process))); }
    void start_isolated_process(std::uint64_t process) override {
        words.push_back("start alone " + name_of(Peer(process)));
    }
    void watch_process(std::uint64_t process, std::int64_t pid) override {
        words.push_back("watch " + name_of(Peer(process)) + ", pid " + std::to_string(pid));
    }
    void unwatch_process(std::uint64_t process) override { words.push_back("unwatch " + name_of(Peer(process))); }
    void signal_process(std::int64_t pid, int signal) override {
        words.push_back("signal " + std::to_string(signal) + " to " + std::to_string(pid));
    }
    void ready() override { words.emplace_back("ready"); }
    void stop(const Stop& stop) override { words.push_back("stop " + std::to_string(stop.exit_code)); }

    std::set<Peer> full;
    std::set<Peer> gone;
    std::set<std::uint32_t> connected;
    std::set<std::uint32_t> full_hosts;
    bool leader_is_full = false;
    Words words;

private:
    static std::string show(const Frame& frame) {
        const auto header = check_frame(frame.bytes()).value();
        const std::string number = std::to_string(header.sequence) + " of " + name_of(Peer(header.source));
        switch (header.kind) {
            case FrameKind::data:
                return "data " + number;
            case FrameKind::acknowledgement:
                return "acknowledgement " + number;
            case FrameKind::returned:
                return "returned " + number + ", reason " + std::to_string(header.reason) + ", " +
                       std::to_string(frame.bytes().size()) + " bytes";
            case FrameKind::control:
                break;
        }
        return words_of(std::vector<std::byte>(frame.bytes().begin(), frame.bytes().end()));
    }
};

/// Half a record's payload: a frame of this size fills a peer's share with 64 of them.
constexpr std::size_t megabyte = 1024 * 1024;

class TestSwitch {
public:
    explicit TestSwitch(HostEntry self)
        : id(self.id), tested({std::move(self), false, {}, {}, false, here}, wire, clock.now()) {
        tested.begin();
        take();
    }

    Words take() { return std::exchange(wire.words, {}); }

    template <class M>
    Words hears(const Peer& from, const M& message) {
        tested.on_frame(from, Frame(control_frame(from.process(), process_id(id, 0), message)), clock.now());
        return take();
    }
    template <class M>
    Words hears_leader(const M& message) {
        tested.on_frame_from_leader(Frame(control_frame(0, 0, message)), clock.now());
        return take();
    }
    Words carries(const Peer& from, const FrameHeader& header, std::size_t bytes = 5) {
        tested.on_frame(from, frame(header, bytes), clock.now());
        return take();
    }
    Words carries_from_leader(const FrameHeader& header) {
        tested.on_frame_from_leader(frame(header, 5), clock.now());
        return take();
    }
    Words retries() {
        tested.retry(clock.now());
        return take();
    }
    Words ticks_after(Duration time) {
        clock.advance(time);
        tested.tick(clock.now());
        return take();
    }
    Peer with_program() {
        hears(stranger(), Hello{"0.1.0"});
        const std::uint64_t process = process_id(id, ++programs_);
        hears(Peer(process), Register{process, 99, "program", false, {}, here});
        return Peer(process);
    }
    HostStatus status() {
        HostStatus own;
        const auto& traffic = tested.broker().traffic();
        own.frames_routed = traffic.frames_routed;
        own.frames_returned = traffic.frames_returned;
        own.frames_dropped = traffic.frames_dropped;
        own.bytes_queued = traffic.bytes_queued;
        return own;
    }

    const std::uint32_t id;
    TestWire wire;
    ManualClock clock;
    Switch tested;

private:
    static Frame frame(const FrameHeader& header, std::size_t bytes) {
        FrameBuilder builder;
        if (header.kind == FrameKind::data) {
            auto& payload = builder.begin_record({11, 22, 33});
            payload.resize(payload.size() + bytes);
            static_cast<void>(builder.end_record());
        }
        return Frame(builder.finish(header));
    }

    std::uint32_t programs_ = 0;
};

FrameHeader data(const Peer& from, std::uint64_t to, std::uint32_t sequence = 1) {
    FrameHeader header;
    header.source = from.process();
    header.destination = to;
    header.sequence = sequence;
    return header;
}
FrameHeader data(const Peer& from, const Peer& to, std::uint32_t sequence = 1) {
    return data(from, to.process(), sequence);
}

struct Leader : TestSwitch {
    Leader() : TestSwitch(leader_entry()), first(with_program()), second(with_program()) {}

    const Peer first;
    const Peer second;
};

struct Worker : TestSwitch {
    Worker() : TestSwitch(host_entry(beta, "beta")), program(with_program()) {}
    void joins() { hears_leader(Joined{{leader_entry(), host_entry(beta, "beta")}}); }

    const Peer program;
};

}  // namespace

TEST_CASE("data and acknowledgements go from process to process, and are counted", "[switch]") {
    Leader host;
    FrameHeader acknowledgement = data(host.second, host.first, 0);
    acknowledgement.kind = FrameKind::acknowledgement;
    acknowledgement.answer = acknowledgement.missing = true;

    CHECK(host.carries(host.first, data(host.first, host.second, 7)) == Words{"alpha/2 <- data 7 of alpha/1"});
    CHECK(host.carries(host.second, acknowledgement) == Words{"alpha/1 <- acknowledgement 0 of alpha/2"});
    CHECK(host.status().frames_routed == 2);
}

TEST_CASE("the header of a frame for a process that doesn't exist comes back, and nothing else of it", "[switch]") {
    Leader host;
    FrameHeader header = data(host.first, process_id(alpha, 99), 7);

    CHECK(host.carries(host.first, header, 1000) == Words{"alpha/1 <- returned 7 of alpha/99, reason 2, 40 bytes"});
    header.kind = FrameKind::acknowledgement;
    header.answer = true;
    CHECK(host.carries(host.first, header) == Words{"alpha/1 <- returned 7 of alpha/99, reason 2, 40 bytes"});
    CHECK(host.status().frames_returned == 2);
}

TEST_CASE("a returned frame keeps the channel's fields", "[switch]") {
    struct Keeps final : Wire {
        Sent send(const Peer&, Frame& frame) override {
            last = decode_header(std::as_const(frame).bytes()).value();
            return Sent::sent;
        }
        Sent send_to_leader(Frame&) override { return Sent::full; }
        void connect_to_leader(std::uint64_t) override {}
        void connect_to_host(const ConnectToHost&) override {}
        Sent send_to_host(std::uint32_t, Frame&) override { return Sent::unknown; }
        void disconnect_from_host(std::uint32_t) override {}
        void remember(const Memory&) override {}
        void adopt_actor_process(std::int64_t) override {}
        void start_actor_process(std::uint64_t) override {}
        void start_isolated_process(std::uint64_t) override {}
        void watch_process(std::uint64_t, std::int64_t) override {}
        void unwatch_process(std::uint64_t) override {}
        void signal_process(std::int64_t, int) override {}
        void ready() override {}
        void stop(const Stop&) override {}
        FrameHeader last;
    };
    Keeps wire;
    Switch host({leader_entry(), false, {}, {}, false, here}, wire, TimePoint{});
    host.begin();
    const Peer program(process_id(alpha, 1));
    host.on_frame(stranger(), Frame(control_frame(0, 0, Hello{"0.1.0"})), TimePoint{});
    host.on_frame(program, Frame(control_frame(program.process(), 0, Register{program.process(), 99, "", false, {}})),
                  TimePoint{});
    FrameHeader header = data(program, process_id(alpha, 99), 7);
    header.epoch = 2;
    header.acknowledged_epoch = 3;
    header.acknowledged = 5;
    header.window = 1024;

    FrameBuilder builder;
    host.on_frame(program, Frame(builder.finish(header)), TimePoint{});

    FrameHeader back = header;
    back.kind = FrameKind::returned;
    back.reason = Error::dead_target;
    std::swap(back.source, back.destination);
    CHECK(wire.last == back);
}

TEST_CASE("a member's returned frame goes on to its source; one whose source is gone too is dropped", "[switch]") {
    Leader host;
    host.hears(link_of(beta), JoinConvention{host_entry(beta, "beta")});
    FrameHeader returned = data(Peer(process_id(beta, 1)), host.first, 7);
    returned.kind = FrameKind::returned;
    returned.reason = Error::dead_target;

    CHECK(host.carries(link_of(beta), returned) == Words{"alpha/1 <- returned 7 of beta/1, reason 2, 40 bytes"});
    returned.destination = process_id(alpha, 99);
    CHECK(host.carries(link_of(beta), returned).empty());
    CHECK(host.status().frames_dropped == 1);
}

TEST_CASE("a leader gives nothing back for hosts that may not have found it yet", "[switch]") {
    Leader host;
    const FrameHeader header = data(host.first, process_id(beta, 1));

    host.ticks_after(Times{}.down_after - 1ns);
    CHECK(host.carries(host.first, header).empty());
    CHECK(host.status().frames_dropped == 1);

    host.ticks_after(1ns);
    CHECK(host.carries(host.first, header) == Words{"alpha/1 <- returned 1 of beta/1, reason 2, 40 bytes"});
}

TEST_CASE("a worker drops what is for other hosts while it is no member", "[switch]") {
    Worker host;
    const FrameHeader header = data(host.program, process_id(alpha, 1));

    CHECK(host.carries(host.program, header).empty());
    CHECK(host.status().frames_dropped == 1);

    host.joins();
    CHECK(host.carries(host.program, header) == Words{"leader <- data 1 of beta/1"});
}

TEST_CASE("a worker tells the leader's side of a process that it doesn't have", "[switch]") {
    Worker host;
    host.joins();

    CHECK(host.carries_from_leader(data(Peer(process_id(alpha, 1)), process_id(beta, 99), 7)) ==
          Words{"leader <- returned 7 of beta/99, reason 2, 40 bytes"});
    CHECK(host.carries_from_leader(data(Peer(process_id(alpha, 1)), host.program)) ==
          Words{"beta/1 <- data 1 of alpha/1"});
    CHECK(host.carries_from_leader(data(Peer(process_id(alpha, 1)), process_id(gamma_host, 1))).empty());
}

TEST_CASE("frames for a full peer wait in order, and so do its control frames", "[switch]") {
    Leader host;
    host.wire.full = {host.second};
    CHECK(host.carries(host.first, data(host.first, host.second, 1)).empty());
    CHECK(host.hears(host.second, HostStatusRequest{}).empty());
    CHECK(host.tested.wants_retry());
    CHECK(host.retries().empty());
    CHECK(host.status().bytes_queued > 0);

    host.wire.full.clear();
    CHECK(host.carries(host.first, data(host.first, host.second, 2)).empty());
    CHECK(host.retries() ==
          Words{"alpha/2 <- data 1 of alpha/1", "alpha/2 <- HostStatusReply(alpha 2)", "alpha/2 <- data 2 of alpha/1"});
    CHECK_FALSE(host.tested.wants_retry());
    CHECK(host.status().bytes_queued == 0);
}

TEST_CASE("what a full peer has no room for is dropped and counted", "[switch]") {
    Leader host;
    host.wire.full = {host.second};
    for (std::uint32_t sequence = 1; sequence <= 64; ++sequence)
        host.carries(host.first, data(host.first, host.second, sequence), megabyte);

    CHECK(host.status().frames_dropped == 1);  // 63, and what they cost besides
    CHECK(host.take().empty());
}

TEST_CASE("what waits for a process that has ended is given back, for one that may connect again it is dropped",
          "[switch]") {
    Leader host;
    const bool ends = GENERATE(false, true);
    host.wire.full = {host.second};
    host.carries(host.first, data(host.first, host.second, 7));
    host.wire.full.clear();
    host.wire.gone = {host.second};
    if (ends) host.hears(host.second, Leave{});

    CHECK(host.retries() == (ends ? Words{"alpha/1 <- returned 7 of alpha/2, reason 2, 40 bytes"} : Words{}));
    CHECK(host.status().frames_dropped == (ends ? 0 : 1));
}

TEST_CASE("a frame for a registered process that isn't connected is dropped", "[switch]") {
    Leader host;
    host.wire.gone = {host.second};

    CHECK(host.carries(host.first, data(host.first, host.second)).empty());
    CHECK(host.status().frames_dropped == 1);
}

TEST_CASE("news for the leader wait until it takes this host in, and data stays behind them", "[switch]") {
    Worker host;
    host.joins();
    host.wire.leader_is_full = true;
    host.hears(host.program, Leave{});
    const Peer next = host.with_program();
    CHECK(host.carries(next, data(next, process_id(alpha, 1))).empty());

    host.wire.leader_is_full = false;
    CHECK(host.retries() ==
          Words{"leader <- ProcessGone(beta/1, process exit, status 0: left in order)", "leader <- data 1 of beta/2"});
}

TEST_CASE("nothing is retried soon for a leader that isn't there", "[switch]") {
    Worker host;
    host.hears(host.program, Leave{});

    CHECK_FALSE(host.tested.wants_retry());
    host.hears_leader(Joined{{leader_entry(), host_entry(beta, "beta")}});
    CHECK(host.tested.wants_retry());
}

TEST_CASE("who sends data and isn't known is told to come again, once per tick, and its data is dropped", "[switch]") {
    Leader host;
    const Peer process(process_id(alpha, 50));

    CHECK(host.carries(process, data(process, host.first)) == Words{"alpha/50 <- RegisterAgain"});
    CHECK(host.carries(process, data(process, host.first)).empty());
    CHECK(host.carries(link_of(beta), data(Peer(process_id(beta, 1)), host.first)) == Words{"beta/link0 <- JoinAgain"});
    CHECK(host.carries(link_of(beta), data(Peer(process_id(beta, 1)), host.first)).empty());
    CHECK(host.status().frames_dropped == 4);

    host.ticks_after(100ms);
    CHECK(host.carries(process, data(process, host.first)) == Words{"alpha/50 <- RegisterAgain"});
}

TEST_CASE("a leader that stood still takes no member for silent; one that ticks in time does", "[switch]") {
    Leader host;
    host.hears(link_of(beta), JoinConvention{host_entry(beta, "beta")});
    const auto ticks_for = [&](Duration time) {
        Words words;
        for (const TimePoint until = host.clock.now() + time; host.clock.now() < until;)
            for (auto& word : host.ticks_after(Times{}.tick_interval())) words.push_back(word);
        return words;
    };
    host.ticks_after(0s);

    CHECK(host.ticks_after(1min).empty());
    CHECK(ticks_for(4s) == Words{"beta/link0 <- Heartbeat(unheard)"});
    CHECK(ticks_for(1s) ==
          Words{"alpha/1 <- HostGone(beta, silent for too long)", "alpha/2 <- HostGone(beta, silent for too long)"});
}

TEST_CASE("anything that a member sends says that it lives", "[switch]") {
    Leader host;
    host.hears(link_of(beta), JoinConvention{host_entry(beta, "beta")});

    for (int i = 0; i < 100; ++i) {
        host.carries(link_of(beta), data(Peer(process_id(beta, 1)), host.first));
        CHECK(host.ticks_after(Times{}.tick_interval()).empty());
    }
}

TEST_CASE("who sends data in another's name is refused", "[switch]") {
    Leader host;
    const std::string refused = " <- Refused(a frame in the name of a process that didn't send it)";

    CHECK(host.carries(host.first, data(host.second, host.first)) == Words{"alpha/1" + refused});
    CHECK(host.carries(stranger(), data(host.second, host.first)) == Words{"stranger1" + refused});
    FrameHeader returned = data(host.first, host.second);
    returned.kind = FrameKind::returned;
    returned.reason = 2;
    CHECK(host.carries(host.first, returned) == Words{"alpha/1" + refused});
    CHECK(host.status().frames_dropped == 3);
}

namespace {

/// beta, a member that knows of gamma.
struct LinkingWorker : Worker {
    LinkingWorker() {
        HostEntry gamma = host_entry(gamma_host, "gamma");
        gamma.endpoints = {"tcp://gamma:1"};
        hears_leader(Joined{{leader_entry(), host_entry(beta, "beta"), gamma}});
    }
    Words beats_from_gamma() {
        tested.on_frame_from_host(
            gamma_host, Frame(control_frame(process_id(gamma_host, 0), process_id(beta, 0), LinkBeat{})), clock.now());
        return take();
    }
    Words hears_caller() {
        tested.on_frame(caller, Frame(control_frame(process_id(gamma_host, 0), process_id(beta, 0), LinkBeat{0, true})),
                        clock.now());
        return take();
    }
    void links() {
        carries(program, data(program, there));
        ticks_after(0s);
        beats_from_gamma();
    }
    Words carries_from_gamma(const FrameHeader& header) {
        FrameBuilder builder;
        tested.on_frame_from_host(gamma_host, Frame(builder.finish(header)), clock.now());
        return take();
    }

    const std::uint64_t there = process_id(gamma_host, 1);
    const Peer caller = link_of(gamma_host, 5);
};

}  // namespace

TEST_CASE("frames for another worker go by the leader at first, and then by a link of their own", "[switch][links]") {
    LinkingWorker host;
    CHECK(host.carries(host.program, data(host.program, host.there)) == Words{"leader <- data 1 of beta/1"});
    CHECK(host.ticks_after(0s).front() == "connect to tcp://gamma:1 as beta/link1");
    CHECK(host.beats_from_gamma() == Words{"link to gamma <- LinkBeat(0, hears you)"});

    CHECK(host.carries(host.program, data(host.program, host.there)) == Words{"link to gamma <- data 1 of beta/1"});
    CHECK(host.carries_from_gamma(data(Peer(host.there), host.program)) == Words{"beta/1 <- data 1 of gamma/1"});
    CHECK(host.status().frames_routed == 3);
}

TEST_CASE("a full link keeps frames until it takes them", "[switch][links]") {
    LinkingWorker host;
    host.links();
    host.wire.full_hosts.insert(gamma_host);

    CHECK(host.carries(host.program, data(host.program, host.there, 1)).empty());
    host.hears(host.program, Leave{});  // of which the leader hears at once; the beat behind the frame waits too
    CHECK(host.tested.wants_retry());
    CHECK(host.retries().empty());
    host.wire.full_hosts.clear();
    CHECK(host.retries() == Words{"link to gamma <- data 1 of beta/1", "link to gamma <- LinkBeat(1, hears you)"});
}

TEST_CASE("what comes by a link in another host's name, or for another host, is dropped", "[switch][links]") {
    LinkingWorker host;
    host.links();
    host.hears_caller();

    CHECK(host.carries_from_gamma(data(Peer(process_id(alpha, 1)), host.program)).empty());
    CHECK(host.carries_from_gamma(data(Peer(host.there), process_id(alpha, 1))).empty());
    CHECK(host.carries(host.caller, data(Peer(host.there), process_id(alpha, 1))).empty());
    CHECK(host.carries(host.caller, data(Peer(process_id(alpha, 1)), host.program)).empty());
    CHECK(host.status().frames_dropped == 4);
}

TEST_CASE("when the one who made a link is gone, a frame for it goes by the leader at once", "[switch][links]") {
    LinkingWorker host;
    host.hears_caller();
    CHECK(host.carries(host.program, data(host.program, host.there)) == Words{"gamma/link5 <- data 1 of beta/1"});

    host.wire.gone.insert(host.caller);

    CHECK(host.carries(host.program, data(host.program, host.there, 2)) == Words{"leader <- data 2 of beta/1"});
    CHECK(host.carries(host.caller, data(Peer(host.there), host.program)).empty());
}

}  // namespace zanni::broker
