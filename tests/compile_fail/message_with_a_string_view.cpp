// zanni: this type can't be a message: it holds a string_view; use std::string
#include <zanni/actor_system.hpp>

struct Ping {
    std::string_view text;
};

void send(zanni::System& system) { system.tell(zanni::Address{}, Ping{}); }
