// How many hops a second does one token make round a ring of 1,000 CAF actors?

#include "bench.hpp"

namespace {

using namespace peer;

caf::behavior node(caf::stateful_actor<caf::actor>* self) {
    return {
        [=](ping, std::uint64_t left, const caf::actor& asker) {
            if (left == 0)
                self->send(asker, done::value);
            else
                self->send(self->state, ping::value, left - 1, asker);
        },
        [=](go, const caf::actor& next) { self->state = next; },
    };
}

void caf_main(caf::actor_system& system, const Config& config) {
    caf::scoped_actor self(system);
    std::vector<caf::actor> nodes;
    for (int i = 0; i < 1'000; ++i) nodes.push_back(system.spawn(node));
    for (std::size_t i = 0; i < nodes.size(); ++i) self->send(nodes[i], go::value, nodes[(i + 1) % nodes.size()]);
    rate("ring of 1,000, hops", config.count, [&](std::uint64_t count) {
        self->send(nodes[0], ping::value, count, caf::actor(self));
        gather(self, 1);
    });
    for (const auto& one : nodes) self->send_exit(one, caf::exit_reason::kill);
}

}  // namespace

CAF_MAIN()
