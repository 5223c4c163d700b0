#pragma once

#include <string>
#include <vector>

#include "control.hpp"
#include "log.hpp"
#include "observer/history.hpp"
#include "observer/rates.hpp"
#include "observer/survey_desk.hpp"

namespace zanni::broker {

/// All that an observer knows at one moment.
struct Sight {
    std::int64_t at_ms = 0;  ///< of the wall clock
    TimePoint at{};
    std::uint64_t number = 0;
    std::string own_host;  ///< its name
    std::vector<transport::HostStatus> hosts;
    std::vector<SurveyedProcess> processes;
    std::vector<transport::NamedActor> names;
    Rates rates;
    std::vector<log::Line> log;  ///< of the host that looks; the leader's holds what all hosts warn of
};

}  // namespace zanni::broker
