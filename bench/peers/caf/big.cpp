// How many pings a second do N CAF actors make, each with one outstanding, to a target that a generator draws?

#include "bench.hpp"

namespace {

using namespace peer;

std::vector<caf::actor> members;  // complete before the first ping

struct Member {
    std::uint32_t seed = 0;
    std::uint64_t left = 0;
    caf::actor asker;
};

caf::behavior member(caf::stateful_actor<Member>* self, std::uint32_t seed) {
    self->state.seed = seed;
    const auto next = [=] {
        auto& state = self->state;
        state.seed = state.seed * 1664525 + 1013904223;
        self->send(members[(state.seed >> 16) % members.size()], ping::value);
    };
    return {
        [=](ping) { return pong::value; },
        [=](pong) {
            if (self->state.left <= 1) return self->send(self->state.asker, done::value);
            --self->state.left;
            next();
        },
        [=](go, std::uint64_t count, const caf::actor& asker) {
            self->state.left = count;
            self->state.asker = asker;
            next();
        },
    };
}

void caf_main(caf::actor_system& system, const Config& config) {
    caf::scoped_actor self(system);
    for (std::uint64_t i = 0; i < config.actors; ++i)
        members.push_back(system.spawn(member, static_cast<std::uint32_t>(i + 1)));
    rate("big, pings", config.count, [&](std::uint64_t count) {
        for (const auto& one : members) self->send(one, go::value, count / config.actors, caf::actor(self));
        gather(self, config.actors);
    });
    for (const auto& one : members) self->send_exit(one, caf::exit_reason::kill);
    members.clear();
}

}  // namespace

CAF_MAIN()
