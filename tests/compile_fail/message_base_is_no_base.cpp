// zanni: message_base of a message is a struct that it derives from
#include <zanni/actor_system.hpp>

struct Shape {
    int colour = 0;
};
struct Circle {
    static constexpr auto message_name = "Circle";
    int colour = 0;
    using message_base = Shape;
};

void send(zanni::System& system) { system.tell(zanni::Address{}, Circle{}); }
