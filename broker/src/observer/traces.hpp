#pragma once

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "observer/span_desk.hpp"

/// Spans put together to traces, and written down for people and for other programs.
namespace zanni::broker {

/// Spans of one trace, the earliest first; those of one process are in the order in which they began.
struct Trace {
    std::pair<std::uint64_t, std::uint64_t> id;
    std::vector<PlacedSpan> spans;

    Duration began() const { return spans.front().since_1970; }
    /// From the first message to the last handler's end.
    Duration took() const;
};

/// The latest trace last.
std::vector<Trace> put_together(std::vector<PlacedSpan> spans);

/// Who sent what to whom, indented by cause, with times.
///
///     trace 0af7651916cd43dd8448eb211c80319c, 3 spans in 2 processes, 310 us
///         0 us  echo.Ping   echo.EchoServer a1b2c3d4.1:7 on leader   waited 12 us, took 3 us
std::string as_text(const Trace& trace);

/// For ui.perfetto.dev and chrome://tracing: a row for each actor, arrows from cause to effect.
/// Source: "Trace Event Format" (Google, 2016).
std::string as_chrome_json(const std::vector<Trace>& traces);

/// One OTLP request of the service `zanni`: a resource for each process.
/// Source: OpenTelemetry Protocol 1.0, JSON encoding.
std::string as_otlp_json(const std::vector<PlacedSpan>& spans);

}  // namespace zanni::broker
