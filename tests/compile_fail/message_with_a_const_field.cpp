// zanni: this type can't be a message: a const field can't be read back
#include <zanni/actor_system.hpp>

struct Ping {
    const int number = 1;
};

void send(zanni::System& system) { system.tell(zanni::Address{}, Ping{}); }
