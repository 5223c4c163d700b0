// zanni: a handler is a member function of one of the shapes R (const M&), R (M), R (const M&, const Address&), R (M,
// const Address&)
#include <zanni/actor_system.hpp>

struct Ping {};
struct Pong {};

class Actor : public zanni::Actor {
public:
    void both(const Ping&, const Pong&) {}
    using Behavior = zanni::Behavior<&Actor::both>;
};

void create(zanni::System& system) { static_cast<void>(system.create<Actor>()); }
