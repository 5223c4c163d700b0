#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include <zanni/clock.hpp>
#include <zanni/lifecycle.hpp>

#include "control.hpp"
#include "handling_rate.hpp"

namespace zanni::broker {

/// The processes of this host: those that registered, and those that this broker started. Pure.
/// Threads: one.
class Processes {
public:
    /// So many ends of the common actor process within the period, and it isn't started again.
    static constexpr std::size_t restarts_max = 5;
    static constexpr Duration restart_period = std::chrono::seconds(60);

    /// How the end of a process is noticed.
    enum class EndShows { by_silence, by_pidfd, as_child };

    struct Known {
        transport::Register registration;
        transport::Report report{};
        std::vector<Address> dead_letter_handlers;
        TimePoint last_heard;
        EndShows end_shows = EndShows::by_silence;
        std::uint64_t reports = 0;
        HandlingRate rate{};
    };

    /// `last_number`: one that no process of this host has exceeded.
    explicit Processes(std::uint32_t host, std::uint32_t last_number = 0) : host_(host), last_number_(last_number) {}

    struct Child {
        std::uint64_t process = 0;
        bool was_registered = false;
    };

    /// An id that no process of this host has had; nothing when all are used up.
    std::optional<std::uint64_t> new_id();
    bool issued(std::uint64_t process) const;

    void started(std::uint64_t process, std::int64_t pid) { children_[pid] = {process}; }
    /// One that the broker before this one has started.
    void adopted(std::uint64_t process, std::int64_t pid) { children_[pid] = {process, true}; }
    bool is_child(std::uint64_t process) const;
    void registered(const transport::Register& registration, EndShows end_shows, TimePoint now);
    /// It can create these now.
    void has_types(std::uint64_t process, std::vector<TypeEntry> types) {
        known_.at(process).registration.types = std::move(types);
    }
    void reported(std::uint64_t process, const transport::Report& report, TimePoint now);
    /// Those that nobody watches and that have been silent for so long, `silent_max` at most: the others hear of each,
    /// and a thousand that fell silent together would be a million messages at once.
    static constexpr std::size_t silent_max = 32;
    std::vector<std::uint64_t> silent(Duration down_after, TimePoint now) const;
    void excuse(Duration slept, TimePoint now);
    void announced(std::uint64_t process, std::vector<Address> dead_letter_handlers);
    std::vector<Address> dead_letter_handlers(std::uint64_t except_process) const;
    /// What was known of it, if it was registered.
    std::optional<Known> left(std::uint64_t process);

    /// The child with that pid has ended: which process it was, and whether it had come as far as to register.
    std::optional<Child> child_ended(std::int64_t pid);
    /// Counts an end that nobody asked for; false when there were too many lately.
    bool may_restart(TimePoint now);

    const std::map<std::uint64_t, Known>& known() const { return known_; }
    const std::map<std::int64_t, Child>& children() const { return children_; }  // by pid
    bool knows(std::uint64_t process) const { return known_.contains(process); }

private:
    const std::uint32_t host_;
    std::uint32_t last_number_;
    std::map<std::uint64_t, Known> known_;
    std::map<std::int64_t, Child> children_;
    std::vector<TimePoint> restarts_;
};

}  // namespace zanni::broker
