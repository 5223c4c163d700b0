#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include <CLI/App.hpp>

#include <zanni/actor_system.hpp>

#include "control.hpp"
#include "observer/survey_desk.hpp"

/// What the tools share that look into processes: they join the convention, as an application does.
namespace zanni::cli {

/// --join and --keys.
struct JoinFlags {
    std::string endpoint;
    std::string keys;

    void add_to(CLI::App& command);
};

using broker::SurveyedProcess;

/// Of the leader, all of the convention; of another host, what it knows.
class ConventionView {
public:
    /// Errors: throws std::runtime_error when nobody answers. Blocks: until the broker has answered.
    ConventionView(const JoinFlags& flags, const std::string& program);

    /// Asks the broker for its hosts, and each process how it fares; `host`: of that one only. Blocks: up to `longest`
    /// beyond the broker's answer. Errors: throws std::runtime_error when nobody answers, or there is no such host.
    void look(const SurveyRequest& request, const std::string& host, Duration longest);

    const std::vector<transport::HostStatus>& hosts() const { return hosts_; }
    /// But for the tool's own; those that have not answered are there without a survey.
    const std::vector<SurveyedProcess>& processes() const { return processes_; }
    /// How many have not answered.
    std::size_t silent() const;
    ActorSystem& system() { return system_; }

private:
    std::string endpoint_;
    std::string keys_;
    ActorSystem system_;
    broker::SurveyDesk desk_;
    std::vector<transport::HostStatus> hosts_;
    std::vector<SurveyedProcess> processes_;
};

/// By its address, or by its name. Errors: throws std::runtime_error. Blocks: up to 5 s.
Address find_actor(ActorSystem& system, const std::string& text);

/// One line on stderr about those that have not answered, if any.
void tell_silent(const ConventionView& view);

}  // namespace zanni::cli
