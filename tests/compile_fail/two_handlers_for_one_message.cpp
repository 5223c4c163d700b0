// zanni: two handlers of this Behavior take the same message type
#include <zanni/actor_system.hpp>

struct Ping {};

class Actor : public zanni::Actor {
public:
    void one(const Ping&) {}
    void other(Ping) {}
    using Behavior = zanni::Behavior<&Actor::one, &Actor::other>;
};

void create(zanni::System& system) { static_cast<void>(system.create<Actor>()); }
