#include "runtime/remote_bonds.hpp"

#include <algorithm>
#include <tuple>

#include "runtime/actor_id.hpp"

namespace zanni::detail {

void RemoteBonds::add(std::uint64_t process, const Bond& bond) {
    const std::scoped_lock lock(mutex_);
    bonds_[process].insert(bond);
}

void RemoteBonds::remove(std::uint64_t process, const Bond& bond) {
    const std::scoped_lock lock(mutex_);
    const auto found = bonds_.find(process);
    if (found == bonds_.end()) return;
    found->second.erase(bond);
    if (found->second.empty()) bonds_.erase(found);
}

std::vector<RemoteBonds::Bond> RemoteBonds::take(std::uint64_t process) {
    const std::scoped_lock lock(mutex_);
    const auto found = bonds_.find(process);
    if (found == bonds_.end()) return {};
    std::vector<Bond> bonds(found->second.begin(), found->second.end());
    bonds_.erase(found);
    std::ranges::sort(bonds, {}, [](const Bond& bond) { return std::tie(bond.subject, bond.observer); });
    return bonds;
}

std::vector<std::uint64_t> RemoteBonds::processes_of(std::uint32_t host) {
    const std::scoped_lock lock(mutex_);
    std::vector<std::uint64_t> processes;
    for (const auto& [process, bonds] : bonds_)
        if (host_of(process) == host) processes.push_back(process);
    std::ranges::sort(processes);
    return processes;
}

}  // namespace zanni::detail
