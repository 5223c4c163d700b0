#include "runtime/family.hpp"

namespace zanni::detail {

void Family::add(std::uint64_t process, const Bond& bond) {
    const std::scoped_lock lock(mutex_);
    bonds_[process].emplace(bond.child, bond.parent);
}

void Family::remove(std::uint64_t process, const Address& child) {
    const std::scoped_lock lock(mutex_);
    const auto found = bonds_.find(process);
    if (found == bonds_.end()) return;
    found->second.erase(child);
    if (found->second.empty()) bonds_.erase(found);
}

std::vector<Family::Bond> Family::take(std::uint64_t process) {
    const std::scoped_lock lock(mutex_);
    const auto found = bonds_.find(process);
    if (found == bonds_.end()) return {};
    std::vector<Bond> bonds;
    bonds.reserve(found->second.size());
    for (const auto& [child, parent] : found->second) bonds.push_back({child, parent});
    bonds_.erase(found);
    return bonds;
}

std::vector<std::uint64_t> Family::processes_of(std::uint32_t host) {
    const std::scoped_lock lock(mutex_);
    std::vector<std::uint64_t> processes;
    for (const auto& [process, bonds] : bonds_)
        if (process >> 32 == host) processes.push_back(process);
    return processes;
}

}  // namespace zanni::detail
