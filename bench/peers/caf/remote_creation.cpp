// How many CAF actors a second are created in another process and answer a first message: all at once, and one by one?
// By messages to the middleman, as actor_system::remote_spawn would block for each.

#include "between.hpp"

namespace {

using namespace peer;

struct Parent {
    caf::node_id node;
    std::uint64_t left = 0, awaited = 0;
    caf::actor asker;
};

caf::behavior parent(caf::stateful_actor<Parent>* self, const caf::node_id& node) {
    const auto next = [=] {
        if (self->state.left == 0) return;
        --self->state.left;
        self->request(self->system().middleman().actor_handle(), std::chrono::seconds(30), caf::spawn_atom::value, node,
                      std::string("child"), caf::make_message(), std::set<std::string>{})
            .then([=](const caf::strong_actor_ptr& child) {
                self->send(caf::actor_cast<caf::actor>(child), hello::value);
            });
    };
    return {
        [=](go, std::uint64_t count, std::uint64_t at_once, const caf::actor& asker) {
            self->state.left = self->state.awaited = count;
            self->state.asker = asker;
            for (std::uint64_t i = 0; i < at_once; ++i) next();
        },
        [=](hello) {
            if (--self->state.awaited == 0) return self->send(self->state.asker, done::value);
            next();
        },
    };
}

void caf_main(caf::actor_system& system, const Config& config) {
    const auto node = system.middleman().connect("127.0.0.1", ports_of(config).at(0));
    if (!node) throw std::runtime_error("no server");
    const auto one = system.spawn(parent, *node);
    caf::scoped_actor self(system);
    const auto bear = [&](std::uint64_t count, std::uint64_t at_once) {
        self->send(one, go::value, count, at_once, caf::actor(self));
        self->receive([](done) {});
    };
    const auto measure = [&](const char* what, std::uint64_t count, std::uint64_t at_once) {
        bear(count / 10 + 1, at_once);
        begin();
        const auto began = Clock::now();
        bear(count, at_once);
        const double took = seconds_since(began);
        end();
        report(what, static_cast<double>(count) / took, "1/s");
    };
    measure("remote creations, 1,000 at once", config.count, 1'000);
    measure("remote creations, one by one", config.count / 10, 1);
    leave();
}

}  // namespace

CAF_MAIN(caf::io::middleman)
