// zanni: an actor type derives publicly from zanni::Actor
#include <zanni/actor_system.hpp>

struct Ping {};

class Actor {
public:
    void ping(const Ping&) {}
    using Behavior = zanni::Behavior<&Actor::ping>;
};

void create(zanni::System& system) { static_cast<void>(system.create<Actor>()); }
