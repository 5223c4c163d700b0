#include "observer/traces.hpp"

#include <algorithm>
#include <cstdio>
#include <map>
#include <set>

#include <zanni/version.hpp>

#include "host_words.hpp"
#include "json.hpp"

namespace zanni::broker {

namespace {

TraceContext context_of(const Span& span) { return {span.trace_high, span.trace_low, span.span, 0, true}; }

std::string in_words(Duration time) {
    const auto nanoseconds = static_cast<double>(time.count());
    char text[32];
    if (nanoseconds < 1e4)
        std::snprintf(text, sizeof text, "%.1f us", nanoseconds / 1e3);
    else if (nanoseconds < 1e6)
        std::snprintf(text, sizeof text, "%.0f us", nanoseconds / 1e3);
    else if (nanoseconds < 1e9)
        std::snprintf(text, sizeof text, "%.1f ms", nanoseconds / 1e6);
    else
        std::snprintf(text, sizeof text, "%.2f s", nanoseconds / 1e9);
    return text;
}

const char* word_for(Span::Outcome outcome) {
    switch (outcome) {
        case Span::threw:
            return "threw";
        case Span::no_handler:
            return "no handler";
        case Span::unreadable:
            return "unreadable";
        case Span::dead_letter:
            return "dead letter";
        case Span::done:
            break;
    }
    return "done";
}

bool went_wrong(const Span& span) { return span.outcome != Span::done && span.outcome != Span::no_handler; }

std::string name_of(const Span& span) { return span.message.empty() ? "?" : span.message; }

std::string outcome_of(const Span& span) {
    return word_for(span.outcome) + (span.detail.empty() ? "" : ": " + span.detail);
}

std::string taker_of(const PlacedSpan& placed) {
    const Span& span = placed.span;
    std::string text = span.actor_type.empty() ? "" : span.actor_type + " ";
    return text + span.actor.to_string() + " on " + placed.host;
}

std::size_t count_processes(const Trace& trace) {
    std::set<std::uint64_t> processes;
    for (const auto& placed : trace.spans) processes.insert(placed.process);
    return processes.size();
}

/// A trace's spans by the one that caused them; under 0 those whose cause isn't there.
std::multimap<std::uint64_t, const PlacedSpan*> by_cause(const Trace& trace) {
    std::set<std::uint64_t> known;
    for (const auto& placed : trace.spans) known.insert(placed.span.span);
    std::multimap<std::uint64_t, const PlacedSpan*> causes;
    for (const auto& placed : trace.spans)
        causes.emplace(known.contains(placed.span.parent) ? placed.span.parent : 0, &placed);
    return causes;
}

std::string counted(std::size_t count, const std::string& what, const std::string& plural) {
    return std::to_string(count) + " " + (count == 1 ? what : plural);
}

}  // namespace

Duration Trace::took() const {
    Duration end{};
    for (const auto& placed : spans) end = std::max(end, placed.since_1970 + placed.span.took - began());
    return end;
}

std::vector<Trace> put_together(std::vector<PlacedSpan> spans) {
    using InOrder = std::multimap<Duration, PlacedSpan>;  // those of one time as they came
    std::map<std::pair<std::uint64_t, std::uint64_t>, InOrder> by_trace;
    for (PlacedSpan& placed : spans) {
        const Duration began = placed.since_1970;
        by_trace[{placed.span.trace_high, placed.span.trace_low}].emplace(began, std::move(placed));
    }
    std::vector<Trace> traces;
    for (auto& [id, own] : by_trace) {
        Trace& trace = traces.emplace_back(Trace{id, {}});
        for (auto& [began, placed] : own) trace.spans.push_back(std::move(placed));
    }
    std::sort(traces.begin(), traces.end(),
              [](const Trace& a, const Trace& b) { return std::pair(a.began(), a.id) < std::pair(b.began(), b.id); });
    return traces;
}

std::string as_text(const Trace& trace) {
    struct Line {
        const PlacedSpan* placed;
        std::size_t depth;
    };
    std::vector<Line> lines;
    const auto causes = by_cause(trace);
    std::vector<Line> left;
    const auto push_caused_by = [&](std::uint64_t cause, std::size_t depth) {
        const auto [begin, end] = causes.equal_range(cause);
        for (auto at = end; at != begin;) left.push_back({(--at)->second, depth});
    };
    push_caused_by(0, 0);
    while (!left.empty()) {
        const Line line = left.back();
        left.pop_back();
        lines.push_back(line);
        push_caused_by(line.placed->span.span, line.depth + 1);
    }
    const auto shown = [](const Line& line) {
        constexpr std::size_t indent_most = 16;
        return std::string(2 * std::min(line.depth, indent_most), ' ') + name_of(line.placed->span);
    };
    std::size_t width = 0;
    for (const Line& line : lines) width = std::max(width, shown(line).size());
    std::string text = "trace " + trace_id_string(context_of(trace.spans.front().span)) + ", " +
                       counted(lines.size(), "span", "spans") + " in " +
                       counted(count_processes(trace), "process", "processes") + ", " + in_words(trace.took()) + "\n";
    for (const Line& line : lines) {
        const Span& span = line.placed->span;
        const std::string when = in_words(line.placed->since_1970 - trace.began());
        std::string what = shown(line);
        what.resize(width, ' ');
        text.append(when.size() < 10 ? 10 - when.size() : 0, ' ').append(when).append("  ").append(what).append("  ");
        if (span.kind == Span::sent) {
            text += "sent to " + span.actor.to_string() + " from outside, on " + line.placed->host + "\n";
            continue;
        }
        text += taker_of(*line.placed) + "  waited " + in_words(span.waited) + ", took " + in_words(span.took);
        text += span.outcome == Span::done ? "\n" : ", " + outcome_of(span) + "\n";
    }
    return text;
}

// ---- For other programs

namespace {

double microseconds(Duration time) { return static_cast<double>(time.count()) / 1e3; }

/// Numbers for what the format knows by numbers.
template <class Key>
class Numbers {
public:
    /// And whether it is new.
    std::pair<std::int64_t, bool> of(const Key& key) {
        const auto [entry, added] = numbers_.try_emplace(key, static_cast<std::int64_t>(numbers_.size()) + 1);
        return {entry->second, added};
    }

private:
    std::map<Key, std::int64_t> numbers_;
};

class ChromeEvents {
public:
    explicit ChromeEvents(Duration began) : began_(began) {}

    void add(const Trace& trace) {
        std::map<std::uint64_t, const PlacedSpan*> known;
        for (const auto& placed : trace.spans) known.emplace(placed.span.span, &placed);
        for (const auto& placed : trace.spans) {
            add(placed);
            const auto cause = known.find(placed.span.parent);
            if (cause != known.end()) add_arrow(*cause->second, placed);
        }
    }
    std::string text() {
        json_.end_array().key("displayTimeUnit").value("ns").end_object();
        return json_.text();
    }

private:
    struct Row {
        std::int64_t process;
        std::int64_t actor;
    };

    Row row_of(const PlacedSpan& placed) {
        const auto [process, is_new_process] = processes_.of(placed.process);
        if (is_new_process)
            name_row("process_name", {process, 0}, placed.host + " " + zanni::process_name(placed.process));
        const Span& span = placed.span;
        const bool outside = span.kind == Span::sent;
        const auto [actor, is_new_actor] = actors_.of({placed.process, outside ? Address{} : span.actor});
        const Row row{process, actor};
        if (is_new_actor)
            name_row("thread_name", row,
                     outside ? "outside of actors" : (span.actor_type + " " + span.actor.to_string()));
        return row;
    }
    void name_row(const char* what, Row row, const std::string& name) {
        begin_event("M", what, row);
        json_.key("args").begin_object().key("name").value(name).end_object().end_object();
    }
    void begin_event(const char* phase, const std::string& name, Row row) {
        json_.begin_object().key("ph").value(phase).key("name").value(name);
        json_.key("pid").value(row.process).key("tid").value(row.actor);
    }
    void add(const PlacedSpan& placed) {
        const Span& span = placed.span;
        begin_event("X", name_of(span), row_of(placed));
        json_.key("cat").value(span.kind == Span::sent ? "sent" : "handled");
        json_.key("ts").value(microseconds(placed.since_1970 - began_)).key("dur").value(microseconds(span.took));
        json_.key("args").begin_object();
        json_.key("trace").value(trace_id_string(context_of(span))).key("span").value(span_id_string(span.span));
        json_.key("actor").value(span.actor.to_string()).key("outcome").value(outcome_of(span));
        json_.key("waited_us").value(microseconds(span.waited)).end_object().end_object();
    }
    /// From within the cause's bar, or its end if the effect came later, to the effect's beginning.
    void add_arrow(const PlacedSpan& cause, const PlacedSpan& effect) {
        const Duration sent =
            std::clamp(effect.since_1970 - effect.span.waited, cause.since_1970, cause.since_1970 + cause.span.took);
        arrow_end("s", cause, sent, effect);
        arrow_end("f", effect, effect.since_1970, effect);
    }
    void arrow_end(const char* phase, const PlacedSpan& at, Duration when, const PlacedSpan& effect) {
        begin_event(phase, "message", row_of(at));
        json_.key("cat").value("message").key("id").value(span_id_string(effect.span.span));
        json_.key("ts").value(microseconds(when - began_)).key("bp").value("e").end_object();
    }

    const Duration began_;
    JsonWriter json_ = [] {
        JsonWriter json;
        json.begin_object().key("traceEvents").begin_array();
        return json;
    }();
    Numbers<std::uint64_t> processes_;
    Numbers<std::pair<std::uint64_t, Address>> actors_;
};

class OtlpSpans {
public:
    explicit OtlpSpans(JsonWriter& json) : json_(json) {}

    void add(const PlacedSpan& placed) {
        const Span& span = placed.span;
        constexpr std::int64_t producer = 4, consumer = 5, error = 2;
        const bool sent = span.kind == Span::sent;
        json_.begin_object().key("traceId").value(trace_id_string(context_of(span)));
        json_.key("spanId").value(span_id_string(span.span));
        if (span.parent != 0) json_.key("parentSpanId").value(span_id_string(span.parent));
        json_.key("name").value((sent ? "send " : "process ") + name_of(span));
        json_.key("kind").value(sent ? producer : consumer);
        json_.key("startTimeUnixNano").value(std::to_string(placed.since_1970.count()));
        json_.key("endTimeUnixNano").value(std::to_string((placed.since_1970 + span.took).count()));
        json_.key("attributes").begin_array();
        attribute("messaging.system", "zanni");
        attribute("messaging.operation.type", sent ? "send" : "process");
        attribute("messaging.destination.name", span.actor.to_string());
        attribute("zanni.message", name_of(span));
        if (!span.actor_type.empty()) attribute("zanni.actor.type", span.actor_type);
        if (span.sender) attribute("zanni.sender", span.sender.to_string());
        if (!sent) attribute("zanni.waited_ns", span.waited.count());
        attribute("zanni.outcome", word_for(span.outcome));
        json_.end_array();
        if (went_wrong(span))
            json_.key("status")
                .begin_object()
                .key("code")
                .value(error)
                .key("message")
                .value(outcome_of(span))
                .end_object();
        json_.end_object();
    }
    void attribute(const char* key, const std::string& text) {
        json_.begin_object().key("key").value(key).key("value").begin_object();
        json_.key("stringValue").value(text).end_object().end_object();
    }
    void attribute(const char* key, std::int64_t number) {
        json_.begin_object().key("key").value(key).key("value").begin_object();
        json_.key("intValue").value(std::to_string(number)).end_object().end_object();
    }

private:
    JsonWriter& json_;
};

}  // namespace

std::string as_chrome_json(const std::vector<Trace>& traces) {
    ChromeEvents events(traces.empty() ? Duration{} : traces.front().began());
    for (const Trace& trace : traces) events.add(trace);
    return events.text();
}

std::string as_otlp_json(const std::vector<PlacedSpan>& spans) {
    std::map<std::uint64_t, std::vector<const PlacedSpan*>> by_process;
    for (const PlacedSpan& placed : spans) by_process[placed.process].push_back(&placed);
    JsonWriter json;
    OtlpSpans otlp(json);
    json.begin_object().key("resourceSpans").begin_array();
    for (const auto& [process, own] : by_process) {
        json.begin_object().key("resource").begin_object().key("attributes").begin_array();
        otlp.attribute("service.name", "zanni");
        otlp.attribute("service.instance.id", process_name(process));
        otlp.attribute("host.name", own.front()->host);
        json.end_array().end_object().key("scopeSpans").begin_array().begin_object();
        json.key("scope").begin_object().key("name").value("zanni").key("version").value(version()).end_object();
        json.key("spans").begin_array();
        for (const PlacedSpan* const placed : own) otlp.add(*placed);
        json.end_array().end_object().end_array().end_object();
    }
    json.end_array().end_object();
    return json.text();
}

}  // namespace zanni::broker
