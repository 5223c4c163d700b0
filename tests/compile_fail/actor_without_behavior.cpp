// zanni: an actor type says `using Behavior = zanni::Behavior<&T::handler...>;`, in public
#include <zanni/actor_system.hpp>

class Actor : public zanni::Actor {};

void create(zanni::System& system) { static_cast<void>(system.create<Actor>()); }
