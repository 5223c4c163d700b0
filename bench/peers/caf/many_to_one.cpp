// How many messages a second does one CAF actor take from 100 or 1,000 others?

#include "bench.hpp"

namespace {

using namespace peer;

struct Sink {
    std::uint64_t left = 0;
    caf::actor asker;
};

caf::behavior sink(caf::stateful_actor<Sink>* self) {
    return {
        [=](go, std::uint64_t count, const caf::actor& asker) {
            self->state = {count, asker};
        },
        [=](drop, std::uint64_t) {
            if (--self->state.left == 0) self->send(self->state.asker, done::value);
        },
    };
}

// Few at a time, as all of them share the workers.
caf::behavior sender(caf::stateful_actor<std::uint64_t>* self, const caf::actor& to) {
    return {
        [=](go, std::uint64_t count) {
            self->state = count;
            self->send(self, portion::value);
        },
        [=](portion) {
            for (int i = 0; i < 100 && self->state > 0; ++i) self->send(to, drop::value, --self->state);
            if (self->state > 0) self->send(self, portion::value);
        },
    };
}

void caf_main(caf::actor_system& system, const Config& config) {
    caf::scoped_actor self(system);
    const auto to = system.spawn(sink);
    std::vector<caf::actor> senders;
    for (std::uint64_t i = 0; i < config.actors; ++i) senders.push_back(system.spawn(sender, to));
    rate("many to one, messages", config.count, [&](std::uint64_t count) {
        const auto each = count / config.actors;
        self->send(to, go::value, each * config.actors, caf::actor(self));
        for (const auto& from : senders) self->send(from, go::value, each);
        gather(self, 1);
    });
    for (const auto& from : senders) self->send_exit(from, caf::exit_reason::kill);
    self->send_exit(to, caf::exit_reason::kill);
}

}  // namespace

CAF_MAIN()
