// zanni: a handler takes its message as (M) or (const M&)
#include <zanni/actor_system.hpp>

struct Ping {};

class Actor : public zanni::Actor {
public:
    void ping(Ping&) {}
    using Behavior = zanni::Behavior<&Actor::ping>;
};

void create(zanni::System& system) { static_cast<void>(system.create<Actor>()); }
