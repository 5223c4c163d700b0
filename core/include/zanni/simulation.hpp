#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <limits>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <zanni/actor_system.hpp>

namespace zanni {

namespace detail {
class World;
}

/// A check of a simulation that didn't hold. what() has the reason, the seed to replay it with, and the last 50
/// deliveries.
class SimulationFailed : public std::runtime_error {
public:
    SimulationFailed(std::uint64_t seed_of_run, const std::string& text) : runtime_error(text), seed(seed_of_run) {}
    std::uint64_t seed;
};

template <class M>
class Expectation;

/// Runs actors in one thread, on virtual time, in an order drawn from a seed: who sends to whom is up to the actors,
/// and messages of one actor to another keep their order, but which of all the messages under way arrives next is
/// drawn. So each seed is another run of the same program, and the same seed is the same run, to the byte.
///
/// Time stands still while there is something to do. Then it jumps to where the next message arrives or the next timer
/// is due, as far as the call that runs the simulation says. A waiting call (create, ask, listen) runs it until it has
/// its answer, or up to its time-out.
///
///     zanni::Simulation simulation(seed);
///     const auto bank = simulation.create<Bank>();
///     simulation.tell(bank, Transfer{"Arlecchino", "Pantalone", 10});
///     simulation.run_until_idle();
///     simulation.check(total(simulation, bank) == 100, "money is neither made nor lost");
///
/// Actors must not draw random numbers, read clocks (but Actor::now()) or share state themselves; those would not
/// replay. Watched file descriptors work, and replay as far as the outside does.
///
/// Threads: one.
/// Source: FoundationDB's simulation testing (Zhou et al., SIGMOD 2021); random choice among what is enabled as in
/// Shuttle and in PCT's baseline (Burckhardt et al., ASPLOS 2010).
class Simulation final : public System {
public:
    /// What goes wrong by itself. Drawn from the seed for each message.
    struct Faults {
        Duration delay_min{};     ///< how long a message is under way at least,
        Duration delay_max{};     ///< and at most; messages of one actor to another keep their order
        double fail_chance = 0;   ///< that a handler seems to throw, twice: what follows is up to the actor's policy
        double crash_chance = 0;  ///< that the actor is gone before it handles a message: ExitCause{signal, 9}
        std::size_t crashes_max = std::numeric_limits<std::size_t>::max();  ///< failures and crashes, in all
        std::vector<std::string> only{};  ///< actor types that fail and crash; empty: all
    };

    struct Options {
        std::uint64_t seed = 1;
        Faults faults{};
        Capabilities capabilities{};
        const Registry* registry = nullptr;
        std::size_t steps_max = 1'000'000;  ///< a run that is not done by then has failed
        bool keep_trace = false;            ///< of all deliveries; else only of the last 50
    };

    explicit Simulation(std::uint64_t seed = 1);
    explicit Simulation(Options options);

    std::uint64_t seed() const;
    /// Virtual time since the simulation began.
    Duration elapsed() const;

    // ---- Running

    /// Lets one message that is drawn arrive and be handled, or one actor start. False when there is nothing to do at
    /// this time.
    bool step();
    /// Until nothing is left to do and no message is under way; timers that are due by then fire, later ones don't.
    /// Returns the number of steps. Errors: throws SimulationFailed after steps_max.
    std::size_t run_until_idle();
    /// All that happens within that time, then the time is that much later.
    std::size_t run_for(Duration time);

    // ---- Making things go wrong

    void set_faults(Faults faults);
    /// Messages from one to the other take that long from now on, whatever the faults say.
    void delay(const Address& from, const Address& to, Duration time);
    /// The handler of its next message seems to throw, twice.
    void fail_next(const Address& actor, std::string what = "failed by the simulation");
    /// It ends before it handles anything else, without seeing an ExitRequest; its children with it.
    void crash(const Address& actor, ExitCause cause = {ExitCause::signal, 9, {}});

    // ---- Checking

    /// Delivers the next message under way from one to the other, which must be an M; another schedule than the drawn
    /// one, so that a test reads like a transcript. Errors: throws SimulationFailed when there is none, or another.
    template <class M>
    Expectation<M> expect(const Address& from, const Address& to) {
        return Expectation<M>(*this, expect_next(&from, to, message_id<M>, message_name<M>()));
    }
    /// The same from whomever: the message to `to` that was sent first.
    template <class M>
    Expectation<M> expect(const Address& to) {
        return Expectation<M>(*this, expect_next(nullptr, to, message_id<M>, message_name<M>()));
    }
    /// Nothing may be under way to that actor.
    void expect_nothing(const Address& to);

    /// Errors: throws SimulationFailed with `what` when it doesn't hold.
    void check(bool holds, std::string_view what) const;
    /// For tests that have checks of their own: seed and last deliveries.
    std::string report() const;

    // ---- What has happened

    /// One line per delivery, dead letter and end: number, virtual time, from, to, message, content.
    /// All of them with Options::keep_trace, else the last 50.
    std::string trace() const;
    /// Over all of them, kept or not.
    std::uint64_t trace_hash() const;
    std::uint64_t deliveries() const;
    /// As in the trace: the type, and which actor of it in the order of their appearance. "bank.Account#2"
    std::string name_of(const Address& address) const;

private:
    template <class M>
    friend class Expectation;
    AnyMessage expect_next(const Address* from, const Address& to, std::uint64_t message, std::string_view name);
    [[noreturn]] void fail(const std::string& why) const;
    detail::World& world() const;
};

/// What Simulation::expect() has delivered, to be looked at.
template <class M>
class Expectation {
public:
    Expectation(Simulation& simulation, const AnyMessage& any)
        : simulation_(simulation), payload_(any.payload), message_(any.as<M>().value()) {}

    /// The message must be M{fields...}. Errors: throws SimulationFailed.
    template <class... Field>
    const Expectation& with(Field&&... fields) const {
        const M expected{std::forward<Field>(fields)...};
        const auto payload = marshalled(expected);
        if (payload != payload_) {
            const std::string name(message_name<M>());
            simulation_.fail("expected " + to_text({message_id<M>, name, payload}) + ", got " +
                             to_text({message_id<M>, name, payload_}));
        }
        return *this;
    }
    /// What is said of the message must hold. Errors: throws SimulationFailed with `what`.
    template <class Predicate>
    const Expectation& where(Predicate holds, std::string_view what) const {
        simulation_.check(holds(message_), what);
        return *this;
    }
    const M& message() const { return message_; }

private:
    Simulation& simulation_;
    std::vector<std::byte> payload_;
    M message_;
};

/// A seed with which a scenario fails, and why.
struct FailedSeed {
    std::uint64_t seed = 0;
    std::string what;
};

/// Runs the scenario in a simulation of its own for each of `count` seeds from `first` on; the first one that throws
/// ends it. Nothing when none does. With `twice` each seed is run twice, and must give the same trace.
std::optional<FailedSeed> explore(std::uint64_t first, std::uint64_t count,
                                  const std::function<void(Simulation&)>& scenario, Simulation::Options options = {},
                                  bool twice = false);

}  // namespace zanni
