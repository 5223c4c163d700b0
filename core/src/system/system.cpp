#include <zanni/actor_system.hpp>

#include <algorithm>
#include <map>

#include "system/base.hpp"

namespace zanni {

namespace {

/// The calling thread's endpoints, by the serial number of their system.
thread_local std::map<std::uint64_t, PrivateEndpoint> endpoints;

}  // namespace

// ---- The caller's side

Address PrivateEndpoint::address() const { return endpoint_->address(); }

void PrivateEndpoint::tell_envelope(EnvelopePtr envelope) {
    base_->send_from_outside(std::move(envelope), base_->tell_longest());
}

std::expected<EnvelopePtr, Error> PrivateEndpoint::ask_envelope(EnvelopePtr envelope, Duration longest) {
    envelope->sender = endpoint_->begin_ask(envelope->target);
    const TimePoint began = base_->runtime().now();
    base_->send_from_outside(std::move(envelope), longest);
    return endpoint_->await_answer(base_->runtime().engine(),
                                   std::max(longest - (base_->runtime().now() - began), Duration::zero()));
}

std::expected<EnvelopePtr, Error> PrivateEndpoint::listen_envelope(Duration longest) {
    return endpoint_->await_any(base_->runtime().engine(), longest);
}

// ---- What all systems share

System::System(std::unique_ptr<detail::Base> base) : base_(std::move(base)) {}
System::~System() = default;

PrivateEndpoint System::private_endpoint() { return base_->make_endpoint(); }

PrivateEndpoint& System::endpoint_of_this_thread() {
    const auto found = endpoints.find(base_->serial());
    if (found != endpoints.end()) return found->second;
    std::erase_if(endpoints, [](const auto& entry) { return detail::Base::is_abandoned(entry.second); });
    return endpoints.emplace(base_->serial(), private_endpoint()).first->second;
}

Created System::create(const ActorType* type, std::string_view name, const CreateOptions& options) {
    return base_->create(endpoint_of_this_thread(), type, name, options);
}

void System::tell_envelope(EnvelopePtr envelope) {
    base_->send_from_outside(std::move(envelope), base_->tell_longest());
}

std::expected<Address, Error> System::find(std::string_view name, Duration longest) {
    return base_->find(endpoint_of_this_thread(), name, longest);
}

std::expected<void, Error> System::update_capability(const std::string& key,
                                                     const std::optional<CapabilityValue>& value) {
    return base_->runtime().update_capability(key, value);
}

void System::request_lane(const Address& address) { base_->runtime().request_lane(address); }

bool System::shut_down(Duration longest) { return base_->runtime().end_all(longest); }

void System::set_trace_ratio(double ratio) { base_->runtime().set_trace_ratio(ratio); }

Spans System::spans(std::uint64_t after) { return base_->runtime().spans(after); }

SystemCounters System::counters() const {
    const auto& counters = base_->runtime().counters();
    using detail::Counters;
    SystemCounters counts;
    counts.delivered = counters.of(Counters::delivered);  // ends before beginnings
    counts.unhandled = counters.of(Counters::unhandled);
    counts.dead_letters = counters.dead_letters();
    counts.posted = counters.of(Counters::posted);
    counts.slow_handlers = counters.of(Counters::slow_handlers);
    counts.received = counters.of(Counters::received);
    counts.sent = counters.of(Counters::sent);
    return counts;
}

Accounts System::accounts() const { return base_->runtime().accounts(); }

std::uint64_t System::actor_count() const { return base_->runtime().actor_count(); }

}  // namespace zanni
