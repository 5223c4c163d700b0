// zanni: `mailbox` of an actor type is `static constexpr zanni::MailboxLimit`
#include <zanni/actor_system.hpp>

struct Ping {};

class Actor : public zanni::Actor {
public:
    static constexpr int mailbox = 100;
    void ping(const Ping&) {}
    using Behavior = zanni::Behavior<&Actor::ping>;
};

void create(zanni::System& system) { static_cast<void>(system.create<Actor>()); }
