// zanni: a message with a message_base needs a message_name of its own, as it inherits its base's
#include <zanni/actor_system.hpp>

struct Shape {
    static constexpr auto message_name = "Shape";
    int colour = 0;
};
struct Circle : Shape {
    double radius = 0;
    using message_base = Shape;
    static auto fields(auto& self) { return std::tie(self.colour, self.radius); }
};

void send(zanni::System& system) { system.tell(zanni::Address{}, Circle{}); }
