#include "processes.hpp"

#include <algorithm>
#include <iterator>
#include <utility>

#include "process_id.hpp"

namespace zanni::broker {

std::optional<std::uint64_t> Processes::new_id() {
    if (last_number_ + 1 == transport::first_isolated_number) return std::nullopt;
    return transport::process_id(host_, ++last_number_);
}

bool Processes::issued(std::uint64_t process) const {
    const std::uint32_t number = transport::number_of(process);
    return transport::host_of(process) == host_ && number != transport::broker_number && number <= last_number_;
}

bool Processes::is_child(std::uint64_t process) const {
    return std::ranges::any_of(children_, [&](const auto& entry) { return entry.second.process == process; });
}

void Processes::registered(const transport::Register& registration, EndShows end_shows, TimePoint now) {
    known_[registration.process] = {registration, {}, {}, now, end_shows, 0, {}};
    for (auto& [pid, child] : children_)
        if (child.process == registration.process) child.was_registered = true;
}

void Processes::reported(std::uint64_t process, const transport::Report& report, TimePoint now) {
    const auto found = known_.find(process);
    if (found == known_.end()) return;
    found->second.report = report;
    ++found->second.reports;
    found->second.rate.report(report.accounts.delivered, now);
    found->second.last_heard = now;
}

std::vector<std::uint64_t> Processes::silent(Duration down_after, TimePoint now) const {
    std::vector<std::uint64_t> silent;
    for (const auto& [process, known] : known_) {
        if (silent.size() == silent_max) break;
        if (known.end_shows == EndShows::by_silence && now - known.last_heard >= down_after) silent.push_back(process);
    }
    return silent;
}

void Processes::excuse(Duration slept, TimePoint now) {
    for (auto& [process, known] : known_) known.last_heard = std::min(known.last_heard + slept, now);
}

void Processes::announced(std::uint64_t process, std::vector<Address> dead_letter_handlers) {
    if (const auto found = known_.find(process); found != known_.end())
        found->second.dead_letter_handlers = std::move(dead_letter_handlers);
}

std::vector<Address> Processes::dead_letter_handlers(std::uint64_t except_process) const {
    std::vector<Address> handlers;
    for (const auto& [process, known] : known_)
        if (process != except_process) std::ranges::copy(known.dead_letter_handlers, std::back_inserter(handlers));
    return handlers;
}

std::optional<Processes::Known> Processes::left(std::uint64_t process) {
    auto node = known_.extract(process);
    if (node.empty()) return std::nullopt;
    return std::move(node.mapped());
}

std::optional<Processes::Child> Processes::child_ended(std::int64_t pid) {
    const auto node = children_.extract(pid);
    if (node.empty()) return std::nullopt;
    return node.mapped();
}

bool Processes::may_restart(TimePoint now) {
    std::erase_if(restarts_, [&](TimePoint then) { return now - then > restart_period; });
    if (restarts_.size() >= restarts_max) return false;
    restarts_.push_back(now);
    return true;
}

}  // namespace zanni::broker
