#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <unordered_map>
#include <utility>
#include <vector>

#include <zanni/clock.hpp>
#include <zanni/survey.hpp>

#include "observer/survey_desk.hpp"

namespace zanni::broker {

/// What changed between two looks at the same processes, per second. Of one that has given no new survey since: what it
/// was.
/// Threads: one.
class Rates {
public:
    struct Type {
        std::uint64_t actors = 0, waiting = 0, deepest = 0;
        double rate = 0;       ///< messages taken per second
        double processor = 0;  ///< of one core, in its handlers
        HandlerTimes times{};  ///< since the start
    };
    struct Process {
        std::uint64_t delivered = 0, dead_letters = 0;
        Duration processor_time{};
        double rate = 0;       ///< messages handled per second; 0 before the second look
        double processor = 0;  ///< of one core
        double dead_rate = 0;
        TimePoint at{};
    };
    struct Flow {
        Survey::Peer peer{};  ///< as the sender says
        double frames = 0;    ///< sent, per second
        double bytes = 0;
        TimePoint at{};
    };
    struct Actor {
        std::uint64_t taken = 0;
        double rate = 0;
        TimePoint at{};
    };

    void look(const std::vector<SurveyedProcess>& processes, TimePoint now);

    Process of_process(std::uint64_t process) const;
    double of_actor(const Address& actor) const;
    const std::map<std::string, Type>& types() const { return types_; }
    /// By sender and receiver.
    const std::map<std::pair<std::uint64_t, std::uint64_t>, Flow>& flows() const { return flows_; }

private:
    void look_at_process(const SurveyedProcess& process, TimePoint now);
    void look_at_types(const Survey& survey);
    void look_at_flows(const Survey& survey, TimePoint at);
    void look_at_actors(const Survey& survey, TimePoint at);

    struct HandlerSum {
        std::uint64_t taken = 0;
        Duration time{};
    };

    TimePoint at_{};
    std::unordered_map<std::uint64_t, Process> processes_, processes_before_;
    std::unordered_map<Address, Actor> actors_, actors_before_;
    std::map<std::pair<std::uint64_t, std::uint64_t>, Flow> flows_, flows_before_;
    std::map<std::string, Type> types_;
    std::map<std::string, HandlerSum> sums_, sums_before_;
};

/// How long the handlers of which so many in a hundred took no longer; nothing when none has been timed. Between the
/// bounds of the counts it is guessed.
double microseconds_at(const HandlerTimes& times, double percent);

}  // namespace zanni::broker
