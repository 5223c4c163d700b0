#pragma once

#include <cstddef>
#include <cstdint>
#include <expected>
#include <string>

#include <zanni/clock.hpp>
#include <zanni/lifecycle.hpp>

#include "backlog.hpp"
#include "broker.hpp"
#include "frame.hpp"
#include "wire.hpp"

namespace zanni::broker {

/// A whole host without sockets, threads or a clock: moves frames on by the routing table, keeps what a full peer can't
/// take yet, feeds the Broker with what happens and does what it says, all on one Wire. Whoever drives it gives the
/// time with each event, never an earlier one than before.
///
/// What can't be passed on is dropped and counted, as its sender keeps it and sends it again. Only when the destination
/// is known not to exist, the frame's header goes back to its source. Source: ADR 0009.
///
/// Threads: one.
/// Limits: those of Backlog.
class Switch {
public:
    /// For processes that are being started may wait, in all; and for each.
    static constexpr std::size_t early_bytes_max = 256 * 1024 * 1024;
    static constexpr std::size_t early_bytes_each = 16 * 1024 * 1024;

    /// `wire` must outlive the switch. Calls it only within the events below.
    Switch(Broker::Options options, Wire& wire, TimePoint now);

    // Events. The Wire may be called within each, and the Wire may call actor_process_started() within that.
    void begin();
    /// Before on_frame(), and on_frame() only when it may: whoever is refused is told by the connection that it came
    /// by, as the routing id may lead to another's.
    std::expected<void, Error> admit(const transport::Peer& from, KeyId who);
    void on_frame(const transport::Peer& from, transport::Frame frame, TimePoint now, KeyId who = local_key);
    void on_frame_from_leader(transport::Frame frame, TimePoint now);
    /// By the connection that this host made to that one.
    void on_frame_from_host(std::uint32_t host, transport::Frame frame, TimePoint now);
    void actor_process_started(std::uint64_t process, std::int64_t pid);
    void child_ended(std::int64_t pid, const ExitCause& cause, TimePoint now);
    void process_ended(std::uint64_t process, const ExitCause& cause);
    /// Of an isolated process.
    void start_failed(std::uint64_t process, const std::string& why);
    /// Due every Times::tick_interval(), after all frames that have come. One that comes late says that this host stood
    /// still: what it didn't hear meanwhile is nobody's silence.
    void tick(TimePoint now);
    void keys_changed(const KeyRing& ring);
    /// A connection that has proven to have that key wants in.
    std::expected<KeyId, Error> handshake(const transport::PublicKey& key, const std::string& address, TimePoint now) {
        return broker_.on_handshake(key, address, now);
    }
    void handshake_failed() { broker_.on_failed_handshake(); }
    void end_host(TimePoint now);
    void forward_logs(std::vector<transport::LogRecord> own, TimePoint now);
    /// Offers what waits to its peers again.
    void retry(TimePoint now);

    /// Whether something waits that a retry may bring on its way soon.
    bool wants_retry() const;
    const Broker& broker() const { return broker_; }

private:
    void forward(transport::Frame frame, const transport::FrameHeader& header, TimePoint now);
    transport::Sent pass_on(const Hop& hop, transport::Frame& frame);
    transport::Sent send(const transport::Peer& peer, transport::Frame& frame);
    transport::Sent keep(const transport::Peer& peer, transport::Frame& frame, std::size_t limit);
    void await_start(transport::Frame frame, const transport::FrameHeader& header, TimePoint now);
    void release_early(TimePoint now);
    void no_way(const transport::FrameHeader& header, TimePoint now);
    void give_back(const transport::FrameHeader& header, Error::Code reason = Error::dead_target);
    void drop() { ++broker_.traffic().frames_dropped; }
    void perform(Actions actions);
    void perform(SendTo& action);
    void perform(SendToLeader& action);

    Wire& wire_;
    const std::uint32_t own_host_;
    const Duration tick_interval_;
    TimePoint last_tick_;
    Broker broker_;
    Backlog backlog_;
    Backlog early_{early_bytes_max};  // for processes that are being started
};

}  // namespace zanni::broker
