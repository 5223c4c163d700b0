#pragma once

#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <optional>
#include <utility>

#include <zanni/actor_system.hpp>
#include <zanni/gateway.hpp>

#include "exchange.hpp"
#include "simulation/simulated_lanes.hpp"
#include "simulation/skewed_clock.hpp"
#include "simulation/world.hpp"
#include "socket.hpp"
#include "system/base.hpp"

namespace zanni::broker {

/// A process of a simulated convention: the runtime and the exchange of a real one, and instead of the DEALER a place
/// where frames arrive. It drives its exchange when its turn is drawn.
///
/// Threads: one.
class SimulatedProcess final : private Gateway, private Inbox {
public:
    /// To its broker; the frame is the caller's unless it was sent.
    using Send = std::function<transport::Sent(transport::Frame&)>;

    struct Options {
        std::uint64_t process = 0;
        std::int64_t pid = 0;
        bool common = false;
        const Registry& registry;
        Duration clock_ahead{};
        std::int64_t clock_parts_per_million = 0;
        SimulatedLanes& lanes;
        std::uint64_t lane_frames = 0;  ///< as SimulatedConvention::Options
    };

    SimulatedProcess(detail::World& world, const Options& options, Send send, std::function<bool(std::int64_t)> lives);

    /// Asks the broker to take it.
    void begin();

    std::uint64_t number() const { return options_.process; }
    std::int64_t pid() const { return options_.pid; }
    bool is_common() const { return options_.common; }
    /// A broker has started it, to run actors.
    bool is_actor_process() const { return options_.common || transport::is_isolated(options_.process); }
    bool is_registered() const { return exchange_.is_registered(); }
    System& system() { return *system_; }
    detail::Runtime& runtime() { return *runtime_; }

    void arrive(transport::Frame frame) { arrived_.push_back(std::move(frame)); }
    void arrive_by_lane(std::uint64_t peer, transport::Frame frame) {
        arrived_by_lane_.emplace_back(peer, std::move(frame));
    }
    void wake_up() { dirty_ = true; }
    /// Whether it would do something if its turn came.
    bool has_work() const;
    /// When it has without anything arriving, in the world's time.
    TimePoint due();
    void turn();

    void stop(bool stopped) { stopped_ = stopped; }
    bool is_stopped() const { return stopped_; }
    /// SIGTERM: actors end, what was sent arrives, then it leaves.
    void end_in_order();
    bool has_ended() const { return has_ended_; }
    /// SIGKILL.
    void kill() { has_ended_ = true; }

    std::uint64_t messages_in_flight() { return exchange_.messages_in_flight(); }

private:
    enum class Phase { running, ending_actors, settling, leaving };

    // Gateway, for the runtime. serve(), wait() and wake() are of threads that this one has none of.
    void open(Inbox&, const Registry&) override {}
    void close() override {}
    std::uint64_t process() const override { return options_.process; }
    Capabilities capabilities() const override { return exchange_.capabilities(); }
    Way post(EnvelopePtr envelope) override;
    Way way_to(std::uint64_t process) override { return exchange_.way_to(process); }
    std::expected<void, Error> update_capability(const std::string& key,
                                                 const std::optional<CapabilityValue>& value) override;
    void announce_dead_letter_handlers(std::vector<Address> own) override;
    void request_lane(std::uint64_t process) override {
        dirty_ = true;
        exchange_.request_lane(process);
    }
    void add_to(Survey& survey) override { exchange_.add_to(survey); }
    std::expected<std::uint64_t, Error> place(const Wanted& wanted) override { return exchange_.place(wanted); }
    Isolation isolation_of(std::string_view type_name) override { return exchange_.isolation_of(type_name); }
    bool shares_names() const override { return true; }
    void claim_name(const std::string& name, const Address& claimer, Duration longest) override {
        dirty_ = true;
        exchange_.claim_name(name, claimer, longest);
    }
    void release_name(const std::string& name, const Address& claimer) override {
        dirty_ = true;
        exchange_.release_name(name, claimer);
    }
    void find_name(const std::string& name, const Address& asker, Duration longest) override {
        dirty_ = true;
        exchange_.find_name(name, asker, longest);
    }
    bool serve() override { return false; }
    void wait(Duration) override {}
    void wake() override {}

    // Inbox, for the exchange: to the runtime, but for the wish to end.
    void deliver(EnvelopePtr envelope, std::uint64_t from) override { runtime_->deliver(std::move(envelope), from); }
    void receiving(bool open) override { runtime_->receiving(open); }
    Accounts accounts() const override { return runtime_->accounts(); }
    std::optional<TraceContext> trace_context_of(const Envelope& envelope) override {
        return runtime_->trace_context_of(envelope);
    }
    void trace_received(Envelope& envelope, const TraceContext& context) override {
        runtime_->trace_received(envelope, context);
    }
    void undeliverable(EnvelopePtr envelope, Error::Code reason) override {
        runtime_->undeliverable(std::move(envelope), reason);
    }
    void relieved(std::uint64_t process) override { runtime_->relieved(process); }
    void process_gone(std::uint64_t process, const ExitCause& cause) override {
        runtime_->process_gone(process, cause);
    }
    void host_gone(std::uint32_t host, const std::string& reason) override { runtime_->host_gone(host, reason); }
    void host_present(std::uint32_t host, const std::string& name, const Capabilities& capabilities) override {
        runtime_->host_present(host, name, capabilities);
    }
    void capabilities_changed() override { runtime_->capabilities_changed(); }
    void dead_letter_handlers(std::vector<Address> elsewhere) override {
        runtime_->dead_letter_handlers(std::move(elsewhere));
    }
    void name_given(const std::string& name, const Address& claimer, const Address& owner) override {
        runtime_->name_given(name, claimer, owner);
    }
    void name_refused(const std::string& name, const Address& claimer, const Error& error) override {
        runtime_->name_refused(name, claimer, error);
    }
    void name_found(const std::string& name, const Address& asker, const Address& owner) override {
        runtime_->name_found(name, asker, owner);
    }
    void shut_down() override;
    std::string resident_type() const override { return runtime_->resident_type(); }
    std::uint64_t actor_count() const override { return runtime_->actor_count(); }

    void receive();
    void flush();
    void go_on_ending();

    detail::World& world_;
    const Options options_;
    const detail::SkewedClock clock_;
    const Send send_;
    transport::Exchange exchange_;
    detail::Runtime* runtime_ = nullptr;
    std::unique_ptr<System> system_;

    std::deque<transport::Frame> arrived_;
    std::deque<std::pair<std::uint64_t, transport::Frame>> arrived_by_lane_;
    std::optional<transport::Frame> unsent_;
    bool dirty_ = false;
    bool stopped_ = false;
    bool has_ended_ = false;
    Phase phase_ = Phase::running;
    TimePoint phase_ends_{};
};

}  // namespace zanni::broker
