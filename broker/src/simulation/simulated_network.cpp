#include "simulation/simulated_network.hpp"

#include <algorithm>
#include <condition_variable>
#include <mutex>
#include <stdexcept>

#include "process_id.hpp"

namespace zanni::broker {

namespace {

/// So that addresses, the order of actors and what the network does are drawn independently of each other.
constexpr std::uint64_t network_salt = 0x6e6574776f726bULL;

Simulation::Options world_options(const SimulatedConvention::Options& options) {
    Simulation::Options world;
    world.seed = options.seed;
    world.steps_max = options.steps_max;
    world.keep_trace = options.keep_trace;
    return world;
}

}  // namespace

SimulatedNetwork::SimulatedNetwork(const SimulatedConvention::Options& options)
    : options_(options), world_(world_options(options)), choices_(options.seed ^ network_salt) {
    world_.set_outside(this);
    for (const auto& host : options_.hosts) {
        std::uint32_t id = 0;
        do id = static_cast<std::uint32_t>(world_.identities().next());
        while (!transport::is_host_id(id));
        hosts_.push_back(std::make_unique<SimulatedHost>(*this, host, id, hosts_.empty()));
    }
}

/// As if the power went off: nobody says anything any more.
SimulatedNetwork::~SimulatedNetwork() {
    world_.set_outside(nullptr);
    for (const auto& host : hosts_)
        for (auto& [number, attached] : host->processes())
            if (!attached.is_gone) world_.remove(attached.process->runtime());
}

SimulatedHost& SimulatedNetwork::host(std::string_view name) {
    const auto found = std::ranges::find_if(hosts_, [&](const auto& host) { return host->name() == name; });
    if (found == hosts_.end()) throw std::invalid_argument("no host is called " + std::string(name));
    return **found;
}

SimulatedHost* SimulatedNetwork::host(std::uint32_t id) {
    const auto found = std::ranges::find_if(hosts_, [&](const auto& host) { return host->id() == id; });
    return found == hosts_.end() ? nullptr : found->get();
}

SimulatedHost* SimulatedNetwork::host_at(const transport::Peer& peer) {
    for (const auto& host : hosts_)
        if (host->is_linked_as(peer)) return host.get();
    return nullptr;
}

void SimulatedNetwork::cut(std::string_view from, std::string_view to, bool is_cut) {
    auto& source = host(from);
    auto& target = host(to);
    if (source.leads() || target.leads())
        (source.leads() ? target : source).cut_link(!source.leads(), is_cut);
    else
        source.cut_from(target.id(), is_cut);
}

SimulatedHost::Attached& SimulatedNetwork::attached(const System& application) {
    for (const auto& host : hosts_)
        for (auto& [number, attached] : host->processes())
            if (&attached.process->system() == &application) return attached;
    throw std::invalid_argument("no application of this convention");
}

SimulatedHost::Attached* SimulatedNetwork::attached(std::uint64_t process) {
    SimulatedHost* const where = host(transport::host_of(process));
    if (!where) return nullptr;
    const auto found = where->processes().find(process);
    return found == where->processes().end() || found->second.is_gone ? nullptr : &found->second;
}

// ---- Lanes

SimulatedConvention::Link SimulatedNetwork::link(const SimulatedHost& from, const SimulatedHost& to) const {
    if (&from == &to) return options_.within_host;
    if (from.leads() || to.leads()) return (from.leads() ? to : from).link(!from.leads());
    return from.link_to(to.id());
}

bool SimulatedNetwork::is_cut(const SimulatedHost& from, const SimulatedHost& to) const {
    if (&from == &to) return false;
    if (from.leads() || to.leads()) return (from.leads() ? to : from).is_link_cut(!from.leads());
    return from.is_cut_from(to.id());
}

void SimulatedNetwork::look_at_lanes() {
    for (const auto& host : hosts_)
        for (auto& [number, attached] : host->processes()) attached.lanes->look_at_cuts();
}

void SimulatedNetwork::break_lanes(bool for_good) {
    for (const auto& host : hosts_)
        for (auto& [number, attached] : host->processes()) attached.lanes->break_off(for_good);
}

// ---- What can happen

std::size_t SimulatedNetwork::ready() {
    ready_.clear();
    for (const auto& host : hosts_)
        for (auto& [number, attached] : host->processes())
            if (!attached.is_gone && attached.process->has_work()) ready_.emplace_back(host.get(), &attached);
    return ready_.size() + (events_.next() <= world_.clock().now() ? 1 : 0);
}

void SimulatedNetwork::happen(std::size_t choice) {
    if (choice >= ready_.size()) return events_.happen();
    const auto [host, attached] = ready_[choice];
    host->turn(*attached);
}

bool SimulatedNetwork::run_until(const std::function<bool()>& done, Duration longest) {
    std::mutex unused;
    std::unique_lock lock(unused);
    std::condition_variable nobody;
    return world_.await(lock, nobody, done, longest);
}

}  // namespace zanni::broker
