// How many messages a second, or megabytes, does one CAF actor send to one of another process?

#include "between.hpp"

namespace {

using namespace peer;

double seconds(caf::actor_system& system, const caf::actor& sink, std::uint64_t count, std::uint64_t bytes) {
    caf::scoped_actor self(system);
    const std::string payload(bytes, 'x');
    const auto began = Clock::now();
    self->send(sink, expect::value, caf::actor(self), count, std::uint64_t{0});
    for (std::uint64_t i = 0; i < count; ++i) {
        if (bytes <= 16)
            self->send(sink, load::value, i, count);
        else
            self->send(sink, load::value, payload);
    }
    self->receive([](done) {});
    return seconds_since(began);
}

void caf_main(caf::actor_system& system, const Config& config) {
    const Server server = connect(system, ports_of(config).at(0));
    seconds(system, server.sink, config.count / 10 + 1, config.bytes);
    begin();
    const double took = seconds(system, server.sink, config.count, config.bytes);
    end();
    report_one_way(config.count, config.bytes, took);
    leave();
}

}  // namespace

CAF_MAIN(caf::io::middleman)
