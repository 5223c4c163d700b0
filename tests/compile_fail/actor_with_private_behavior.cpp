// zanni: an actor type says `using Behavior = zanni::Behavior<&T::handler...>;`, in public
#include <zanni/actor_system.hpp>

struct Ping {};

class Actor : public zanni::Actor {
    void ping(const Ping&) {}
    using Behavior = zanni::Behavior<&Actor::ping>;
};

void create(zanni::System& system) { static_cast<void>(system.create<Actor>()); }
