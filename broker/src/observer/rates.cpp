#include "observer/rates.hpp"

#include <algorithm>
#include <numeric>

namespace zanni::broker {

namespace {

double seconds_of(Duration time) { return std::chrono::duration<double>(time).count(); }

/// Of a counter that began anew: nothing.
double per_second(std::uint64_t now, std::uint64_t before, double seconds) {
    return seconds <= 0 || now < before ? 0 : static_cast<double>(now - before) / seconds;
}

std::uint64_t dead_letters_of(const Accounts& accounts) {
    std::uint64_t all = 0;
    for (const auto& some : accounts.dead_letters) all += some.count;
    return all;
}

}  // namespace

void Rates::look(const std::vector<SurveyedProcess>& processes, TimePoint now) {
    const double seconds = at_ == TimePoint{} ? 0 : seconds_of(now - at_);
    at_ = now;
    processes_before_ = std::exchange(processes_, {});
    actors_before_ = std::exchange(actors_, {});
    flows_before_ = std::exchange(flows_, {});
    sums_before_ = std::exchange(sums_, {});
    types_.clear();
    for (const auto& process : processes) look_at_process(process, now);
    for (auto& [name, type] : types_) {
        const auto before = sums_before_.find(name);
        if (before == sums_before_.end() || seconds <= 0) continue;
        type.rate = per_second(sums_[name].taken, before->second.taken, seconds);
        type.processor = std::max(0.0, seconds_of(sums_[name].time - before->second.time) / seconds);
    }
}

void Rates::look_at_process(const SurveyedProcess& process, TimePoint now) {
    const Survey* const survey = process.survey ? &*process.survey : nullptr;
    const TimePoint at = survey ? process.at : now;
    const Accounts& accounts = survey ? survey->accounts : process.status.accounts;
    Process& own = processes_[process.status.process];
    own = {accounts.delivered,
           dead_letters_of(accounts),
           survey ? survey->machine.processor_time : Duration{},
           0,
           0,
           0,
           at};
    if (const auto found = processes_before_.find(process.status.process); found != processes_before_.end()) {
        const Process& before = found->second;
        const double seconds = seconds_of(at - before.at);
        if (seconds <= 0) {
            own = before;
        } else {
            own.rate = per_second(own.delivered, before.delivered, seconds);
            own.dead_rate = per_second(own.dead_letters, before.dead_letters, seconds);
            own.processor = std::max(0.0, seconds_of(own.processor_time - before.processor_time) / seconds);
        }
    }
    if (!survey) return;
    look_at_types(*survey);
    look_at_flows(*survey, at);
    look_at_actors(*survey, at);
}

void Rates::look_at_types(const Survey& survey) {
    for (const auto& type : survey.types) {
        Type& total = types_[type.name];
        total.actors += type.actors;
        total.waiting += type.waiting;
        total.deepest = std::max(total.deepest, type.deepest);
        for (std::size_t i = 0; i < total.times.counts.size(); ++i)
            total.times.counts[i] += type.handler_times.counts[i];
        total.times.all += type.handler_times.all;
        sums_[type.name].taken += type.taken;
        sums_[type.name].time += type.handler_times.all;
    }
}

void Rates::look_at_flows(const Survey& survey, TimePoint at) {
    for (const auto& peer : survey.peers) {
        Flow& flow = flows_[{survey.process, peer.process}];
        flow = {peer, 0, 0, at};
        const auto before = flows_before_.find({survey.process, peer.process});
        if (before == flows_before_.end()) continue;
        const double seconds = seconds_of(at - before->second.at);
        flow.frames = seconds <= 0 ? before->second.frames
                                   : per_second(peer.frames_sent, before->second.peer.frames_sent, seconds);
        flow.bytes =
            seconds <= 0 ? before->second.bytes : per_second(peer.bytes_sent, before->second.peer.bytes_sent, seconds);
    }
}

void Rates::look_at_actors(const Survey& survey, TimePoint at) {
    for (const auto& actor : survey.listed) {
        Actor& now = actors_[actor.address];
        now = {actor.taken, 0, at};
        const auto before = actors_before_.find(actor.address);
        if (before == actors_before_.end()) continue;
        const double seconds = seconds_of(at - before->second.at);
        now.rate = seconds <= 0 ? before->second.rate : per_second(actor.taken, before->second.taken, seconds);
    }
}

Rates::Process Rates::of_process(std::uint64_t process) const {
    const auto found = processes_.find(process);
    return found == processes_.end() ? Process{} : found->second;
}

double Rates::of_actor(const Address& actor) const {
    const auto found = actors_.find(actor);
    return found == actors_.end() ? 0 : found->second.rate;
}

double microseconds_at(const HandlerTimes& times, double percent) {
    const auto all = std::accumulate(times.counts.begin(), times.counts.end(), std::uint64_t{0});
    if (all == 0) return 0;
    const double wanted = static_cast<double>(all) * percent / 100;
    double below = 0;
    for (std::size_t i = 0; i < times.counts.size(); ++i) {
        const auto count = static_cast<double>(times.counts[i]);
        if (below + count < wanted || count == 0) {
            below += count;
            continue;
        }
        const double low = i == 0 ? 0 : seconds_of(HandlerTimes::bound(i - 1));
        const double high = seconds_of(HandlerTimes::bound(std::min(i, HandlerTimes::bounds - 1)));
        return (low + (high - low) * (wanted - below) / count) * 1e6;
    }
    return seconds_of(HandlerTimes::bound(HandlerTimes::bounds - 1)) * 1e6;
}

}  // namespace zanni::broker
