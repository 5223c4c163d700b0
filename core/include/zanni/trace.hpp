#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <expected>
#include <string>
#include <string_view>
#include <vector>

#include <zanni/address.hpp>
#include <zanni/clock.hpp>
#include <zanni/error.hpp>

/// What one message has set off, from actor to actor and from host to host. A message from outside of all actors begins
/// a trace, by chance or because somebody asked; whatever its handler sends belongs to it, and so on.
/// Source: ADR 0021; W3C Trace Context (2021).
namespace zanni {

/// Which trace something belongs to, and what has caused it.
struct TraceContext {
    std::uint64_t trace_high = 0;  ///< the trace's id, its first 8 bytes; both together never 0
    std::uint64_t trace_low = 0;
    std::uint64_t span = 0;  ///< id of the span that has caused it, never 0
    std::uint16_t hops = 0;  ///< messages since the trace's first one
    bool recorded = true;    ///< the "sampled" flag

    /// The header `traceparent` of HTTP: "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01".
    std::string to_string() const;
    /// Takes later versions too, as far as they begin like this one. Errors: bad_input.
    static std::expected<TraceContext, Error> parse(std::string_view traceparent);

    friend bool operator==(const TraceContext&, const TraceContext&) = default;
};

/// "0af7651916cd43dd8448eb211c80319c", "b7ad6b7169203331".
std::string trace_id_string(const TraceContext& context);
std::string span_id_string(std::uint64_t span);

class System;

/// What this thread sends while the scope lives, outside of any actor, belongs to a trace that began elsewhere: of an
/// HTTP request, for one. Of a context that isn't `recorded` nothing is. Scopes nest.
/// Threads: that of its making.
class TraceScope {
public:
    /// What is sent by `system` is recorded.
    TraceScope(System& system, const TraceContext& context);
    ~TraceScope();
    TraceScope(const TraceScope&) = delete;
    TraceScope& operator=(const TraceScope&) = delete;

private:
    TraceContext context_;
    const TraceContext* before_;
};

/// A message that was handled, or wasn't, as part of a trace.
struct Span {
    enum Kind : std::uint8_t {
        sent = 1,     ///< by a caller outside of any actor: where the trace begins
        handled = 2,  ///< by an actor
    };
    enum Outcome : std::uint8_t {
        done = 1,
        threw = 2,  ///< twice
        no_handler = 3,
        unreadable = 4,
        dead_letter = 5,
    };

    std::uint64_t trace_high = 0;
    std::uint64_t trace_low = 0;
    std::uint64_t span = 0;
    std::uint64_t parent = 0;  ///< the span whose handler, or caller, sent the message; 0: none is known
    Kind kind = handled;
    std::string message;  ///< its type's name; empty when neither this process nor the actor knows it
    std::string actor_type{};
    Address actor{};  ///< the target
    Address sender{};
    Duration began{};   ///< of the handler, by the process's clock; see Spans::since_1970
    Duration waited{};  ///< before that, from when it was sent, or arrived from another process
    Duration took{};    ///< a handler that waits takes as long as it waits, too
    Outcome outcome = done;
    std::string detail{};  ///< what was thrown, why it wasn't delivered
};

/// To a process itself, which answers with Spans. Source: docs/protocol.md, "Messages between runtimes".
struct SpansRequest {
    static constexpr auto message_name = "zanni.SpansRequest";
    std::uint64_t after = 0;  ///< spans after this number; they are counted from 1
    Address traced{};         ///< every message that reaches this actor from now on begins a trace, if it has none
    Duration traced_for{};
};

struct Spans {
    static constexpr auto message_name = "zanni.Spans";
    static constexpr std::size_t spans_most = 4'096;       ///< in one answer
    static constexpr std::size_t kept_most = 16'384;       ///< of a process; the oldest make room
    static constexpr std::size_t traced_actors_most = 16;  ///< of a process, at a time
    static constexpr Duration traced_longest = std::chrono::hours(1);

    std::uint64_t process = 0;
    std::uint64_t last = 0;  ///< number of the last one here: what to ask after next
    std::uint64_t lost = 0;  ///< between those asked for and these, as the process keeps only the latest
    bool more = false;       ///< there are more already
    Duration since_1970{};   ///< of the time 0 by which `began` is told
    std::vector<Span> spans{};
};

}  // namespace zanni
