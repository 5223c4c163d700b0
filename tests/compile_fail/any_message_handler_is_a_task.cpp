// zanni: a handler of AnyMessage can't be a Task
#include <zanni/actor_system.hpp>

class Actor : public zanni::Actor {
public:
    zanni::Task<> any(const zanni::AnyMessage&) { co_return; }
    using Behavior = zanni::Behavior<&Actor::any>;
};

void create(zanni::System& system) { static_cast<void>(system.create<Actor>()); }
