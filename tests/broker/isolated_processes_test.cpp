#include <catch2/catch.hpp>

#include <algorithm>
#include <set>
#include <string>
#include <utility>

#include "oom_kills.hpp"
#include "switch.hpp"
#include "transcript.hpp"

#include <unistd.h>

#include <filesystem>
#include <fstream>

/// Processes of one actor each: started by the first frame for them, once.
namespace zanni::broker {

using namespace zanni::test;
using namespace std::chrono_literals;
using namespace transport;

namespace {

const std::uint64_t alone = process_id(alpha, first_isolated_number + 7);
const std::uint64_t creator = process_id(alpha, 2);
constexpr std::int64_t alone_pid = 5001;

/// What is started, signalled and sent: of data frames the number and the receiver, of control frames the words.
class IsolationWire final : public Wire {
public:
    Sent send(const Peer& peer, Frame& frame) override {
        const auto header = check_frame(std::as_const(frame).bytes()).value();
        const auto bytes = std::as_const(frame).bytes();
        const std::string to = is_isolated(peer.process()) ? "alone" : peer == Peer(creator) ? "creator" : "other";
        if (header.kind == FrameKind::control)
            said.push_back(to + ": " + words_of(std::vector<std::byte>(bytes.begin(), bytes.end())));
        else
            said.push_back(to + (header.kind == FrameKind::returned ? ": returned " : ": data ") +
                           std::to_string(header.kind == FrameKind::returned ? header.reason : header.sequence));
        return Sent::sent;
    }
    Sent send_to_leader(Frame&) override { return Sent::sent; }
    void connect_to_leader(std::uint64_t) override {}
    void connect_to_host(const ConnectToHost&) override {}
    Sent send_to_host(std::uint32_t, Frame&) override { return Sent::unknown; }
    void disconnect_from_host(std::uint32_t) override {}
    void remember(const Memory& memory) override { last_memory = memory; }
    void adopt_actor_process(std::int64_t pid) override { said.push_back("adopt " + std::to_string(pid)); }
    void start_actor_process(std::uint64_t process) override { common = process; }
    void start_isolated_process(std::uint64_t) override { said.emplace_back("start alone"); }
    void watch_process(std::uint64_t, std::int64_t) override {}
    void unwatch_process(std::uint64_t) override {}
    void signal_process(std::int64_t, int) override {}
    void ready() override {}
    void stop(const Stop&) override {}

    Words said;
    std::uint64_t common = 0;
    Memory last_memory;
};

class IsolationBed {
public:
    explicit IsolationBed(std::optional<Memory> memory = {})
        : tested({leader_entry(), true, {}, std::move(memory), true, here, 1}, wire, clock.now()) {
        tested.begin();
        if (wire.common) {
            tested.actor_process_started(wire.common, 4711);
            hears({wire.common, 4711, "actor process", true, {}});
        }
    }

    Words take() { return std::exchange(wire.said, {}); }
    Words hears(const Register& registration) {
        tested.on_frame(Peer(registration.process),
                        Frame(control_frame(registration.process, process_id(alpha, 0), registration)), clock.now());
        return take();
    }
    /// The creator says hello and registers.
    void with_creator() {
        tested.on_frame(stranger(), Frame(control_frame(0, 0, Hello{"0.1.0"})), clock.now());
        hears({creator, 99, "program", false, {}});
    }
    Words carries(std::uint32_t sequence, bool starts, FrameKind kind = FrameKind::data, bool question = false) {
        FrameHeader header;
        header.kind = kind;
        header.starts = starts;
        header.answer = question;
        header.destination = alone;
        header.source = creator;
        header.sequence = sequence;
        header.epoch = 1;
        std::vector<std::byte> bytes(frame_header_bytes);
        encode_header(header, std::span(bytes).first<frame_header_bytes>());
        tested.on_frame(Peer(creator), Frame(bytes), clock.now());
        return take();
    }
    void started() { tested.actor_process_started(alone, alone_pid); }
    Words registers() { return hears({alone, alone_pid, "actor process", false, {}}); }
    Words ends(const ExitCause& cause) {
        tested.child_ended(alone_pid, cause, clock.now());
        return take();
    }
    Words ticks_after(Duration time) {
        clock.advance(time);
        tested.tick(clock.now());
        return take();
    }

    ManualClock clock;
    IsolationWire wire;
    Switch tested;
};

bool has(const Words& words, const std::string& wanted) { return std::ranges::find(words, wanted) != words.end(); }

const ExitCause crashed{ExitCause::signal, 11, {}};

}  // namespace

TEST_CASE("the first frame for an isolated process starts it, and waits behind its registration", "[isolation]") {
    IsolationBed bed;
    bed.with_creator();

    CHECK(bed.carries(1, true) == Words{"start alone"});
    bed.started();
    CHECK(bed.carries(2, true).empty());
    CHECK(bed.carries(3, false).empty());
    const Words said = bed.registers();

    REQUIRE(said.size() == 4);
    CHECK(said[0].starts_with("alone: Registered"));
    CHECK(said[1] == "alone: data 1");
    CHECK(said[2] == "alone: data 2");
    CHECK(said[3] == "alone: data 3");
    CHECK(bed.carries(4, true) == Words{"alone: data 4"});
}

TEST_CASE("a frame that doesn't ask for it starts no process", "[isolation]") {
    IsolationBed bed;
    bed.with_creator();

    CHECK(bed.carries(1, false).size() == 1);  // comes back
    CHECK(bed.carries(0, true, FrameKind::acknowledgement).empty());
}

TEST_CASE("a question about frames that were lost starts an isolated process too", "[isolation]") {
    IsolationBed bed;
    bed.with_creator();

    CHECK(bed.carries(0, true, FrameKind::acknowledgement, true) == Words{"start alone"});
    bed.started();
    CHECK(bed.registers().size() == 2);
    bed.ends(crashed);
    CHECK(bed.carries(0, true, FrameKind::acknowledgement, true) ==
          Words{"creator: returned " + std::to_string(Error::dead_target)});
}

TEST_CASE("an isolated process that has ended is not started again", "[isolation]") {
    IsolationBed bed;
    bed.with_creator();
    bed.carries(1, true);
    bed.started();
    bed.registers();

    CHECK(bed.ends(crashed).size() == 2);  // both other processes are told

    CHECK(bed.carries(2, true) == Words{"creator: returned " + std::to_string(Error::dead_target)});
    CHECK(bed.tested.broker().is_member() == false);
}

TEST_CASE("an isolated process that ends before it has registered is told of, and what waited comes back",
          "[isolation]") {
    IsolationBed bed;
    bed.with_creator();
    bed.carries(1, true);
    bed.started();

    const Words said = bed.ends(crashed);

    CHECK(has(said, "creator: returned " + std::to_string(Error::dead_target)));
    CHECK(std::ranges::count_if(said, [](const auto& word) { return word.starts_with("creator: ProcessGone"); }) == 1);
}

TEST_CASE("the crash of an isolated process starts no common one, and doesn't end the host", "[isolation]") {
    IsolationBed bed;
    bed.with_creator();
    const std::uint64_t common = std::exchange(bed.wire.common, 0);
    CHECK(common != 0);
    bed.carries(1, true);
    bed.started();
    bed.registers();

    bed.ends(crashed);

    CHECK(bed.wire.common == 0);
}

TEST_CASE("an isolated process takes the modules that came while it started, before its actor", "[isolation][D12]") {
    IsolationBed bed;
    bed.with_creator();
    bed.carries(1, true);
    bed.started();
    const auto load = [&](const std::string& path) {
        bed.tested.on_frame(stranger(), Frame(control_frame(0, 0, LoadModule{path})), bed.clock.now());
        return bed.take();
    };
    CHECK(load("/opt/libone.so") == Words{"other: LoadModule(/opt/libone.so)"});
    bed.tested.on_frame(Peer(bed.wire.common),
                        Frame(control_frame(bed.wire.common, 0, ModuleLoaded{"/opt/libone.so", {}, {}, {}})),
                        bed.clock.now());
    bed.take();
    load("/opt/libtwo.so");  // which the common process hasn't answered yet

    const Words said = bed.registers();

    REQUIRE(said.size() == 4);
    CHECK(said[0].starts_with("alone: Registered"));
    CHECK(said[1] == "alone: LoadModule(/opt/libone.so)");
    CHECK(said[2] == "alone: LoadModule(/opt/libtwo.so)");
    CHECK(said[3] == "alone: data 1");
}

TEST_CASE("an isolated process that ends while a module is loaded doesn't fail that", "[isolation][D12]") {
    IsolationBed bed;
    bed.with_creator();
    bed.carries(1, true);
    bed.started();
    bed.registers();
    bed.tested.on_frame(stranger(), Frame(control_frame(0, 0, LoadModule{"/opt/libone.so"})), bed.clock.now());
    bed.tested.on_frame(Peer(bed.wire.common),
                        Frame(control_frame(bed.wire.common, 0, ModuleLoaded{"/opt/libone.so", {}, {}, {}})),
                        bed.clock.now());
    bed.take();

    const Words said = bed.ends({ExitCause::process_exit, 0, {}});

    CHECK(std::ranges::count_if(
              said, [](const auto& word) { return word.starts_with("other: ModuleLoaded(/opt/libone.so"); }) == 1);
}

TEST_CASE("only the child that was started may be an isolated process", "[isolation]") {
    IsolationBed bed;
    bed.with_creator();

    const Words said = bed.registers();

    REQUIRE(said.size() == 1);
    CHECK(said[0].starts_with("alone: Refused"));
}

TEST_CASE("an isolated process is remembered, and the next broker takes it back", "[isolation][D14]") {
    IsolationBed first;
    first.with_creator();
    first.carries(1, true);
    first.started();
    first.registers();
    Memory memory = first.wire.last_memory;
    REQUIRE(std::ranges::count(memory.residents, alone, &Memory::Resident::process) == 1);

    IsolationBed second(memory);

    CHECK(has(second.take(), "adopt " + std::to_string(alone_pid)));
    CHECK(second.tested.broker().may_come_back(alone, second.clock.now()));
    CHECK(second.registers().front().starts_with("alone: Registered"));
}

TEST_CASE("what the kernel has killed for want of memory is counted from the last look on", "[isolation]") {
    const auto file = std::filesystem::temp_directory_path() / ("zanni-oom-" + std::to_string(::getpid()));
    const auto write = [&](int kills) { std::ofstream(file) << "low 0\noom 9\noom_kill " << kills << '\n'; };
    write(3);
    OomKills kills(file);

    CHECK_FALSE(kills.rose());
    write(4);
    CHECK(kills.rose());
    CHECK_FALSE(kills.rose());
    write(5);
    kills.look();
    CHECK_FALSE(kills.rose());
    std::filesystem::remove(file);
}

}  // namespace zanni::broker
