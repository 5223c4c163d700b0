// zanni: this type can't be a message: a pointer means nothing in another process
#include <zanni/actor_system.hpp>

struct Ping {
    const char* text = nullptr;
};

void send(zanni::System& system) { system.tell(zanni::Address{}, Ping{}); }
