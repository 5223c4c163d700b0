#pragma once

#include <algorithm>
#include <optional>
#include <set>
#include <vector>

#include <zanni/gateway.hpp>

#include "runtime/actor_id.hpp"
#include "runtime/runtime.hpp"
#include "scheduling/stepper.hpp"

/// A stepped process of a convention whose other members a test plays by hand.
namespace zanni::test {

inline constexpr std::uint64_t own_process = 0x0000000100000001;
inline constexpr std::uint64_t far_process = 0x0000000200000001;
inline constexpr std::uint32_t far_host = 2;

/// Keeps what is posted; places where the test says.
class FakeGateway final : public Gateway {
public:
    void open(Inbox&, const Registry&) override {}
    void close() override {}
    std::uint64_t process() const override { return own_process; }
    Capabilities capabilities() const override { return offers; }
    Way post(EnvelopePtr envelope) override {
        const std::uint64_t process = detail::parts_of(envelope->target).process;
        posted.push_back(std::move(envelope));
        return post_says.value_or(way_to(process));
    }
    Way way_to(std::uint64_t process) override { return congested.contains(process) ? Way::congested : Way::free; }
    std::expected<std::uint64_t, Error> place(std::string_view, const Requirements&) override { return placement; }
    void announce_dead_letter_handlers(std::vector<Address> own) override { announced = std::move(own); }
    std::expected<void, Error> update_capability(const std::string& key,
                                                 const std::optional<CapabilityValue>& value) override {
        updated.emplace_back(key, value);
        return {};
    }
    bool serve() override { return false; }
    void wait(Duration) override {}
    void wake() override {}

    Capabilities offers;
    std::expected<std::uint64_t, Error> placement = far_process;
    std::vector<EnvelopePtr> posted;
    std::optional<Way> post_says;       ///< instead of what way_to() would
    std::set<std::uint64_t> congested;  ///< processes, the ways to which are
    std::vector<std::pair<std::string, std::optional<CapabilityValue>>> updated;
    std::vector<Address> announced;  ///< as handling dead letters
};

struct Process {
    detail::Runtime& operator*() { return runtime; }
    detail::Runtime* operator->() { return &runtime; }

    void run() {
        while (stepper.step()) {
        }
    }

    /// Creates a top-level actor here, and starts it.
    template <class T>
    Address create() {
        const Address created = runtime.create({&actor_type<T>(), actor_type<T>().name, {}, {}, {}});
        run();
        return created;
    }

    /// From an actor of the far process, through the gateway.
    template <class M>
    void deliver(const Address& target, M&& message, const Address& sender = {}) {
        runtime.deliver(make_envelope(target, sender, std::forward<M>(message)));
        run();
    }

    /// From nobody in particular, in this process.
    template <class M>
    void send(const Address& target, M&& message, const Address& sender = {}) {
        runtime.send(make_envelope(target, sender, std::forward<M>(message)));
        run();
    }

    /// The messages of type M that were posted, in order.
    template <class M>
    std::vector<M> posted() {
        std::vector<M> found;
        for (const auto& envelope : gateway.posted)
            if (const M* message = envelope->template get<M>()) found.push_back(*message);
        return found;
    }

    bool all_accounted_for() const { return runtime.accounts().difference() == 0; }

    ManualClock clock;
    SeededRandom random{1};
    Registry registry;
    FakeGateway gateway;
    detail::Stepper stepper{clock};
    detail::Runtime runtime{{stepper, clock, random, registry, &gateway, {}, own_process}};

    Process() { stepper.start(runtime); }
};

}  // namespace zanni::test
