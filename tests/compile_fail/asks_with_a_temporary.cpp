// zanni: g++ 12 would destroy this message twice: give it a name before the co_await
#include <string>

#include <zanni/actor_system.hpp>

struct Ask {
    std::string text;
};
struct Go {};

class Asker : public zanni::Actor {
public:
    zanni::Task<> go(const Go&, const zanni::Address& sender) {
        co_await ask<Go>(sender, Ask{"are you there?"}, std::chrono::seconds(1));
    }
    using Behavior = zanni::Behavior<&Asker::go>;
};

void create(zanni::System& system) { static_cast<void>(system.create<Asker>()); }
