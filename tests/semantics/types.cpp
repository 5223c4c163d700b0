#include "types.hpp"

#include "asking_actors.hpp"
#include "basic_actors.hpp"
#include "delivery_actors.hpp"
#include "dispatch_actors.hpp"
#include "failure_actors.hpp"
#include "helper_actors.hpp"
#include "puppet.hpp"
#include "status_actors.hpp"
#include "timer_actors.hpp"

namespace zanni::semantics {

namespace {

template <class... T>
void add_all(Registry& registry) {
    (registry.add<T>(), ...);
}

}  // namespace

void register_types(Registry& registry) {
    add_all<Adder, Counter, Mirror, Scribbler>(registry);
    add_all<Puppet, ThrowsInConstructor, NeedsOven, EarlyBird>(registry);
    add_all<Taker, PickyTaker, Door, Fragile, Holder, Echo, Consultant>(registry);
    add_all<Alarm, PipeReader, DropsNewest, DropsOldest, KeepsLatest, Producer, SlowConsumer>(registry);
    add_all<Worker, Mayfly, Idler, Novice>(registry);
    add_all<Juggler, Spokesman>(registry);
}

}  // namespace zanni::semantics
