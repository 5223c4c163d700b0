#include "runtime/tracer.hpp"

#include <cmath>
#include <limits>
#include <utility>

#include "runtime/timers.hpp"

namespace zanni::detail {

// ---- Who is traced

void Tracer::set_ratio(double ratio, std::uint64_t seed) {
    turn_on(seed);
    const std::scoped_lock lock(mutex_);
    ratio_ = std::clamp(ratio, 0.0, 1.0);
    draw_gap();
    by_chance_.store(ratio_ > 0, std::memory_order_relaxed);
}

void Tracer::turn_on(std::uint64_t seed) {
    const std::scoped_lock lock(mutex_);
    if (!std::exchange(seeded_, true)) random_ = SeededRandom(seed);
    on_.store(true, std::memory_order_relaxed);
}

void Tracer::trace_actor(const Address& actor, Duration time) {
    const TimePoint until = later(clock_.now(), time);
    const std::scoped_lock lock(mutex_);
    std::erase_if(traced_, [&](const TracedActor& traced) { return traced.actor == actor; });
    if (traced_.size() == Spans::traced_actors_most) traced_.erase(traced_.begin());
    traced_.push_back({actor, until});
    traced_count_.store(traced_.size(), std::memory_order_relaxed);
}

bool Tracer::is_traced(const Address& actor) {
    if (!traces_actors()) return false;
    const TimePoint now = clock_.now();
    const std::scoped_lock lock(mutex_);
    std::erase_if(traced_, [&](const TracedActor& traced) { return traced.until <= now; });
    traced_count_.store(traced_.size(), std::memory_order_relaxed);
    return std::ranges::find(traced_, actor, &TracedActor::actor) != traced_.end();
}

bool Tracer::won() {
    const std::scoped_lock lock(mutex_);
    draw_gap();
    return true;
}

/// How many messages begin none before the next that does: geometric, so each has the same chance.
void Tracer::draw_gap() {
    constexpr double longest = 1e12;
    double gap = 0;
    if (ratio_ > 0 && ratio_ < 1) {
        const double uniform = (static_cast<double>(random_.next() >> 11) + 0.5) * 0x1p-53;
        gap = std::min(longest, std::floor(std::log(uniform) / std::log1p(-ratio_)));
    }
    left_.store(static_cast<std::uint64_t>(gap), std::memory_order_relaxed);
}

std::uint64_t Tracer::new_id() {
    for (;;)
        if (const std::uint64_t id = random_.next()) return id;
}

TraceContext Tracer::new_trace() { return {new_id(), new_id(), new_id(), 0, true}; }

// ---- Messages and their contexts

std::uint32_t Tracer::note(const TraceContext& context, TimePoint now) {
    if (contexts_.empty()) contexts_.resize(contexts_max);
    if (++last_number_ == 0) ++last_number_;
    contexts_[last_number_ % contexts_max] = {context, last_number_, now};
    return last_number_;
}

const Tracer::Context* Tracer::find(std::uint32_t number) const {
    if (number == 0 || contexts_.empty()) return nullptr;
    const Context& context = contexts_[number % contexts_max];
    return context.number == number ? &context : nullptr;
}

void Tracer::sent_by_handler(Envelope& envelope) {
    if (active_span->context.hops >= hops_max) return;
    const TimePoint now = clock_.now();
    const std::scoped_lock lock(mutex_);
    envelope.trace = note(active_span->context, now);
}

void Tracer::sent_from_outside(Envelope& envelope) {
    TraceContext context = outer_context ? *outer_context : TraceContext{};
    const TimePoint now = clock_.now();
    ActiveSpan span;
    {
        const std::scoped_lock lock(mutex_);
        span.parent = context.span;
        if (context.span == 0)
            context = new_trace();
        else
            context.span = new_id();
        envelope.trace = note(context, now);
    }
    span.context = context;
    span.began = now;
    span.message = envelope.message_id();
    span.message_name = envelope.info().name;
    span.actor = envelope.target;
    span.sender = envelope.sender;
    keep(std::move(span), Span::sent, {});
}

void Tracer::arose(Envelope& envelope) {
    const TimePoint now = clock_.now();
    const std::scoped_lock lock(mutex_);
    TraceContext context = new_trace();
    context.span = 0;
    envelope.trace = note(context, now);
}

void Tracer::received(Envelope& envelope, const TraceContext& context) {
    const TimePoint now = clock_.now();
    const std::scoped_lock lock(mutex_);
    envelope.trace = note(context, now);
}

std::optional<TraceContext> Tracer::context_of(const Envelope& envelope) {
    const std::scoped_lock lock(mutex_);
    const Context* const found = find(envelope.trace);
    return found ? std::optional(found->context) : std::nullopt;
}

// ---- Spans

std::optional<ActiveSpan> Tracer::begin(const Envelope& envelope, const ActorType* type) {
    if (envelope.trace == 0 && !is_traced(envelope.target)) return std::nullopt;
    const TimePoint now = clock_.now();
    ActiveSpan span;
    {
        const std::scoped_lock lock(mutex_);
        const Context* const caused = find(envelope.trace);
        if (!caused && envelope.trace != 0) return std::nullopt;  // too many are under way
        span.context = caused ? caused->context : new_trace();
        span.parent = caused ? caused->context.span : 0;
        span.waited = caused ? now - caused->since : Duration{};
        if (caused) span.context.span = new_id();
    }
    ++span.context.hops;
    span.number = envelope.trace;
    span.began = now;
    span.type = type;
    span.message = envelope.message_id();
    span.message_name = envelope.info().name;
    span.actor = envelope.target;
    span.sender = envelope.sender;
    return span;
}

void Tracer::end(const ActiveSpan& span) {
    if (!span.dropped) keep(span, Span::handled, clock_.now() - span.began);
}

void Tracer::dead(const Envelope& envelope, Error::Code reason) {
    if (active_span && active_span->number == envelope.trace && active_span->actor == envelope.target &&
        active_span->message == envelope.message_id()) {  // its handler's own
        active_span->outcome = Span::dead_letter;
        active_span->detail = zanni::to_string(reason);
        return;
    }
    auto span = begin(envelope, nullptr);
    if (!span) return;
    span->outcome = Span::dead_letter;
    span->detail = zanni::to_string(reason);
    keep(std::move(*span), Span::handled, {});
}

void Tracer::keep(ActiveSpan span, Span::Kind kind, Duration took) {
    const std::scoped_lock lock(mutex_);
    if (kept_.size() == Spans::kept_most) kept_.pop_front();
    kept_.push_back({std::move(span), kind, took});
    ++last_kept_;
}

namespace {

/// A message that came marshalled has no name of its own, but the handler that took it knows one.
std::string name_of_message(const ActiveSpan& span) {
    if (!span.message_name.empty() || !span.type) return std::string(span.message_name);
    const auto found = std::ranges::find(span.type->handlers, span.message, &Handler::message_id);
    if (found == span.type->handlers.end() || !found->describe) return {};
    std::string name = found->describe();
    name.resize(std::min(name.find(' '), name.size()));
    return name;
}

}  // namespace

Spans Tracer::spans_after(std::uint64_t number) {
    Spans spans;
    const std::scoped_lock lock(mutex_);
    const std::uint64_t first_kept = last_kept_ - kept_.size() + 1;
    const std::uint64_t first = std::clamp(number + 1, first_kept, last_kept_ + 1);
    spans.lost = number < last_kept_ ? first - number - 1 : 0;
    const std::uint64_t end = std::min<std::uint64_t>(first + Spans::spans_most, last_kept_ + 1);
    spans.last = end - 1;
    spans.more = spans.last != last_kept_;
    for (std::uint64_t i = first; i != end; ++i) {
        const auto& [span, kind, took] = kept_[i - first_kept];
        spans.spans.push_back({span.context.trace_high, span.context.trace_low, span.context.span, span.parent, kind,
                               name_of_message(span), span.type ? std::string(span.type->name) : std::string(),
                               span.actor, span.sender, span.began.time_since_epoch(), span.waited, took, span.outcome,
                               span.detail});
    }
    return spans;
}

}  // namespace zanni::detail
