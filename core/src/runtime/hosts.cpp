#include <algorithm>
#include <utility>

#include "runtime/runtime.hpp"

/// What actors hear of the convention's other hosts.
namespace zanni::detail {

void Runtime::notify_on_convention_changes(Cell& cell, bool on) {
    if (std::exchange(cell.own_undertakings().hears_of_hosts, on) == on) return;
    const std::scoped_lock lock(hosts_mutex_);
    std::erase(hosts_watchers_, cell.address);
    if (!on) return;
    hosts_watchers_.push_back(cell.address);
    for (const auto& [id, host] : hosts_) send(make_envelope(cell.address, Address{}, host));
}

/// Under hosts_mutex_.
void Runtime::tell_of_host(const ConventionUpdate& update) {
    for (const Address& watcher : hosts_watchers_) send(make_envelope(watcher, Address{}, update));
}

/// Brokers repeat themselves, and have news that concern no actor: only what differs is told.
void Runtime::host_present(std::uint32_t host, const std::string& name, const Capabilities& capabilities) {
    for (auto& word : broken_bonds_.take(host)) send(std::move(word));
    const std::scoped_lock lock(hosts_mutex_);
    const auto [known, is_new] = hosts_.try_emplace(host);
    ConventionUpdate update{name, host, capabilities, is_new ? ConventionUpdate::joined : ConventionUpdate::changed};
    if (!is_new && known->second.host == name && known->second.capabilities == capabilities) return;
    tell_of_host(update);
    update.kind = ConventionUpdate::joined;  // as late watchers hear of it
    known->second = std::move(update);
}

void Runtime::host_left(std::uint32_t host, const std::string& reason) {
    const std::scoped_lock lock(hosts_mutex_);
    auto known = hosts_.extract(host);
    if (known.empty()) return;
    ConventionUpdate& update = known.mapped();
    update.kind = ConventionUpdate::left;
    update.reason = reason;
    tell_of_host(update);
}

void Runtime::request_lane(const Address& address) {
    const std::uint64_t process = parts_of(address).process;
    if (address && parts_.gateway && process != parts_.process) parts_.gateway->request_lane(process);
}

}  // namespace zanni::detail
