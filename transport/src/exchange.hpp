#pragma once

#include <atomic>
#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include <zanni/gateway.hpp>
#include <zanni/random.hpp>

#include "channel/channels.hpp"
#include "control.hpp"
#include "lane_sockets.hpp"
#include "lanes.hpp"
#include "log_outbox.hpp"
#include "name_claims.hpp"
#include "parts.hpp"
#include "placement/convention_table.hpp"
#include "process_id.hpp"

namespace zanni::transport {

/// All that a process says and hears on the bus: its channels to other processes, and its dealings with its broker.
/// Frames and the time in, frames out; it has no socket and no clock, so a simulation runs it too.
///
/// The journey out: post -> Channels -> next. The journey in: on_frame -> on_data, on_acknowledgement, on_returned,
/// on_control.
///
/// Threads: "any" and "the driver's", one at a time, as the groups say. The inbox is called by either, under no lock.
/// Source: ADR 0009.
class Exchange : private LaneTasks {
public:
    struct Options {
        std::uint64_t process = 0;  ///< as the broker assigned it
        std::int64_t pid = 0;
        std::string program;
        std::string machine;               ///< as machine_id() says; a broker of the same watches the pid
        bool common = false;               ///< serves as its host's common actor process
        std::uint64_t placement_seed = 0;  ///< of the choices between hosts
        ChannelSettings channel{};
        /// Of what has come over the bus and isn't handled yet; beyond it this process grants no window.
        std::size_t held_bytes_max = 256 * 1024 * 1024;
        /// Whether a process of this machine still lives. A common actor process whose broker is silent and dead ends.
        std::function<bool(std::int64_t pid)> lives = [](std::int64_t) { return true; };
        /// Brings a module's types into the registry, on the driver's thread; none: a process that loads nothing.
        std::function<std::expected<void, Error>(const std::string& path)> load_module{};
        LaneSockets* lane_sockets = nullptr;  ///< none: everything goes by the brokers
        LaneSettings lanes{};
    };

    explicit Exchange(Options options)
        : options_(std::move(options)),
          lanes_(options_.process, lane_settings(options_), *this),
          channels_(options_.process, options_.channel),
          placement_random_(options_.placement_seed) {}

    // ---- Any thread's

    Way post(EnvelopePtr envelope);
    Way way_to(std::uint64_t process);
    void announce_dead_letter_handlers(std::vector<Address> own);
    void claim_name(const std::string& name, const Address& claimer, Duration longest);
    void release_name(const std::string& name, const Address& claimer);
    void find_name(const std::string& name, const Address& asker, Duration longest);
    Capabilities capabilities() const;
    std::expected<void, Error> update_capability(const std::string& key, const std::optional<CapabilityValue>& value);
    std::expected<std::uint64_t, Error> place(const Wanted& wanted);
    Isolation isolation_of(std::string_view type_name) const;
    /// That process and this one would do well to have a lane. At most so many wait here as there may be lanes.
    void request_lane(std::uint64_t process);
    /// Its channels.
    void add_to(Survey& survey);
    /// For the leader's log. Leaves with the next tick().
    void forward_log(const log::Record& record, TimePoint now) { log_outbox_.add(record, now); }

    // ---- The driver's

    /// Asks the broker to take this process.
    void begin(Inbox& inbox, const Registry& registry, TimePoint now);
    bool is_registered() const { return registered_; }
    /// The broker's no.
    const std::optional<Error>& refusal() const { return refused_; }

    /// The next frame that shall leave. Good until the driver's next call.
    std::optional<std::span<const std::byte>> next(TimePoint now);
    /// Whose lane the frame that next() gave last leaves by; 0: it is the broker's.
    std::uint64_t lane() const { return lane_; }
    void on_frame(std::span<const std::byte> frame, TimePoint now);
    /// A frame that has come by the lane of that process.
    void on_lane_frame(std::uint64_t peer, std::span<const std::byte> frame, TimePoint now);
    /// Its lane has not taken a frame, which need not be kept.
    void on_lane_broken(std::uint64_t peer, const std::string& why, TimePoint now);
    /// Has happen what is due.
    void tick(TimePoint now);
    /// When tick() should be called, if nothing else happens.
    TimePoint due();

    /// From now on what is posted becomes a dead letter. What still comes has to be taken: whoever sent it may be
    /// waiting for that, to leave too.
    void begin_leaving();
    /// All that was posted has arrived.
    bool settled();
    /// Messages posted and not known to have arrived.
    std::uint64_t messages_in_flight();
    /// What has not arrived becomes dead letters; the word that this process leaves is the last frame that next()
    /// gives.
    void leave();

private:
    void on_data(const FrameHeader& header, std::span<const std::byte> frame, TimePoint now);
    bool has_room(const FrameHeader& header, std::span<const std::byte> frame);
    void on_acknowledgement(const FrameHeader& header, TimePoint now);
    void answer_by_broker(const FrameHeader& header);
    void on_returned(const FrameHeader& header);
    void on_control(const FrameHeader& header, std::span<const std::byte> frame, TimePoint now);
    void on_registered(const Registered& news, TimePoint now);
    void on_host_changed(const HostChanged& news, TimePoint now);
    void on_host_loads(const HostLoads& news);
    void on_host_gone(std::uint32_t host, const std::string& reason);
    void on_process_gone(const ProcessGone& news);
    void on_load_module(const LoadModule& wish);
    void on_name_given(const NameGiven& news, TimePoint now);
    void on_name_found(const NameFound& news);
    void say_names(TimePoint now);
    void give_up_claims(TimePoint now);

    // LaneTasks, for lanes_.
    void say(std::uint64_t peer, const LaneWord& word) override;
    void request(std::uint64_t peer, const LaneRequest& request, bool by_ipc) override;
    std::expected<LaneOffer, Error> listen(std::uint64_t peer, const LaneRequest& request) override;
    std::expected<void, Error> connect(std::uint64_t peer, const LaneOffer& offer) override;
    void drop(std::uint64_t peer) override;
    void greet(std::uint64_t peer) override;
    void hold(std::uint64_t peer, bool held) override;
    bool all_has_arrived(std::uint64_t peer) override;
    bool is_silent(std::uint64_t peer) override;
    void use(std::uint64_t peer, bool lane) override;
    void send_again(std::uint64_t peer) override;

    static LaneSettings lane_settings(const Options& options);
    static bool is_lane_word(const RecordView& record);
    void on_lane_word(std::uint64_t peer, const RecordView& record, TimePoint now);
    void look_at_lanes(TimePoint now);
    std::vector<LaneEntry> lane_entries(TimePoint now) const;

    std::vector<Channels::Lost> give_up(std::uint64_t process, Error::Code unsent_reason);
    std::vector<std::uint64_t> peers();
    void bury(const std::vector<Channels::Lost>& lost);
    void relieve();
    void look_at_held();
    std::vector<TypeEntry> own_types() const;
    void send_registration(TimePoint now);
    void report(TimePoint now);
    void forward_logs(TimePoint now);
    void look_at_broker(TimePoint now);
    void look_for_doubtful(TimePoint now);
    bool ends_with_broker() const { return options_.common || is_isolated(options_.process); }
    Duration report_interval() const { return down_after_ / 5; }
    template <class M>
    void tell_broker(const M& message);

    const Options options_;
    Inbox* inbox_ = nullptr;
    const Registry* registry_ = nullptr;
    Register registration_;

    std::atomic<std::size_t> held_bytes_{0};  // by envelopes that any thread may end
    LogOutbox log_outbox_;

    // The driver's.
    std::deque<std::vector<std::byte>> to_broker_;
    std::vector<std::byte> leaving_now_;  // what next() has given of these
    Parts parts_{&held_bytes_};
    bool registered_ = false;
    bool left_ = false;
    TimePoint register_at_{};  // once more, while it isn't
    std::optional<Error> refused_;
    Duration down_after_ = std::chrono::seconds(5);
    std::int64_t broker_pid_ = 0;
    TimePoint next_report_{};
    TimePoint broker_heard_{};
    bool broker_missed_ = false;
    bool granting_ = true;
    Lanes lanes_;
    struct Greeting {
        std::uint64_t peer = 0;
        bool by_lane = false;
    };
    std::deque<Greeting> greetings_;                             // peers that are to hear now what has come from them
    std::map<std::uint64_t, std::uint64_t> lane_frames_;         // taken from lanes, by peer
    std::uint64_t lane_ = 0;                                     // of what next() has given
    TimePoint now_{};                                            // of the call that lanes_ acts in
    std::vector<std::pair<std::uint32_t, TimePoint>> doubtful_;  // hosts that the broker doesn't name any more

    std::mutex channels_mutex_;  // guards what follows, up to the next mutex
    Channels channels_;
    bool leaving_ = false;
    std::vector<Address> dead_letter_handlers_;
    bool announced_ = true;  // the broker knows of them
    NameClaims names_{std::chrono::seconds(1)};
    std::vector<UpdateCapability> capability_updates_;
    std::vector<std::uint64_t> lane_wishes_;

    mutable std::mutex table_mutex_;  // guards what follows
    ConventionTable table_;
    SeededRandom placement_random_;
    std::uint32_t host_ = 0;
};

}  // namespace zanni::transport
