#include <string>

#include <zanni/actor.hpp>
#include <zanni/module.hpp>

namespace baker {

class Baker : public zanni::Actor {
public:
    std::string bake(const std::string& flour) { return flour + " bread"; }
    using Behavior = zanni::Behavior<&Baker::bake>;
};

class Miller : public Baker {
public:
    static zanni::Requirements requirements() { return {{"Mill", true}}; }
};

}  // namespace baker

ZANNI_MODULE(registry) {
    registry.add<baker::Baker>();
    registry.add<baker::Miller>();
}
