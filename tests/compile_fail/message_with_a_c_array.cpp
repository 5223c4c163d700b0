// zanni: this type can't be a message: it holds a C array; use std::array
#include <zanni/actor_system.hpp>

struct Ping {
    int numbers[3] = {};
};

void send(zanni::System& system) { system.tell(zanni::Address{}, Ping{}); }
