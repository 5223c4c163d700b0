// How many messages a second does one CAF actor send another: one way, and to and fro?

#include "bench.hpp"

namespace {

using namespace peer;

struct Sink {
    caf::actor from, asker;
};

caf::behavior sink(caf::stateful_actor<Sink>* self) {
    return {
        [=](go, const caf::actor& from, const caf::actor& asker) {
            self->state = {from, asker};
        },
        [=](drop, std::uint64_t left) {
            if (left == 0) self->send(self->state.asker, done::value);
        },
        [=](ping, std::uint64_t left) { self->send(self->state.from, pong::value, left); },
    };
}

struct Source {
    caf::actor to, asker;
    std::uint64_t left = 0;
};

caf::behavior source(caf::stateful_actor<Source>* self) {
    return {
        [=](go, const caf::actor& to, std::uint64_t count, const caf::actor& asker) {
            self->state = {to, asker, count};
            self->send(self, portion::value);
        },
        [=](portion) {
            auto& state = self->state;
            for (int i = 0; i < 1'000 && state.left > 0; ++i) self->send(state.to, drop::value, --state.left);
            if (state.left > 0) self->send(self, portion::value);
        },
        [=](ping, const caf::actor& to, std::uint64_t count, const caf::actor& asker) {
            self->state = {to, asker, count};
            self->send(to, ping::value, count);
        },
        [=](pong, std::uint64_t left) {
            if (left == 0)
                self->send(self->state.asker, done::value);
            else
                self->send(self->state.to, ping::value, left - 1);
        },
    };
}

void caf_main(caf::actor_system& system, const Config& config) {
    caf::scoped_actor self(system);
    const auto from = system.spawn(source);
    const auto to = system.spawn(sink);
    self->send(to, go::value, from, caf::actor(self));
    rate("one way, messages", config.count, [&](std::uint64_t count) {
        self->send(from, go::value, to, count, caf::actor(self));
        gather(self, 1);
    });
    rate("to and fro, round trips", config.count, [&](std::uint64_t count) {
        self->send(from, ping::value, to, count, caf::actor(self));
        gather(self, 1);
    });
    self->send_exit(from, caf::exit_reason::kill);
    self->send_exit(to, caf::exit_reason::kill);
}

}  // namespace

CAF_MAIN()
