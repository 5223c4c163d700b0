#include <zanni/actor_system.hpp>

#include <algorithm>
#include <thread>

#include <zanni/assert.hpp>

#include "log.hpp"
#include "scheduling/worker_pool.hpp"
#include "system/base.hpp"

namespace zanni {

namespace {

constexpr auto destructor_patience = std::chrono::seconds(5);
constexpr unsigned default_workers_max = 4;

unsigned worker_count(unsigned wanted) {
    return wanted ? wanted : std::clamp(std::thread::hardware_concurrency(), 1U, default_workers_max);
}

/// Declared in the order of making; taken apart in the reverse.
struct Threads {
    Threads(const ActorSystem::Options& options, std::unique_ptr<Gateway> way_out)
        : gateway(std::move(way_out)), pool(worker_count(options.workers), options.slow_handler) {}

    SystemClock clock;
    SystemRandom random;
    std::unique_ptr<Gateway> gateway;
    detail::WorkerPool pool;
};

class ThreadedBase final : private Threads, public detail::Base {
public:
    ThreadedBase(std::unique_ptr<Gateway> way_out, ActorSystem::Options options)
        : Threads(options, std::move(way_out)),
          Base(pool, {clock, random, options.registry, gateway.get(), std::move(options.capabilities), nullptr, nullptr,
                      options.tell_longest}) {
        static const Registry empty;
        if (options.trace_ratio > 0) runtime().set_trace_ratio(options.trace_ratio);
        if (gateway) gateway->open(runtime(), options.registry ? *options.registry : empty);
        pool.start(runtime(), gateway.get());
    }

    ~ThreadedBase() override {
        ZANNI_ASSERT(!detail::current_cell(), "a handler destroyed the system that runs it");
        if (!runtime().end_all(destructor_patience))
            log::warn("the system ends though " + std::to_string(runtime().actor_count()) + " actors have not");
        pool.stop();
        if (gateway) gateway->close();
    }
};

}  // namespace

ActorSystem::ActorSystem() : ActorSystem(nullptr, Options{}) {}
ActorSystem::ActorSystem(Options options) : ActorSystem(nullptr, std::move(options)) {}
ActorSystem::ActorSystem(std::unique_ptr<Gateway> gateway) : ActorSystem(std::move(gateway), Options{}) {}
ActorSystem::ActorSystem(std::unique_ptr<Gateway> gateway, Options options)
    : System(std::make_unique<ThreadedBase>(std::move(gateway), std::move(options))) {}

bool ActorSystem::await_shut_down(Duration longest) { return base().runtime().await_shut_down(longest); }

}  // namespace zanni
