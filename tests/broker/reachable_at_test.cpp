#include <catch2/catch.hpp>

#include <string>
#include <vector>

#include "own_address.hpp"
#include "reachable_at.hpp"

namespace zanni::broker {

using Endpoints = std::vector<std::string>;

TEST_CASE("a host can be reached at the tcp endpoints on which it listens", "[links]") {
    const Endpoints bound{"ipc:///run/host/bus", "tcp://127.0.0.1:4711", "tcp://10.0.0.7:1900"};

    CHECK(reachable_at(bound, "10.9.9.9") == Endpoints{"tcp://127.0.0.1:4711", "tcp://10.0.0.7:1900"});
}

TEST_CASE("a host that listens on all addresses is reached by the one towards its leader", "[links]") {
    const Endpoints bound{"tcp://0.0.0.0:1900", "tcp://[::]:1901"};

    CHECK(reachable_at(bound, "10.9.9.9") == Endpoints{"tcp://10.9.9.9:1900", "tcp://10.9.9.9:1901"});
    CHECK(reachable_at(bound, std::nullopt).empty());
}

TEST_CASE("towards an address of this machine its own address is that", "[links]") {
    CHECK(own_address_towards("tcp://127.0.0.1:1900") == "127.0.0.1");
    CHECK_FALSE(own_address_towards("ipc:///run/host/bus"));
    CHECK_FALSE(own_address_towards("tcp://no-such-name:1900"));
    CHECK_FALSE(own_address_towards("nonsense"));
}

}  // namespace zanni::broker
