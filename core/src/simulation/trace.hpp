#pragma once

#include <cstdint>
#include <deque>
#include <functional>
#include <string>
#include <string_view>

#include <zanni/address.hpp>
#include <zanni/any_message.hpp>
#include <zanni/clock.hpp>

namespace zanni::detail {

/// What has happened in a simulation, in order: all of it in the hash, the last of it to read.
/// Threads: one.
class Trace {
public:
    struct Event {
        Duration at{};
        std::string from;
        std::string to;
        AnyMessage message;
        std::string note;  ///< "dead letter: dead_target"; empty for a delivery
    };

    explicit Trace(bool keep_all) : keep_all_(keep_all) {}

    void add(Event event);
    using NameOf = std::function<std::string(const Address&)>;
    std::string text(std::size_t events_max, const NameOf& name_of) const;
    std::uint64_t hash() const { return hash_; }
    std::uint64_t size() const { return size_; }

private:
    const bool keep_all_;
    std::deque<Event> events_;
    std::uint64_t size_ = 0;
    std::uint64_t hash_ = 0xcbf29ce484222325ULL;
};

}  // namespace zanni::detail
