// How many instructions does a broker need to pass a frame on, from one process of its host to another, without those
// of its sockets?

#include <cstdint>
#include <stdexcept>
#include <utility>
#include <vector>

#include "control.hpp"
#include "control_frame.hpp"
#include "counting.hpp"
#include "frame.hpp"
#include "process_id.hpp"
#include "switch.hpp"

namespace {

using namespace zanni;
using namespace zanni::transport;
using namespace zanni::broker;

constexpr std::uint32_t host = 0xa1000001;

/// Takes all frames, and starts nothing.
class CountingWire final : public Wire {
public:
    Sent send(const Peer& peer, Frame& frame) override {
        const Frame sent = std::move(frame);
        last_to = peer;
        ++frames;
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

    Peer last_to;
    std::uint64_t frames = 0;
};

Broker::Options leader() {
    Broker::Options options;
    options.self.id = host;
    options.self.name = "leader";
    options.self.version = "0.1.0";
    options.self.leader = true;
    options.machine = "here";
    return options;
}

Peer join(Switch& tested, std::uint32_t number) {
    const std::uint64_t process = process_id(host, number);
    Peer stranger;
    stranger.size = Peer::chosen_bytes;
    stranger.bytes[4] = std::byte{1};
    tested.on_frame(stranger, Frame(control_frame(0, process_id(host, 0), Hello{"0.1.0"})), {});
    tested.on_frame(
        Peer(process),
        Frame(control_frame(process, process_id(host, 0), Register{process, 99, "program", false, {}, "here"})), {});
    return Peer(process);
}

std::vector<std::byte> data_between(const Peer& from, const Peer& to) {
    FrameHeader header;
    header.source = from.process();
    header.destination = to.process();
    header.epoch = 1;
    header.sequence = 1;
    FrameBuilder builder;
    builder.begin_record({.target_actor = 2, .sender_actor = 3, .type = 5}).push_back(std::byte{0xc0});
    builder.end_record().value();
    header.records = builder.records();
    return builder.finish(header);
}

}  // namespace

int main(int argc, char** argv) {
    const std::uint64_t count = counts::read_count(argc, argv, "a broker's forwarding");
    CountingWire wire;
    Switch tested(leader(), wire, {});
    tested.begin();
    const Peer near = join(tested, 2);
    const Peer far = join(tested, 3);
    const auto bytes = data_between(near, far);
    const std::uint64_t before = wire.frames;
    for (std::uint64_t i = 0; i < count; ++i) tested.on_frame(near, Frame(bytes), {});
    return wire.frames - before == count && wire.last_to == far ? 0 : 1;
}
