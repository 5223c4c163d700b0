#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include <zanni/actor_system.hpp>
#include <zanni/clock.hpp>
#include <zanni/survey.hpp>

#include "control.hpp"

namespace zanni::broker {

/// A process with its host, and how it fares if it has said so.
struct SurveyedProcess {
    std::string host;  ///< its name
    transport::ProcessStatus status;
    std::optional<Survey> survey{};
    TimePoint at{};  ///< of the survey
};

/// Asks processes how they fare, all at once, and keeps what each has said last. One that stands still, or can't
/// answer, holds up nobody: its last word stays, with its age.
///
/// Threads: one.
class SurveyDesk {
public:
    struct Answer {
        Survey survey;
        TimePoint at{};
    };

    /// `system` belongs to the convention, and outlives this.
    explicit SurveyDesk(System& system) : endpoint_(system.private_endpoint()) {}

    /// Each process of these hosts, but the own one, that doesn't owe an answer. What is known of others is forgotten.
    void ask(const std::vector<transport::HostStatus>& hosts, const SurveyRequest& request);
    /// Takes what comes until all have answered. False when some have not after `longest`.
    bool collect(Duration longest);

    const std::map<std::uint64_t, Answer>& answers() const { return answers_; }
    /// All processes of these hosts but the own one, with what is known of each.
    std::vector<SurveyedProcess> processes(const std::vector<transport::HostStatus>& hosts) const;
    /// Of the process that asks.
    std::uint64_t own_process() const;

private:
    /// So long an answer may be under way before it is asked for again.
    static constexpr Duration owed_longest = std::chrono::seconds(10);

    SystemClock clock_;
    PrivateEndpoint endpoint_;
    std::map<std::uint64_t, TimePoint> owed_;  // asked when
    std::map<std::uint64_t, Answer> answers_;
};

}  // namespace zanni::broker
