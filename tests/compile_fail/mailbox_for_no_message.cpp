// zanni: a mailbox limit is from 1 to 60,000 messages
#include <zanni/actor_system.hpp>

struct Ping {};

class Actor : public zanni::Actor {
public:
    static constexpr zanni::MailboxLimit mailbox{.messages_max = 0};
    void ping(const Ping&) {}
    using Behavior = zanni::Behavior<&Actor::ping>;
};

void create(zanni::System& system) { static_cast<void>(system.create<Actor>()); }
