#pragma once

#include <algorithm>
#include <array>
#include <atomic>
#include <cstdint>
#include <deque>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <zanni/actor_type.hpp>
#include <zanni/clock.hpp>
#include <zanni/envelope.hpp>
#include <zanni/random.hpp>
#include <zanni/trace.hpp>

namespace zanni::detail {

/// A span whose end has not come. What the handler sends meanwhile belongs to it.
struct ActiveSpan {
    TraceContext context;  ///< of what it sends: its own id is `context.span`
    std::uint64_t parent = 0;
    std::uint32_t number = 0;  ///< of the message's own context; 0: the trace begins with this span
    TimePoint began;
    Duration waited{};
    const ActorType* type = nullptr;
    std::uint64_t message = 0;
    std::string_view message_name;  ///< empty for one that came marshalled
    Address actor;
    Address sender;
    Span::Outcome outcome = Span::done;
    std::string detail{};
    bool dropped = false;  ///< it isn't to be kept: the message is put aside, or its span goes on elsewhere
};

/// The span of the handler that runs on this thread; null for most.
[[gnu::tls_model("initial-exec")]] inline constinit thread_local ActiveSpan* active_span = nullptr;

/// What this thread does outside of any actor belongs to that trace. Only TraceScope writes it.
[[gnu::tls_model("initial-exec")]] inline constinit thread_local const TraceContext* outer_context = nullptr;

/// The traces of one process: which messages belong to one, and the spans that have ended.
///
/// A message names its context by a number, so that one without a trace has nothing to carry. Contexts lie in a ring:
/// if more than contexts_max messages of traces are under way in the process, the oldest belong to none any more.
///
/// Limits: a trace ends after hops_max messages, one behind the other, else two actors that play ping-pong would be
/// traced for ever. Spans::kept_most.
/// Threads: any. Blocks: for other threads that are here, only.
class Tracer {
public:
    static constexpr std::uint16_t hops_max = 256;
    static constexpr std::size_t contexts_max = 16'384;

    /// The clock is read only for what is traced.
    explicit Tracer(const Clock& clock) : clock_(clock) {}

    /// Whether anything is to be traced. What follows is to be called only then, and does nothing else.
    bool is_on() const { return on_.load(std::memory_order_relaxed); }
    /// Whether messages of no trace may begin one because of the actor that they are for.
    bool traces_actors() const { return traced_count_.load(std::memory_order_relaxed) != 0; }
    /// Of messages from outside, timers and files so many begin a trace: from 0 to 1.
    void set_ratio(double ratio, std::uint64_t seed);
    void turn_on(std::uint64_t seed);

    /// Whether a message that nothing has caused begins a trace, by chance. Two threads at once may count one for both.
    bool wins() {
        if (!by_chance_.load(std::memory_order_relaxed)) return false;
        const std::uint64_t left = left_.load(std::memory_order_relaxed);
        if (left == 0) return won();
        left_.store(left - 1, std::memory_order_relaxed);
        return false;
    }

    /// The message is about to leave. It belongs to the running handler's trace; to the thread's, or to a new one.
    void sent_by_handler(Envelope& envelope);
    void sent_from_outside(Envelope& envelope);
    /// It comes from a timer or a file: it may begin a trace.
    void arose(Envelope& envelope);
    /// It has come from another process, with this context.
    void received(Envelope& envelope, const TraceContext& context);
    std::optional<TraceContext> context_of(const Envelope& envelope);

    /// An actor handles it.
    std::optional<ActiveSpan> begin(const Envelope& envelope, const ActorType* type);
    void end(const ActiveSpan& span);
    /// It can't be delivered.
    void dead(const Envelope& envelope, Error::Code reason);

    void trace_actor(const Address& actor, Duration time);
    Spans spans_after(std::uint64_t number);

private:
    struct Context {
        TraceContext context;  ///< without a span: nothing has caused it
        std::uint32_t number = 0;
        TimePoint since;
    };
    struct TracedActor {
        Address actor;
        TimePoint until;
    };
    struct Kept {
        ActiveSpan span;
        Span::Kind kind;
        Duration took;
    };

    std::uint32_t note(const TraceContext& context, TimePoint now);
    const Context* find(std::uint32_t number) const;
    bool won();
    void draw_gap();
    TraceContext new_trace();
    std::uint64_t new_id();
    bool is_traced(const Address& actor);
    void keep(ActiveSpan span, Span::Kind kind, Duration took);

    const Clock& clock_;
    std::atomic<bool> on_{false};
    std::atomic<bool> by_chance_{false};
    std::atomic<std::size_t> traced_count_{0};  // of traced_, for a look without the lock

    // On a line of its own, as whoever sends from outside writes it, and every worker reads what is above.
    alignas(64) std::atomic<std::uint64_t> left_{0};  // until a message begins a trace; counted without a lock

    alignas(64) std::mutex mutex_;  // guards what follows
    SeededRandom random_{0};
    bool seeded_ = false;
    double ratio_ = 0;
    std::vector<Context> contexts_;  // by number, modulo; empty until there is one
    std::uint32_t last_number_ = 0;
    std::vector<TracedActor> traced_;
    std::deque<Kept> kept_;
    std::uint64_t last_kept_ = 0;  // number of the last one
};

/// The span is the running handler's while this lives.
class ActivateSpan {
public:
    explicit ActivateSpan(ActiveSpan* span) { active_span = span; }
    ~ActivateSpan() { active_span = nullptr; }
    ActivateSpan(const ActivateSpan&) = delete;
    ActivateSpan& operator=(const ActivateSpan&) = delete;
};

}  // namespace zanni::detail
