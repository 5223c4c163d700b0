#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <limits>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <unordered_map>
#include <vector>

#include <zanni/clock.hpp>
#include <zanni/random.hpp>
#include <zanni/simulation.hpp>

#include "runtime/engine.hpp"
#include "scheduling/fd_watch.hpp"
#include "simulation/skewed_clock.hpp"
#include "simulation/trace.hpp"

namespace zanni::detail {

class Runtime;

/// What happens in a simulation besides the actors: a network.
/// Threads: one.
class Outside {
public:
    virtual ~Outside() = default;
    /// How many things can happen at this time; one of them will be drawn.
    virtual std::size_t ready() = 0;
    virtual void happen(std::size_t choice) = 0;
    /// When something more can; TimePoint::max() for never.
    virtual TimePoint next() const = 0;
};

/// The laws of a simulation: what can happen next, and what does. Messages under way lie in lanes, one for each sender
/// and target, so that their order is kept within a lane and free between lanes. At each step one of the lanes whose
/// first message may arrive, or one of the actors that have work in their mailbox, is drawn.
///
/// Processes are runtimes that it knows by their numbers; all that lies between their actors passes through carry().
///
/// Threads: one.
class World final : public Engine, public Carrier, public Observer {
public:
    explicit World(const Simulation::Options& options);
    ~World() override;

    ManualClock& clock() { return clock_; }
    Random& identities() { return identities_; }
    /// By that clock, which is the world's when null.
    void add(Runtime& runtime, const SkewedClock* clock = nullptr);
    /// Its process is no more: its actors don't run, and what is under way between them is lost. It may live on as an
    /// object.
    void remove(Runtime& runtime);
    void set_outside(Outside* outside) { outside_ = outside; }

    bool step();
    std::size_t run_until_idle();
    std::size_t run_for(Duration time);
    /// Without the limit on steps: for the end.
    void lift_limit() { steps_max_ = std::numeric_limits<std::size_t>::max(); }

    void set_faults(Simulation::Faults faults) { faults_ = std::move(faults); }
    void delay(const Address& from, const Address& to, Duration time);
    void fail_next(const Address& actor, std::string what) { to_fail_[actor] = std::move(what); }
    void crash(const Address& actor, const ExitCause& cause);

    /// Delivers the first message of that lane, or of those to `to`; nothing when there is none even after all that
    /// can run without a delivery has run.
    std::optional<AnyMessage> deliver(const Address* from, const Address& to, std::uint64_t message);
    /// What is under way, one line per message.
    std::string under_way();
    bool anything_under_way_to(const Address& to) const;

    const Trace& trace() const { return trace_; }
    std::string trace_text(std::size_t events_max) const;
    std::string name_of(const Address& address);
    /// For the trace: what comes over a bus doesn't carry its type's name, but who sent it knew.
    void learn_type_name(const Envelope& envelope);
    std::string report(const std::string& why) const;
    std::uint64_t seed() const { return seed_; }

    // Engine
    void schedule(Cell& cell) override;
    bool await(std::unique_lock<std::mutex>& lock, std::condition_variable& changed, const std::function<bool()>& done,
               Duration longest) override;
    void watch_fd(int fd, const Address& watcher) override;
    void rearm_fd(int fd, const Address& watcher) override;
    void unwatch_fd(int fd) override;

    // Carrier, Observer
    void carry(EnvelopePtr envelope) override;
    void handling(const Cell& cell, const Envelope& envelope) override;
    void attempting(const Envelope& envelope) override;
    void answering(const Envelope& envelope) override;
    void dead_letter(const Envelope& envelope, Error::Code reason) override;

private:
    struct Way {
        Address from;
        Address to;
        friend auto operator<=>(const Way&, const Way&) = default;
    };
    struct UnderWay {
        EnvelopePtr envelope;
        TimePoint arrives;
        std::uint64_t number;  // in the order of sending
    };
    struct Lane {
        Way way;
        std::deque<UnderWay> messages;
        std::size_t place = 0;  // in ready_, counted from 1; 0: its first message can't arrive yet
    };

    void happen(std::size_t choice);
    void arrive(Lane& lane);
    void run(Cell& cell);
    void run_dry(const Address& actor);
    void set_ready(Lane& lane);
    void set_not_ready(Lane& lane);
    void put_on_the_way(Lane& lane);
    void look_at_clock();
    bool advance(TimePoint until);
    TimePoint next_arrival() const;
    void count_step();
    Way way_between(const Address& from, const Address& to) const;
    Duration time_under_way(const Way& way);
    void maybe_crash(const Address& target);
    bool draw(double chance);
    std::uint64_t below(std::uint64_t bound) { return choices_.next() % bound; }
    bool may_harm(const Cell& cell) const;
    void record(const Envelope& envelope, std::string note);
    Runtime* runtime_of(const Address& address) const;
    Cell* cell_at(const Address& address) const;

    const std::uint64_t seed_;
    ManualClock clock_;
    SeededRandom identities_;
    SeededRandom choices_;
    struct Process {
        Runtime* runtime = nullptr;
        const SkewedClock* clock = nullptr;  // null: the world's
        bool is_due(TimePoint now) const;
        TimePoint next_timer() const;  // in the world's time
    };
    std::map<std::uint64_t, Process> processes_;
    bool removed_any_ = false;
    Outside* outside_ = nullptr;
    Trace trace_;

    std::vector<Cell*> runnable_;
    std::map<Way, std::unique_ptr<Lane>> lanes_;
    std::vector<Lane*> ready_;
    std::map<std::pair<TimePoint, std::uint64_t>, Lane*> on_the_way_;  // by arrival and number of the first message
    std::uint64_t sent_ = 0;
    std::size_t steps_ = 0;
    std::size_t steps_max_;
    std::unique_ptr<FdWatch> fds_;

    Simulation::Faults faults_;
    std::size_t harmed_ = 0;
    std::map<Way, Duration> delays_;
    std::map<Address, std::string> to_fail_;
    const Envelope* failing_ = nullptr;  // whose handler shall seem to throw
    std::string failing_why_;

    std::unordered_map<Address, std::string> names_;
    std::map<std::string, std::size_t, std::less<>> named_;  // how many of each type
    std::unordered_map<std::uint64_t, std::string> type_names_;
};

}  // namespace zanni::detail
