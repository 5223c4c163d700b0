// zanni: an actor type has a default constructor; what it needs comes in messages
#include <zanni/actor_system.hpp>

struct Ping {};

class Actor : public zanni::Actor {
public:
    explicit Actor(int number) : number_(number) {}
    void ping(const Ping&) { ++number_; }
    using Behavior = zanni::Behavior<&Actor::ping>;

private:
    int number_;
};

void create(zanni::System& system) { static_cast<void>(system.create<Actor>()); }
