#include <catch2/catch.hpp>

#include <string>

#include "bus_endpoint.hpp"
#include "process_id.hpp"
#include "socket.hpp"

namespace zanni::transport {

namespace {

std::string error_of(const std::string& text) {
    const auto endpoint = parse_bus_endpoint(text);
    return endpoint ? "accepted" : endpoint.error().to_string();
}

bool is_local(const std::string& text) { return parse_bus_endpoint(text).value().is_local(); }

}  // namespace

TEST_CASE("an endpoint is written as it was read", "[endpoint]") {
    for (const std::string text : {"tcp://leader:1900", "tcp://10.0.0.7:0", "tcp://*:65535", "tcp://127.0.0.1:*",
                                   "tcp://[::1]:1900", "ipc:///run/zanni/broker", "ipc://relative", "ipc://@abstract"})
        CHECK(parse_bus_endpoint(text).value().to_string() == text);
}

TEST_CASE("an endpoint has a scheme, a host and a port", "[endpoint]") {
    const auto tcp = parse_bus_endpoint("tcp://leader:1900").value();
    const auto ipc = parse_bus_endpoint("ipc:///run/zanni/broker").value();

    CHECK(tcp.scheme == BusEndpoint::Scheme::tcp);
    CHECK(tcp.host == "leader");
    CHECK(tcp.port == "1900");
    CHECK(ipc.scheme == BusEndpoint::Scheme::ipc);
    CHECK(ipc.host == "/run/zanni/broker");
    CHECK(ipc.port.empty());
}

TEST_CASE("an endpoint that can't be read says what was expected", "[endpoint]") {
    CHECK(error_of("") == "bad_input: '' is no endpoint: expected tcp://HOST:PORT or ipc://PATH");
    CHECK(error_of("leader:1900") == "bad_input: 'leader:1900' is no endpoint: expected tcp://HOST:PORT or ipc://PATH");
    CHECK(error_of("udp://leader:1900") ==
          "bad_input: 'udp://leader:1900' is no endpoint: expected tcp://HOST:PORT or ipc://PATH");
    CHECK(error_of("tcp://") == "bad_input: 'tcp://' is no endpoint: expected tcp://HOST:PORT");
    CHECK(error_of("tcp://leader") == "bad_input: 'tcp://leader' is no endpoint: expected tcp://HOST:PORT");
    CHECK(error_of("tcp://:1900") == "bad_input: 'tcp://:1900' is no endpoint: expected tcp://HOST:PORT");
    CHECK(error_of("tcp://leader:") == "bad_input: 'tcp://leader:' is no endpoint: '' is no port (0 to 65535)");
    CHECK(error_of("tcp://leader:65536") ==
          "bad_input: 'tcp://leader:65536' is no endpoint: '65536' is no port (0 to 65535)");
    CHECK(error_of("tcp://leader:-1") == "bad_input: 'tcp://leader:-1' is no endpoint: '-1' is no port (0 to 65535)");
    CHECK(error_of("tcp://leader:19x") ==
          "bad_input: 'tcp://leader:19x' is no endpoint: '19x' is no port (0 to 65535)");
    CHECK(error_of("tcp://leader:99999999999") ==
          "bad_input: 'tcp://leader:99999999999' is no endpoint: '99999999999' is no port (0 to 65535)");
    CHECK(error_of("ipc://") == "bad_input: 'ipc://' is no endpoint: a path follows ipc://");
    CHECK(error_of("ipc://" + std::string(108, 'p')) ==
          "bad_input: 'ipc://" + std::string(108, 'p') + "' is no endpoint: the path is longer than 107 bytes");
    CHECK(error_of("ipc://" + std::string(107, 'p')) == "accepted");
}

TEST_CASE("only endpoints of this machine are local", "[endpoint]") {
    CHECK(is_local("ipc:///run/zanni/broker"));
    CHECK(is_local("tcp://localhost:1900"));
    CHECK(is_local("tcp://127.0.0.1:1900"));
    CHECK(is_local("tcp://127.8.9.1:1900"));
    CHECK(is_local("tcp://[::1]:1900"));
    CHECK_FALSE(is_local("tcp://*:1900"));
    CHECK_FALSE(is_local("tcp://0.0.0.0:1900"));
    CHECK_FALSE(is_local("tcp://10.0.0.7:1900"));
    CHECK_FALSE(is_local("tcp://leader:1900"));
    CHECK_FALSE(is_local("tcp://127.example.com:1900"));
    CHECK_FALSE(is_local("tcp://128.0.0.1:1900"));
}

TEST_CASE("a host is resolved to its address, and an address to itself", "[endpoint]") {
    const auto resolved = [](const std::string& text) {
        return resolve(parse_bus_endpoint(text).value()).value().to_string();
    };

    CHECK(resolved("tcp://127.0.0.1:1900") == "tcp://127.0.0.1:1900");
    CHECK(resolved("tcp://localhost:1900") == "tcp://127.0.0.1:1900");
    CHECK(resolved("tcp://[::1]:1900") == "tcp://[::1]:1900");
    CHECK(resolved("ipc:///run/zanni/broker") == "ipc:///run/zanni/broker");
}

TEST_CASE("a host that nobody can look up is an error with its name", "[endpoint]") {
    const auto resolved = resolve(parse_bus_endpoint("tcp://no such host:1900").value());

    REQUIRE_FALSE(resolved);
    CHECK(resolved.error().code == Error::bad_input);
    CHECK(resolved.error().context.starts_with("host 'no such host': "));
}

TEST_CASE("a process id is its host and its number", "[process]") {
    constexpr std::uint64_t process = process_id(0xa1b2c3d4, 7);

    CHECK(process == 0xa1b2c3d4'00000007);
    CHECK(host_of(process) == 0xa1b2c3d4);
    CHECK(number_of(process) == 7);
    CHECK(process_of(routing_id(process)) == process);
    CHECK(std::to_integer<int>(routing_id(process)[0]) == 0xa1);
    CHECK(std::to_integer<int>(routing_id(process)[7]) == 7);
}

TEST_CASE("a host id never begins with a zero byte, which ZeroMQ keeps for itself", "[process]") {
    CHECK(is_host_id(0x01000000));
    CHECK(is_host_id(0xffffffff));
    CHECK_FALSE(is_host_id(0x00ffffff));
    CHECK_FALSE(is_host_id(0));
}

TEST_CASE("a broker's connections to its leader have numbers of their own", "[process]") {
    CHECK(is_link(process_id(0xa1000001, 0xffff0000)));
    CHECK(is_link(process_id(0xa1000001, 0xffffffff)));
    CHECK_FALSE(is_link(process_id(0xa1000001, 0xfffeffff)));
    CHECK_FALSE(is_link(process_id(0xffffffff, 1)));
}

TEST_CASE("a peer names a process only when it chose its own id", "[process]") {
    Peer chosen_by_libzmq;
    chosen_by_libzmq.size = Peer::chosen_bytes;
    chosen_by_libzmq.bytes[4] = std::byte{1};

    CHECK(Peer(0xa1000001'00000007).process() == 0xa1000001'00000007);
    CHECK(chosen_by_libzmq.process() == 0);
    CHECK(Peer{}.process() == 0);
}

}  // namespace zanni::transport
