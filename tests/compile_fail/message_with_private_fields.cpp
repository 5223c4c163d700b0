// zanni: this type can't be a message: no plain struct, it must offer static auto fields(auto& self)
#include <zanni/actor_system.hpp>

class Ping {
public:
    int number() const { return number_; }

private:
    int number_ = 0;
};

void send(zanni::System& system) { system.tell(zanni::Address{}, Ping{}); }
