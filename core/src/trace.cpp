#include <zanni/trace.hpp>

#include <array>
#include <charconv>

#include <zanni/actor_system.hpp>

#include "runtime/tracer.hpp"
#include "system/base.hpp"

namespace zanni {

namespace {

std::string hexadecimal(std::uint64_t number) {
    constexpr std::string_view digits = "0123456789abcdef";
    std::string text(16, '0');
    for (auto at = text.rbegin(); at != text.rend(); ++at, number >>= 4) *at = digits[number & 15];
    return text;
}

bool is_lower_hex(char c) { return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f'); }

std::uint64_t number_of(std::string_view digits) {
    std::uint64_t number = 0;
    std::from_chars(digits.data(), digits.data() + digits.size(), number, 16);
    return number;
}

std::unexpected<Error> refused(std::string_view traceparent, const char* why) {
    constexpr std::size_t shown_most = 64;
    return std::unexpected(
        Error{Error::bad_input, "traceparent '" + std::string(traceparent.substr(0, shown_most)) + "': " + why});
}

}  // namespace

std::string trace_id_string(const TraceContext& context) {
    return hexadecimal(context.trace_high) + hexadecimal(context.trace_low);
}

std::string span_id_string(std::uint64_t span) { return hexadecimal(span); }

std::string TraceContext::to_string() const {
    return "00-" + trace_id_string(*this) + "-" + span_id_string(span) + (recorded ? "-01" : "-00");
}

std::expected<TraceContext, Error> TraceContext::parse(std::string_view text) {
    // version-trace-span-flags, in 2, 32, 16 and 2 digits.
    constexpr std::size_t length = 55;
    constexpr std::array<std::size_t, 3> dashes{2, 35, 52};
    if (text.size() < length) return refused(text, "it is too short");
    for (std::size_t i = 0; i < length; ++i) {
        const bool dash = i == dashes[0] || i == dashes[1] || i == dashes[2];
        if (dash ? text[i] != '-' : !is_lower_hex(text[i]))
            return refused(text, dash ? "a dash is missing" : "expected the digits 0 to 9 and a to f");
    }
    const auto version = number_of(text.substr(0, 2));
    if (version == 0xff) return refused(text, "there is no version ff");
    const bool more = text.size() > length;
    if (more && (version == 0 || text[length] != '-')) return refused(text, "it is too long");
    TraceContext context;
    context.trace_high = number_of(text.substr(3, 16));
    context.trace_low = number_of(text.substr(19, 16));
    context.span = number_of(text.substr(36, 16));
    context.recorded = (number_of(text.substr(53, 2)) & 1) != 0;
    if ((context.trace_high | context.trace_low) == 0) return refused(text, "the trace's id is 0");
    if (context.span == 0) return refused(text, "the span's id is 0");
    return context;
}

TraceScope::TraceScope(System& system, const TraceContext& context)
    : context_(context), before_(detail::outer_context) {
    if (context.recorded) system.base().runtime().turn_tracing_on();
    detail::outer_context = &context_;
}

TraceScope::~TraceScope() { detail::outer_context = before_; }

}  // namespace zanni
