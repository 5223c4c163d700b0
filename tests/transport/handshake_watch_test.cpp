#include <catch2/catch.hpp>

#include <optional>

#include "process_id.hpp"
#include "security/handshake_watch.hpp"
#include "socket.hpp"

namespace zanni::transport {

TEST_CASE("a socket that takes the place of another can be watched at once", "[security]") {
    Context context;
    std::optional<Dealer> dealer;
    std::optional<HandshakeWatch> watch;
    for (int times = 0; times < 50; ++times) {
        watch.reset();
        dealer.reset();
        dealer.emplace(context, routing_id(process_id(0xa1000001, 1)));
        REQUIRE_NOTHROW(watch.emplace(context, *dealer));
    }
}

}  // namespace zanni::transport
