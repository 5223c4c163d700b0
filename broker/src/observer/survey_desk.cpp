#include "observer/survey_desk.hpp"

#include <algorithm>
#include <set>

namespace zanni::broker {

void SurveyDesk::ask(const std::vector<transport::HostStatus>& hosts, const SurveyRequest& request) {
    std::set<std::uint64_t> wanted;
    for (const auto& host : hosts)
        for (const auto& process : host.processes)
            if (process.process != own_process()) wanted.insert(process.process);
    std::erase_if(answers_, [&](const auto& entry) { return !wanted.contains(entry.first); });
    const TimePoint now = clock_.now();
    std::erase_if(
        owed_, [&](const auto& entry) { return !wanted.contains(entry.first) || now - entry.second > owed_longest; });
    for (const std::uint64_t process : wanted)
        if (owed_.try_emplace(process, now).second) endpoint_.tell(detail::make_address({process, 0}), request);
}

bool SurveyDesk::collect(Duration longest) {
    const TimePoint until = clock_.now() + longest;
    while (!owed_.empty()) {
        const TimePoint now = clock_.now();
        if (now >= until) return false;
        auto survey = endpoint_.listen<Survey>(until - now);
        if (!survey) {
            if (survey.error().code == Error::timeout) return false;
            continue;  // no survey
        }
        const std::uint64_t process = survey->process;
        const bool is_sound = std::ranges::all_of(
            survey->listed, [&](const Survey::Actor& actor) { return actor.type < survey->types.size(); });
        if (owed_.erase(process) == 0 || !is_sound) continue;  // nobody has asked it, or it speaks another language
        answers_[process] = {std::move(*survey), clock_.now()};
    }
    return true;
}

std::vector<SurveyedProcess> SurveyDesk::processes(const std::vector<transport::HostStatus>& hosts) const {
    std::vector<SurveyedProcess> all;
    for (const auto& host : hosts)
        for (const auto& process : host.processes) {
            if (process.process == own_process()) continue;
            SurveyedProcess& added = all.emplace_back(SurveyedProcess{host.host.name, process, {}, {}});
            const auto answer = answers_.find(process.process);
            if (answer == answers_.end()) continue;
            added.survey = answer->second.survey;
            added.at = answer->second.at;
        }
    return all;
}

std::uint64_t SurveyDesk::own_process() const { return detail::parts_of(endpoint_.address()).process; }

}  // namespace zanni::broker
