#include <zanni/actor.hpp>
#include <zanni/module.hpp>

namespace twin {

class Twin : public zanni::Actor {
public:
    void number(const int&) {}
    using Behavior = zanni::Behavior<&Twin::number>;
};

}  // namespace twin

ZANNI_MODULE(registry) {
    registry.add<twin::Twin>();
    registry.add<twin::Twin>();
}
