#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <expected>
#include <map>
#include <optional>
#include <span>
#include <unordered_map>
#include <vector>

#include <zanni/envelope.hpp>
#include <zanni/error.hpp>
#include <zanni/gateway.hpp>
#include <zanni/survey.hpp>

#include "channel/channel.hpp"
#include "channel/traffic.hpp"

namespace zanni::transport {

/// All channels of a process, and whose turn it is. What leaves gathers in one open frame per channel, which is
/// complete when it is full or when it can leave: the more is sent at once, the fewer frames; nothing ever waits for
/// more. While much waits, a small message between two actors of whom nothing waits goes ahead of it. Pure.
///
/// Threads: one at a time.
/// Limits: unsent_bytes_max in all; a message over it is refused.
class Channels {
public:
    static constexpr std::size_t full_frame_bytes = 32 * 1024;
    static constexpr std::size_t unsent_bytes_max = 256 * 1024 * 1024;

    Channels(std::uint64_t own_process, const ChannelSettings& settings)
        : own_process_(own_process), settings_(settings) {}

    // ---- From this process

    /// Marshals the message into the channel to its target's process; a large one into frames of its own.
    /// Errors: Error::too_large, Error::overloaded; nothing was added then.
    std::expected<Way, Error> add(const Envelope& envelope, const std::optional<TraceContext>& trace = {});
    /// A small message of the process itself: it is none of messages().
    std::expected<Way, Error> add_word(const Envelope& envelope) { return add(envelope, {}, true); }
    Way way_to(std::uint64_t process);
    /// While calm, no way is congested. All that were told so are relieved.
    void set_calm(bool calm);

    // ---- To the bus

    /// The next frame that shall leave. Good until anything but add() is called.
    std::optional<std::span<const std::byte>> next(TimePoint now);
    /// Whose lane the frame that next() gave last leaves by; 0: it goes by the brokers.
    std::uint64_t lane() const { return lane_; }
    /// When something is due that next() doesn't give yet.
    TimePoint due() const { return next_due_; }

    // ---- From the bus

    IncomingStream::Verdict on_data(const FrameHeader& header, std::size_t bytes, TimePoint now);
    /// What any data or acknowledgement frame says of what has arrived. False for what can't be.
    bool on_word(const FrameHeader& header, TimePoint now);
    /// Each peer shall hear now what has come from it.
    void acknowledge_all();
    /// What this process grants its peers from now on: a whole window, or nothing.
    void grant(bool open);

    // ---- Interruptions

    /// The process is in touch with its broker again: what is unacknowledged goes once more, and each peer is asked
    /// whether it is still there.
    void resume(TimePoint now);
    void ask_host(std::uint32_t host, TimePoint now);

    struct Lost {
        std::vector<KeptFrame> frames;
        Error::Code reason;
    };
    /// What can't be delivered to a peer that is given up, in the order of sending. Messages to it that are sent later
    /// belong to the next epoch.
    std::vector<Lost> close(std::uint64_t process, Error::Code unsent_reason);
    /// Whether that word of a broker is about what this end sends now, and not about what it has given up.
    bool is_of_this_epoch(const FrameHeader& returned) const;
    std::vector<std::uint64_t> peers() const;
    /// Nothing will ever come from there again, nor go there: gives back what can't be delivered, as close() does, and
    /// refuses the next message to it. In one step, as nobody would give back what was added between two.
    [[nodiscard]] std::vector<Lost> forget(std::uint64_t process);

    // ---- Lanes

    /// What moved to and from each peer since the last call; nothing of those with which nothing moved.
    std::vector<Traffic> take_traffic();
    /// What leaves for the peer goes by its lane, or by the brokers.
    void use_lane(std::uint64_t peer, bool lane);
    /// Nothing new leaves for the peer, until it is let go on; what is under way is asked after.
    void hold(std::uint64_t peer, bool held, TimePoint now);
    bool has_arrived(std::uint64_t peer) const;
    bool is_silent(std::uint64_t peer) const;
    /// What has come from the peer, to be sent to it by its lane or by the brokers; as next().
    std::optional<std::span<const std::byte>> greeting(std::uint64_t peer, bool by_lane);
    /// The lane is gone: what is unacknowledged goes once more.
    void resume(std::uint64_t peer, TimePoint now);

    /// Has happen what is due, and gives back what was blocked for too long.
    std::vector<KeptFrame> tick(TimePoint now);

    /// Peers to which the way is free again, once each.
    std::vector<std::uint64_t> take_relieved();

    /// All that was sent has arrived.
    bool settled() const;
    /// Messages taken and not known to have arrived.
    std::uint64_t messages() const;
    std::size_t unsent_bytes() const { return unsent_bytes_; }
    std::uint64_t resent_frames() const;
    /// Of each, Survey::peers_most of them.
    std::vector<Survey::Peer> survey() const;

private:
    static constexpr std::size_t ended_max = 10'000;

    std::expected<Way, Error> add(const Envelope& envelope, const std::optional<TraceContext>& trace, bool is_word);
    Channel& channel(std::uint64_t peer);
    void list(std::uint64_t peer, Channel& channel);
    void look_at_time(const Channel& channel);
    void look_for_relief(std::uint64_t peer, Channel& channel);
    bool add_ahead(Channel& channel, const RecordHeader& header, const Envelope& envelope,
                   const std::optional<TraceContext>& trace);
    std::expected<void, Error> add_in_turn(Channel& channel, const RecordHeader& header, const Envelope& envelope,
                                           const std::optional<TraceContext>& trace, bool is_word);
    void add_in_parts(Channel& channel, RecordHeader header, std::span<const std::byte> payload,
                      const std::optional<TraceContext>& trace);
    bool is_congested(const Channel& channel) const {
        return !calm_ && channel.unsent_bytes() > settings_.congested_bytes;
    }
    /// Runs `change`, which may send, keep or drop frames of the channel.
    template <class Change>
    auto changing(Channel& channel, Change change);

    const std::uint64_t own_process_;
    const ChannelSettings& settings_;
    std::map<std::uint64_t, Channel> channels_;  // by peer; ordered, so that a simulation replays
    std::deque<std::uint64_t> listed_;           // peers to which there is something to say
    std::unordered_map<std::uint64_t, bool> ended_;
    std::deque<std::uint64_t> ended_order_;
    std::vector<std::uint64_t> relieved_;
    std::size_t unsent_bytes_ = 0;
    TimePoint next_due_ = TimePoint::max();
    bool calm_ = false;
    bool open_ = true;
    bool moved_ = false;  // something, since somebody last looked
    std::uint64_t lane_ = 0;
};

}  // namespace zanni::transport
