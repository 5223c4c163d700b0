// How many bytes does an idle CAF actor take, when a million of them have handled one message each?

#include <malloc.h>
#include <unistd.h>

#include <fstream>

#include "bench.hpp"

namespace {

using namespace peer;

caf::behavior infant(caf::event_based_actor*) {
    return {[](hello) { return hello::value; }};
}

struct Nursery {
    std::uint64_t awaited = 0;
    caf::actor asker;
    std::vector<caf::actor> infants;
};

caf::behavior nursery(caf::stateful_actor<Nursery>* self) {
    return {
        [=](go, std::uint64_t count, const caf::actor& asker) {
            self->state.awaited = count;
            self->state.asker = asker;
            for (std::uint64_t i = 0; i < count; ++i) {
                self->state.infants.push_back(self->spawn(infant));
                self->send(self->state.infants.back(), hello::value);
            }
        },
        [=](hello) {
            if (--self->state.awaited == 0) self->send(self->state.asker, done::value);
        },
    };
}

double resident_bytes() {
    ::malloc_trim(0);
    std::ifstream statm("/proc/self/statm");
    double total = 0;
    double resident = 0;
    statm >> total >> resident;
    return resident * static_cast<double>(::sysconf(_SC_PAGESIZE));
}

void caf_main(caf::actor_system& system, const Config& config) {
    caf::scoped_actor self(system);
    const auto one = system.spawn(nursery);
    const double before = resident_bytes();
    self->send(one, go::value, config.count, caf::actor(self));
    gather(self, 1);
    report("bytes per idle actor", (resident_bytes() - before) / static_cast<double>(config.count), "B");
    std::fflush(stdout);
    ::_exit(0);  // what ending a million takes is no matter here
}

}  // namespace

CAF_MAIN()
