#include <algorithm>
#include <utility>

#include "runtime/message_kinds.hpp"
#include "runtime/runtime.hpp"

/// What is traced, where messages leave and where they are handled. Nothing here runs while nobody traces.
namespace zanni::detail {

void Runtime::set_trace_ratio(double ratio) { tracer_.set_ratio(ratio, trace_seed()); }

void Runtime::turn_tracing_on() {
    if (!tracer_.is_on()) tracer_.turn_on(trace_seed());
}

std::uint64_t Runtime::trace_seed() {
    const std::scoped_lock lock(random_mutex_);
    return parts_.random.next();
}

std::optional<TraceContext> Runtime::trace_context() {
    return active_span ? std::optional(active_span->context) : std::nullopt;
}

void Runtime::trace_sent(Envelope& envelope) {
    if (envelope.trace != 0 || !is_users(envelope.message_id())) return;
    if (active_span) return tracer_.sent_by_handler(envelope);
    if (outer_context ? outer_context->recorded : tracer_.wins()) tracer_.sent_from_outside(envelope);
}

/// By a timer or a file, that is: no handler sends it.
void Runtime::trace_arisen(Envelope& envelope) {
    const std::uint64_t message = envelope.message_id();
    if ((message == message_id<TimerDue> || message == message_id<Readable>)&&tracer_.wins()) tracer_.arose(envelope);
}

/// An answer to a handler that waits goes on in that one's span.
void Runtime::handle_traced(Cell& cell, EnvelopePtr&& envelope) {
    const bool is_traceable =
        envelope->target == cell.address && (envelope->trace != 0 || is_users(envelope->message_id()));
    auto span = is_traceable ? tracer_.begin(*envelope, cell.type) : std::nullopt;
    if (!span) return handle_now(cell, std::move(envelope));
    if (envelope->message_id() == message_id<TimerDue>) {
        span->message = message_id<Wakeup>;
        span->message_name = message_name<Wakeup>();
    }
    {
        const ActivateSpan traced(&*span);
        handle_now(cell, std::move(envelope));
    }
    tracer_.end(*span);
}

void Runtime::note_outcome(Span::Outcome outcome, const std::string& detail) {
    constexpr std::size_t detail_bytes_max = 256;
    if (!active_span) return;
    active_span->outcome = outcome;
    active_span->detail = detail.substr(0, detail_bytes_max);
}

/// The message has not been handled here: it will be, later or by another.
void Runtime::drop_active_span() {
    if (active_span) active_span->dropped = true;
}

void Runtime::keep_span_for(Suspended& suspended) {
    if (!active_span) return;
    suspended.span = std::make_unique<ActiveSpan>(*active_span);
    active_span->dropped = true;
}

// ---- To and from other processes

std::optional<TraceContext> Runtime::trace_context_of(const Envelope& envelope) {
    return envelope.trace == 0 ? std::nullopt : tracer_.context_of(envelope);
}

void Runtime::trace_received(Envelope& envelope, const TraceContext& context) {
    if (!context.recorded) return;
    turn_tracing_on();
    tracer_.received(envelope, context);
}

void Runtime::tell_spans(const Envelope& envelope) {
    const auto request = read_as<SpansRequest>(envelope);
    if (!request || !envelope.sender) return;
    if (request->traced) {
        turn_tracing_on();
        const Duration longest = std::clamp(request->traced_for, Duration::zero(), Spans::traced_longest);
        tracer_.trace_actor(request->traced, longest);
    }
    send(make_envelope(envelope.sender, itself(), spans(request->after)));
}

Spans Runtime::spans(std::uint64_t after) {
    Spans spans = tracer_.spans_after(after);
    spans.process = parts_.process;
    if (parts_.gateway) spans.since_1970 = parts_.gateway->since_1970();
    return spans;
}

}  // namespace zanni::detail
