// The other end of CAF's benchmarks: answers pings and counts what floods it, like the actors of bench/between/.
// Prints its port, and ends by a signal.

#include "between.hpp"

namespace {

using namespace peer;

caf::behavior echo(caf::event_based_actor* self) {
    return {[=](ping, const caf::actor& from, std::uint64_t number, std::int64_t sent_ns) {
        self->send(from, pong::value, number, sent_ns);
    }};
}

struct Counted {
    caf::actor asker;
    std::uint64_t expected = 0, every = 0, count = 0;
};

caf::behavior sink(caf::stateful_actor<Counted>* self) {
    const auto counted = [=] {
        auto& state = self->state;
        ++state.count;
        if (state.every && state.count % state.every == 0) self->send(state.asker, acknowledged::value, state.every);
        if (state.count == state.expected) self->send(state.asker, done::value);
    };
    return {
        [=](load, std::uint64_t, std::uint64_t) { counted(); },
        [=](load, const std::string&) { counted(); },
        [=](expect, const caf::actor& asker, std::uint64_t count, std::uint64_t every) {
            self->state = {asker, count, every, 0};
        },
    };
}

caf::behavior hub(caf::event_based_actor* self) {
    const auto echoing = self->spawn(echo);
    const auto counting = self->spawn(sink);
    return {[=](go) { return std::make_tuple(echoing, counting, static_cast<std::int32_t>(::getpid())); }};
}

caf::behavior child(caf::event_based_actor* self) {
    return {[=](hello) {
        self->quit();
        return hello::value;
    }};
}

}  // namespace

int main(int argc, char** argv) {
    Config config;
    config.add_actor_type("child", child);
    if (config.parse(argc, argv)) return 2;
    caf::actor_system system(config);
    const auto port = system.middleman().publish(system.spawn(hub), 0, "127.0.0.1");
    if (!port) return 1;
    std::printf("%d\n", *port);
    std::fflush(stdout);
    ::pause();
}
