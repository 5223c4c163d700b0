#pragma once

#include <expected>
#include <string>
#include <string_view>

#include <zanni/error.hpp>

namespace zanni::transport {

/// Where a broker listens, as people write it: "tcp://host:port" or "ipc:///path".
struct BusEndpoint {
    enum class Scheme { tcp, ipc };

    Scheme scheme = Scheme::tcp;
    std::string host;  ///< a name, an address, "*" when listening; for ipc the path
    std::string port;  ///< digits, or "*" when listening; empty for ipc

    std::string to_string() const;
    /// Reachable from this machine only.
    bool is_local() const;
};

/// Errors: Error::bad_input, with what was expected.
std::expected<BusEndpoint, Error> parse_bus_endpoint(std::string_view text);

/// The same with a host that the system could look up, as an address; libzmq would retry a wrong name forever.
/// Blocks: for the system's name service. Errors: Error::bad_input with the resolver's words.
std::expected<BusEndpoint, Error> resolve(const BusEndpoint& endpoint);

}  // namespace zanni::transport
