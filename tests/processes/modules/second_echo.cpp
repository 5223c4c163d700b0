#include <zanni/zanni.hpp>

namespace {

// Another actor type under a name that the echo module has, too.
struct SecondEcho : zanni::Actor {
    static constexpr auto actor_name = "echo.EchoServer";
    void hear(const std::string&) {}
    using Behavior = zanni::Behavior<&SecondEcho::hear>;
};

}  // namespace

ZANNI_MODULE(registry) { registry.add<SecondEcho>(); }
