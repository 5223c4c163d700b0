#include <zanni/simulated_convention.hpp>

#include <algorithm>
#include <limits>

#include "simulation/simulated_network.hpp"

namespace zanni {

namespace {

constexpr auto start_longest = std::chrono::seconds(10);

}  // namespace

SimulatedConvention::SimulatedConvention(const Options& options)
    : network_(std::make_unique<broker::SimulatedNetwork>(options)) {
    for (const auto& host : network_->hosts()) host->start_broker();
    const auto all_ready = [this] {
        return std::ranges::all_of(network_->hosts(), [](const auto& host) { return host->is_ready(); });
    };
    check(run_until(all_ready, start_longest), "all hosts start");
    run_for(std::chrono::milliseconds(500));  // and hear of each other
}

SimulatedConvention::~SimulatedConvention() = default;

std::uint64_t SimulatedConvention::seed() const { return network_->world().seed(); }
Duration SimulatedConvention::elapsed() const { return network_->world().clock().now() - TimePoint{}; }

// ---- Programs

System& SimulatedConvention::application(std::string_view host) {
    auto& process = network_->host(host).start_application();
    check(run_until([&] { return process.is_registered(); }, start_longest), "the application is registered");
    return process.system();
}

void SimulatedConvention::end_application(System& application) {
    auto& attached = network_->attached(application);
    attached.process->end_in_order();
    check(run_until([&] { return attached.is_gone; }, start_longest), "the application ends");
}

// ---- Running

bool SimulatedConvention::step() { return network_->world().step(); }
void SimulatedConvention::run_for(Duration time) { network_->world().run_for(time); }
bool SimulatedConvention::run_until(const std::function<bool()>& done, Duration longest) {
    return network_->run_until(done, longest);
}

// ---- Making things go wrong

void SimulatedConvention::later(Duration time, std::function<void()> what) { network_->in(time, std::move(what)); }

void SimulatedConvention::kill_actor_process(std::string_view host) {
    auto& where = network_->host(host);
    if (auto* const process = where.actor_process()) where.kill(*process);
}

void SimulatedConvention::kill_application(System& application) {
    auto& attached = network_->attached(application);
    for (const auto& host : network_->hosts())
        if (host->processes().contains(attached.process->number())) return host->kill(*attached.process);
}

void SimulatedConvention::kill_broker(std::string_view host) { network_->host(host).kill_broker(); }
void SimulatedConvention::start_broker(std::string_view host) { network_->host(host).start_broker(); }
bool SimulatedConvention::broker_lives(std::string_view host) const { return network_->host(host).lives(); }

bool SimulatedConvention::lives(const System& application) const { return !network_->attached(application).is_gone; }

void SimulatedConvention::kill_host(std::string_view host) {
    auto& where = network_->host(host);
    where.kill_broker();
    for (auto& [number, attached] : where.processes()) where.kill(*attached.process);
}

void SimulatedConvention::stop_actor_process(std::string_view host, bool stopped) {
    auto& where = network_->host(host);
    if (auto* const process = where.actor_process()) process->stop(stopped);
    where.look_at_cuts();
    network_->look_at_lanes();
}

void SimulatedConvention::stop_broker(std::string_view host, bool stopped) {
    network_->host(host).stop_broker(stopped);
}

void SimulatedConvention::cut(std::string_view from, std::string_view to) {
    network_->cut(from, to, true);
    network_->look_at_lanes();
}

void SimulatedConvention::heal(std::string_view from, std::string_view to) {
    network_->cut(from, to, false);
    network_->look_at_lanes();
}

void SimulatedConvention::heal() {
    for (const auto& host : network_->hosts()) {
        for (const bool up : {true, false}) host->cut_link(up, false);
        host->heal_links();
    }
    network_->look_at_lanes();
}

void SimulatedConvention::break_lanes(bool for_good) { network_->break_lanes(for_good); }

void SimulatedConvention::reset_link(std::string_view worker) { network_->host(worker).reset_link(); }

void SimulatedConvention::reset_link(std::string_view worker, std::string_view other) {
    auto& one = network_->host(worker);
    auto& two = network_->host(other);
    one.reset_link_to(two.id());
    two.reset_link_to(one.id());
}

void SimulatedConvention::set_link(std::string_view from, std::string_view to, const Link& link) {
    auto& source = network_->host(from);
    auto& target = network_->host(to);
    if (!source.leads() && !target.leads())
        source.set_link_to(target.id(), link);
    else
        (source.leads() ? target : source).set_link(!source.leads(), link);
    network_->look_at_lanes();
}

// ---- Checking

void SimulatedConvention::check(bool holds, std::string_view what) const {
    if (!holds) throw SimulationFailed(seed(), network_->world().report("doesn't hold: " + std::string(what)));
}

void SimulatedConvention::check_accounts() const {
    for (const auto& host : network_->hosts())
        for (auto& [number, attached] : host->processes()) {
            if (attached.is_gone) continue;
            const Accounts accounts = attached.process->system().accounts();
            const auto in_flight = attached.process->messages_in_flight();
            check(accounts.difference() == 0 && in_flight == 0,
                  "the accounts of process " + std::to_string(number) + " on " + host->name() + ": " +
                      std::to_string(accounts.difference()) + " messages have come to no end, " +
                      std::to_string(in_flight) + " are in flight");
        }
}

std::string SimulatedConvention::report() const { return network_->world().report({}); }
std::string SimulatedConvention::trace() const {
    return network_->world().trace_text(std::numeric_limits<std::size_t>::max());
}
std::uint64_t SimulatedConvention::trace_hash() const { return network_->world().trace().hash(); }
std::uint64_t SimulatedConvention::deliveries() const { return network_->world().trace().size(); }
std::uint64_t SimulatedConvention::news_frames() const {
    std::uint64_t frames = 0;
    for (const auto& host : network_->hosts()) frames += host->news_frames();
    return frames;
}
std::uint64_t SimulatedConvention::frames_by_lanes() const {
    std::uint64_t frames = 0;
    for (const auto& host : network_->hosts())
        for (const auto& [number, attached] : host->processes()) frames += attached.lanes->arrived();
    return frames;
}
std::string SimulatedConvention::name_of(const Address& address) const { return network_->world().name_of(address); }

}  // namespace zanni
