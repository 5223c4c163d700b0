#include "isolated_processes.hpp"

#include "broker_says.hpp"
#include "limits.hpp"
#include "log.hpp"

namespace zanni::broker {

using namespace transport;

std::optional<std::size_t> IsolatedProcesses::registered(std::uint64_t process) {
    const auto starting = starting_.extract(process);
    if (starting.empty()) return std::nullopt;
    decided_.push_back(process);
    return starting.mapped();
}

void IsolatedProcesses::ended(std::uint64_t process) {
    registered(process);
    if (!ended_.insert(process).second) return;
    ended_order_.push_back(process);
    if (ended_order_.size() <= ended_max) return;
    ended_.erase(ended_order_.front());
    ended_order_.pop_front();
}

// ---- What the broker makes of it

bool Broker::has_room_for_processes() const {
    return processes_.known().size() + isolated_.starting().size() < processes_max;
}

Actions Broker::wants_start(std::uint64_t process) {
    const bool is_ours = host_of(process) == self_.id && is_isolated(process) && wants_actor_process_ && !host_ending_;
    if (!is_ours || isolated_.has_ended(process) || isolated_.is_starting(process) || awaited_.contains(process) ||
        processes_.is_child(process) || !has_room_for_processes())
        return take();
    guard_.issued(process, local_key);
    isolated_.started(process, modules_.size());
    actions_.push_back(StartIsolatedProcess{process});
    return take();
}

Actions Broker::start_failed(std::uint64_t process, const std::string& why) {
    log::error("no process could be started for an actor: " + why);
    isolated_ended(process, {ExitCause::start_failure, 0, why});
    return take();
}

/// Also of one that never registered: its creator waits for it.
void Broker::isolated_ended(std::uint64_t process, const ExitCause& cause) {
    if (isolated_.has_ended(process)) return remember();  // it has taken leave
    if (processes_.knows(process)) return process_gone(process, cause);
    isolated_.ended(process);
    tell_end(process, cause);
    remember();
}

}  // namespace zanni::broker
