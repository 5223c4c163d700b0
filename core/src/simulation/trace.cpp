#include "simulation/trace.hpp"

#include <array>
#include <bit>
#include <cstdio>
#include <span>
#include <utility>

#include "marshal/text.hpp"

namespace zanni::detail {

namespace {

constexpr std::size_t kept_events = 50;

/// FNV-1a, as for the names of messages.
void mix(std::uint64_t& hash, std::span<const std::byte> bytes) {
    for (const std::byte byte : bytes) hash = (hash ^ std::to_integer<std::uint64_t>(byte)) * 0x100000001b3ULL;
}
void mix(std::uint64_t& hash, std::string_view text) { mix(hash, std::as_bytes(std::span(text))); }
void mix(std::uint64_t& hash, std::uint64_t number) { mix(hash, std::as_bytes(std::span(&number, 1))); }

std::string line(std::uint64_t number, const Trace::Event& event, const Trace::NameOf& name_of) {
    std::array<char, 64> head{};
    std::snprintf(head.data(), head.size(), "#%-6llu %12.6f ms  ", static_cast<unsigned long long>(number),
                  std::chrono::duration<double, std::milli>(event.at).count());
    return head.data() + event.from + " -> " + event.to + "  " + to_text(event.message, name_of) +
           (event.note.empty() ? "" : "  (" + event.note + ")") + "\n";
}

}  // namespace

void Trace::add(Event event) {
    mix(hash_, static_cast<std::uint64_t>(event.at.count()));
    mix(hash_, event.from);
    mix(hash_, event.to);
    mix(hash_, event.message.type);
    mix(hash_, event.message.payload);
    mix(hash_, event.note);
    ++size_;
    events_.push_back(std::move(event));
    if (!keep_all_ && events_.size() > kept_events) events_.pop_front();
}

std::string Trace::text(std::size_t events_max, const NameOf& name_of) const {
    std::string text;
    const std::size_t shown = std::min(events_max, events_.size());
    for (std::size_t i = events_.size() - shown; i < events_.size(); ++i)
        text += line(size_ - events_.size() + i + 1, events_[i], name_of);
    return text;
}

}  // namespace zanni::detail
