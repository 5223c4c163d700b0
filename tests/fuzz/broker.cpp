// Does the broker's state machine stay whole, answer in measure and keep to its limits, whatever is said to it?
#include "broker.hpp"

#include <set>
#include <utility>
#include <variant>

#include "broker_events.hpp"
#include "control_frame.hpp"
#include "control_messages.hpp"

namespace zanni::fuzz {

using namespace transport;
using namespace broker;

namespace {

using Bytes = std::vector<std::byte>;

constexpr std::size_t events_max = 200;
/// A full house takes a thousand times as long, so few inputs shall begin with it.
constexpr std::uint64_t rare_crowd = 0xc0de;

/// All messages of a frame that the broker made, each given to `see(message)`.
template <class See, class... M>
void look_into(const Bytes& frame, See see, std::tuple<M...>* /*types*/) {
    const auto header = check_frame(frame);
    ZANNI_ASSERT(header, "a broker sends whole frames");
    ZANNI_ASSERT(header->kind == FrameKind::control && header->records == 1, "of one control message each");
    std::size_t known = 0;
    const auto error = read_control(*header, frame, on<M>([&](const M& message) {
        ++known;
        see(message);
    })...);
    ZANNI_ASSERT(!error && known == 1, "that can be read");
}

/// A broker, and its loop's part played by this: does what the broker says, and checks that it may say so.
class World {
public:
    World(bool leads, bool actor_process)
        : leads_(leads),
          actor_process_(actor_process),
          broker_({{own_host, "own", "0.1.0", leads, {{"Server", true}}, 0, {}}, actor_process}, clock_.now()) {
        perform(broker_.begin(), 4);
    }

    void one_event(Input& input) {
        switch (input.byte() % 12) {
            case 0:
                return advance(std::chrono::milliseconds(input.number(2)));
            case 1:
                return child_ended(input);
            case 2:
                return leads_ ? raw(input) : raw_from_leader(input);
            case 3:
                return raw(input);
            case 4:
                return foreign_frame(input);
            case 5:
                return several(input);
            case 6:
                return newcomer();
            case 7:
            case 8:
                if (!leads_) return with_leaders_message(input, [&](const auto& m) { hear_leader(m); });
                [[fallthrough]];
            default: {
                const Peer from = pick_peer(input);
                return with_message(input, from, [&](const auto& message) { hear(from, message); });
            }
            case 11:
                if (input.byte() > 250) end_host();
        }
    }

    /// More than the limits allow.
    void crowd_of_processes() {
        for (std::size_t i = 0; i < processes_max + 3; ++i) newcomer();
    }

    void check_status() {
        status_.reset();
        hear(stranger(), HostStatusRequest{});
        ZANNI_ASSERT(status_, "whoever asks for the status gets it");
        std::set<std::uint32_t> hosts;
        std::size_t processes = 0;
        for (const auto& status : status_->hosts) {
            ZANNI_ASSERT(hosts.insert(status.host.id).second, "a host stands there once");
            processes += status.processes.size();
            if (!leads_) continue;  // the others are there by the leader's word, which counts
            ZANNI_ASSERT(broker::check(status), "what is kept of a host is within the limits");
            ZANNI_ASSERT(status.host.leader == (status.host.id == own_host), "there is one leader");
        }
        ZANNI_ASSERT(hosts.contains(own_host), "this host is in its own status");
        ZANNI_ASSERT(!leads_ || hosts.size() <= hosts_max, "so many hosts and no more");
        ZANNI_ASSERT(processes <= status_processes_max, "so many processes and no more");
    }

    /// Members must beat, or they are forgotten.
    void silence() {
        advance(Times{}.down_after);
        check_status();
        ZANNI_ASSERT(!leads_ || status_->hosts.size() == 1, "the silent are gone");
        ZANNI_ASSERT(!leads_ || known_links() == 0, "and nothing is routed to them");
    }

private:
    static Peer stranger() {
        Peer peer;
        peer.size = Peer::chosen_bytes;
        return peer;
    }

    // ---- Events

    void advance(Duration time) {
        clock_.advance(time);
        // Who is gone is told of to all others, and the handlers of dead letters may be too.
        const std::size_t bound = (known_links() + hosts_seen_ + known(issued_) + 1) * (2 * audience() + 2) + held();
        perform(broker_.tick(clock_.now()), bound);
    }

    void end_host() {
        const std::size_t bound = audience();
        perform(broker_.end_host(clock_.now()), bound);
    }

    void child_ended(Input& input) {
        const auto pid = static_cast<std::int64_t>(100 + input.byte() % 8);
        const ExitCause cause = pick_cause(input);
        const std::size_t bound = 2 * audience();
        children_.erase(pid);
        perform(broker_.child_ended(pid, cause, clock_.now()), bound);
    }

    void foreign_frame(Input& input) { perform(broker_.on_foreign_frame(pick_peer(input)), 1); }

    void raw(Input& input) {
        const Peer from = pick_peer(input);
        hear_frame(from, input.piece());
    }

    void raw_from_leader(Input& input) { hear_frame_of_leader(input.piece()); }

    /// One frame with many messages.
    void several(Input& input) {
        const Peer from = pick_peer(input);
        FrameBuilder builder;
        for (std::size_t i = input.byte() % (control_records_max + 2); i > 0; --i) {
            if (builder.bytes() > gathered_bytes_max) break;
            with_message(input, from, [&]<class M>(const M& message) {
                Writer writer(builder.begin_record({0, 0, message_id<M>}));
                marshal(writer, message);
                static_cast<void>(builder.end_record());
            });
        }
        FrameHeader header;
        header.kind = FrameKind::control;
        hear_frame(from, builder.finish(header));
    }

    /// Says hello and registers.
    void newcomer() {
        welcome_ = 0;
        hear(stranger(), Hello{"0.1.0"});
        if (welcome_ != 0) hear(Peer(welcome_), Register{welcome_, 7, "program", false, {}});
    }

    template <class M>
    void hear(const Peer& from, const M& message) {
        hear_frame(from, control_frame(from.process(), process_id(own_host, broker_number), message));
    }
    void hear_frame(const Peer& from, const Bytes& frame) {
        if (is_link(from.process())) links_.insert(from.process());
        const auto header = decode_header(frame);
        if (!header) return perform(broker_.on_bad_frame(from, header.error()), 1);
        if (header->kind != FrameKind::control) return;  // never comes here
        // Each message may be told to all, change this host's entry and the handlers of dead letters, and be remembered
        // and watched.
        const std::size_t bound = 1 + header->records * (3 * audience() + 6) + held();
        perform(broker_.on_control(from, *header, frame, clock_.now()), bound);
    }

    template <class M>
    void hear_leader(const M& message) {
        hear_frame_of_leader(control_frame(0, 0, message));
    }
    void hear_frame_of_leader(const Bytes& frame) {
        const auto header = decode_header(frame);
        if (!header || header->kind != FrameKind::control) return;
        hosts_seen_ += frame.size() / 8;  // a host's entry has more bytes than that
        told_ += header->records;
        const std::size_t bound = 1 + header->records * (3 * audience() + 6) + held();
        perform(broker_.on_control_from_leader(*header, frame, clock_.now()), bound);
    }

    // ---- Actions

    void perform(Actions actions, std::size_t bound) {
        ZANNI_ASSERT(actions.size() <= bound, "an event has so many consequences and no more");
        for (Action& action : actions) std::visit([this](auto& what) { act(what); }, action);
    }

    void act(SendTo& send) {
        look_into(
            send.frame, [this](const auto& message) { see(message); }, static_cast<ControlMessages*>(nullptr));
    }
    void act(SendToLeader& send) {
        ZANNI_ASSERT(!leads_, "the leader has no leader");
        look_into(
            send.frame, [](const auto&) {}, static_cast<ControlMessages*>(nullptr));
    }
    void act(ConnectToLeader& connect) {
        ZANNI_ASSERT(!leads_, "the leader has no leader");
        ZANNI_ASSERT(host_of(connect.link) == own_host && is_link(connect.link), "a link of this host's");
        ZANNI_ASSERT(std::exchange(link_, connect.link) != connect.link, "a new one each time");
    }
    void act(ConnectToHost& connect) {
        ZANNI_ASSERT(!leads_ && connect.host != own_host, "workers link with each other");
        ZANNI_ASSERT(host_of(connect.link) == own_host && is_link(connect.link), "a link of this host's");
    }
    void act(DisconnectFromHost& /*disconnect*/) { ZANNI_ASSERT(!leads_, "workers link with each other"); }
    void act(StartActorProcess& start) {
        ZANNI_ASSERT(actor_process_, "it was asked for");
        issue(start.process);
        children_.insert(++last_pid_);
        perform(broker_.actor_process_started(start.process, last_pid_), 0);
    }
    void act(StartIsolatedProcess& /*start*/) { ZANNI_ASSERT(false, "no control message starts one"); }
    void act(Remember& remember) {
        ZANNI_ASSERT(remember.memory.host == own_host, "it remembers itself");
        ZANNI_ASSERT(remember.memory.residents.size() <= processes_max + children_.size(), "who is here, and no more");
    }
    void act(AdoptActorProcess& /*adopt*/) { ZANNI_ASSERT(false, "nobody was here before"); }
    void act(WatchProcess& watch) { ZANNI_ASSERT(host_of(watch.process) == own_host, "one of this host"); }
    void act(UnwatchProcess& unwatch) { ZANNI_ASSERT(host_of(unwatch.process) == own_host, "one of this host"); }
    void act(SignalProcess& signal) { ZANNI_ASSERT(children_.contains(signal.pid), "only a child is signalled"); }
    void act(Ready& /*ready*/) { ZANNI_ASSERT(!std::exchange(ready_, true), "a host becomes ready once"); }
    void act(KeepKey&) { ZANNI_ASSERT(false, "nobody has a token here"); }
    void act(Stop& stop) { ZANNI_ASSERT(stop.exit_code >= 0 && stop.exit_code <= 2, "an exit code of the program's"); }

    void see(const Welcome& welcome) {
        issue(welcome.process);
        welcome_ = welcome.process;
    }
    void see(const HostStatusReply& reply) { status_ = reply; }
    void see(const Refused& refused) { ZANNI_ASSERT(refused.context.size() < 4'000, "a refusal is a sentence"); }
    template <class M>
    void see(const M& /*other*/) {}

    void issue(std::uint64_t process) {
        ZANNI_ASSERT(host_of(process) == own_host && !is_link(process) && number_of(process) != broker_number,
                     "a process of this host's");
        ZANNI_ASSERT(issued_.insert(process).second, "no process id is used twice");
    }

    // ---- Who hears news: at most so many actions for one piece of it

    std::size_t known(const std::set<std::uint64_t>& ids) const {
        return static_cast<std::size_t>(
            std::ranges::count_if(ids, [&](std::uint64_t id) { return broker_.routes().knows(Peer(id)); }));
    }
    std::size_t known_links() const { return known(links_); }
    /// Ends that wait for what comes by a direct link may all be told at once.
    std::size_t held() const { return leads_ ? 0 : told_ * audience(); }
    std::size_t audience() const {
        const std::size_t processes = known(issued_);
        const std::size_t members = known_links();
        ZANNI_ASSERT(processes <= processes_max, "so many processes and no more");
        ZANNI_ASSERT(members < hosts_max, "so many hosts and no more");
        return processes + members + children_.size() + 4;  // and what one event asks for besides
    }

    const bool leads_;
    const bool actor_process_;
    std::size_t told_ = 0;  // by the leader
    ManualClock clock_;
    Broker broker_;

    std::set<std::int64_t> children_;
    std::int64_t last_pid_ = 99;
    std::set<std::uint64_t> issued_;
    std::set<std::uint64_t> links_;  // that have said anything
    std::size_t hosts_seen_ = 0;     // at most so many has the leader told of
    std::uint64_t link_ = 0;
    std::uint64_t welcome_ = 0;
    std::optional<HostStatusReply> status_;
    bool ready_ = false;
};

}  // namespace

}  // namespace zanni::fuzz

/// A broker's kind, then events.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {  // NOLINT: libFuzzer's name
    using namespace zanni::fuzz;
    Input input(bytes, size);
    const std::uint8_t kind = input.byte();
    World world(kind % 2 == 0, kind / 2 % 2 == 0);
    if (kind >= 254 && input.number(2) == rare_crowd) world.crowd_of_processes();
    for (std::size_t i = 0; i < events_max && !input.empty(); ++i) world.one_event(input);
    world.check_status();
    world.silence();
    return 0;
}
