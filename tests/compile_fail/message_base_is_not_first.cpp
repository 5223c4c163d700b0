// zanni: the fields of a message with a message_base begin with the fields of that base
#include <zanni/actor_system.hpp>

struct Shape {
    int colour = 0;
};
struct Circle : Shape {
    static constexpr auto message_name = "Circle";
    double radius = 0;
    using message_base = Shape;
    static auto fields(auto& self) { return std::tie(self.radius, self.colour); }
};

void send(zanni::System& system) { system.tell(zanni::Address{}, Circle{}); }
