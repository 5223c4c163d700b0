#pragma once

#include <cstdint>
#include <memory>

#include <zanni/actor_system.hpp>

#include "runtime/engine.hpp"
#include "runtime/runtime.hpp"

namespace zanni::detail {

/// What stands behind a System: an engine, the runtime it runs, and the ways in and out. Put together here, taken apart
/// in the reverse order by whoever derives from it.
class Base {
public:
    struct Parts {
        const Clock& clock;
        Random& random;
        const Registry* registry = nullptr;
        Gateway* gateway = nullptr;
        Capabilities capabilities;
        Carrier* carrier = nullptr;
        Observer* observer = nullptr;
        Duration tell_longest = std::chrono::seconds(10);
    };

    Base(Engine& engine, Parts parts);
    virtual ~Base() = default;

    Runtime& runtime() { return runtime_; }
    PrivateEndpoint make_endpoint() { return {*this, runtime_.make_endpoint()}; }
    /// Creates a top-level actor and waits on the endpoint until it runs.
    std::expected<Address, Error> create(PrivateEndpoint& endpoint, const ActorType* type, std::string_view name,
                                         const CreateOptions& options);
    std::expected<Address, Error> find(PrivateEndpoint& endpoint, std::string_view name, Duration longest);
    /// True for an endpoint whose system is gone.
    static bool is_abandoned(const PrivateEndpoint& endpoint) { return endpoint.endpoint_->abandoned(); }
    std::uint64_t serial() const { return serial_; }
    /// Sends when the target has room. What it has none for, after `longest`, becomes a dead letter; false then.
    bool send_from_outside(EnvelopePtr envelope, Duration longest);
    Duration tell_longest() const { return tell_longest_; }

private:
    static const Registry& empty_registry();
    std::expected<Address, Error> try_create(PrivateEndpoint& endpoint, const ActorType* type, std::string_view name,
                                             const CreateOptions& options, Duration longest);

    const Duration tell_longest_;
    const std::uint64_t serial_;  // tells systems of one process apart, also dead ones
    Runtime runtime_;
};

}  // namespace zanni::detail
