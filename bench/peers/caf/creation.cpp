// How many CAF actors a second are created, get a first message, answer it and end, one after the other?

#include "bench.hpp"

namespace {

using namespace peer;

caf::behavior child(caf::event_based_actor* self) {
    return {[=](hello) {
        self->quit();
        return hello::value;
    }};
}

struct Parent {
    std::uint64_t left = 0;
    caf::actor asker;
};

caf::behavior parent(caf::stateful_actor<Parent>* self) {
    const auto next = [=] { self->send(self->spawn<caf::monitored>(child), hello::value); };
    self->set_down_handler([=](caf::down_msg&) {
        if (--self->state.left == 0)
            self->send(self->state.asker, done::value);
        else
            next();
    });
    return {
        [=](hello) {},
        [=](go, std::uint64_t count, const caf::actor& asker) {
            self->state = {count, asker};
            next();
        },
    };
}

void caf_main(caf::actor_system& system, const Config& config) {
    caf::scoped_actor self(system);
    const auto one = system.spawn(parent);
    rate("create, first message, exit, in sequence", config.count, [&](std::uint64_t count) {
        self->send(one, go::value, count, caf::actor(self));
        gather(self, 1);
    });
    self->send_exit(one, caf::exit_reason::kill);
}

}  // namespace

CAF_MAIN()
