// zanni: this type can't be a message: with over 16 fields it must offer static auto fields(auto& self)
#include <zanni/actor_system.hpp>

struct Ping {
    int a = 0, b = 0, c = 0, d = 0, e = 0, f = 0, g = 0, h = 0, i = 0;
    int j = 0, k = 0, l = 0, m = 0, n = 0, o = 0, p = 0, q = 0;
};

void send(zanni::System& system) { system.tell(zanni::Address{}, Ping{}); }
