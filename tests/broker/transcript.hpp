#pragma once

#include <csignal>
#include <optional>
#include <string>
#include <vector>

#include <zanni/clock.hpp>

#include "broker.hpp"
#include "control.hpp"
#include "control_frame.hpp"
#include "process_id.hpp"
#include "security/keys.hpp"

/// A broker without sockets, processes or time of its own, and what it does in words.
namespace zanni::test {

using transport::Peer;
using transport::process_id;

inline constexpr std::uint32_t alpha = 0xa1000001;  ///< the leader
inline constexpr std::uint32_t beta = 0xb2000001;
inline constexpr std::uint32_t gamma_host = 0xc3000001;

/// The machine on which the brokers run.
inline const std::string here = "here";

inline HostEntry host_entry(std::uint32_t id, const std::string& name, std::uint64_t actor_process = 0) {
    return {id, name, "0.1.0", false, {{"Server", true}}, actor_process, {}};
}

/// The connection of a host's broker to the leader.
inline Peer link_of(std::uint32_t host, std::uint32_t number = 0) {
    return Peer(process_id(host, transport::first_link_number + number));
}

/// A tool or newcomer, whose id libzmq chose.
inline Peer stranger(std::uint8_t number = 1) {
    Peer peer;
    peer.size = Peer::chosen_bytes;
    peer.bytes[4] = std::byte{number};
    return peer;
}

/// "alpha/2", "beta/link0", "stranger1".
std::string name_of(const Peer& peer);
/// What a control frame says: "HostGone(beta, left)".
std::string words_of(const std::vector<std::byte>& frame);
/// "to alpha/2: Registered(alpha, hosts alpha beta)", "to leader: Heartbeat", "signal 15 to 4711", "stop 0".
std::string words_of(const broker::Action& action);

using Words = std::vector<std::string>;
Words words_of(const broker::Actions& actions);

/// The state machine on a manual clock. Each step returns what the broker did, in words; `last` keeps the actions
/// themselves.
class TestBroker {
public:
    static constexpr std::int64_t first_pid = 4711;

    explicit TestBroker(HostEntry self, bool actor_process = true, std::optional<broker::Memory> memory = {},
                        bool remembers = false, bool leader_has_keys = false)
        : id(self.id),
          broker({std::move(self), actor_process, {}, std::move(memory), remembers, here, 0, leader_has_keys},
                 clock.now()) {}

    Words begin() { return keep(broker.begin()); }
    template <class M>
    Words hears(const Peer& from, const M& message) {
        return hears_frame(from, transport::control_frame(from.process(), process_id(id, 0), message));
    }
    Words hears_frame(const Peer& from, const std::vector<std::byte>& frame) {
        const auto header = transport::decode_header(frame);
        return keep(header ? broker.on_control(from, *header, frame, clock.now())
                           : broker.on_bad_frame(from, header.error()));
    }
    template <class M>
    Words hears_leader(const M& message) {
        const auto frame = transport::control_frame(0, 0, message);
        return keep(broker.on_control_from_leader(transport::decode_header(frame).value(), frame, clock.now()));
    }
    Words ticks_after(Duration time) {
        clock.advance(time);
        return keep(broker.tick(clock.now()));
    }
    Words child_ends(std::int64_t pid, const ExitCause& cause) {
        return keep(broker.child_ended(pid, cause, clock.now()));
    }
    Words ends() { return keep(broker.end_host(clock.now())); }

    /// begin(), and the actor process that it starts is there and registered. Forgets what was said.
    void with_actor_process();
    /// A program's process says hello and registers. Forgets what was said.
    Peer with_program();
    /// For a leader: that host is a member. Forgets what was said.
    Peer with_member(std::uint32_t host, const std::string& name);
    /// For a worker: the leader has taken it in. Forgets what was said.
    void as_member();

    const std::uint32_t id;
    ManualClock clock;
    broker::Broker broker;
    broker::Actions last;

private:
    Words keep(broker::Actions actions) {
        last = std::move(actions);
        return words_of(last);
    }
};

inline HostEntry leader_entry() {
    HostEntry entry = host_entry(alpha, "alpha");
    entry.leader = true;
    return entry;
}

/// A leader with an actor process, a program and a member, beta.
struct LeaderWithAll : TestBroker {
    LeaderWithAll() : TestBroker(leader_entry()) {
        with_actor_process();
        program = with_program();
        with_member(beta, "beta");
    }
    Peer program;
};

/// Some key: another for each number.
inline transport::PublicKey key(std::uint8_t number) {
    transport::PublicKey key;
    key.bytes[0] = std::byte{number};
    return key;
}

}  // namespace zanni::test
