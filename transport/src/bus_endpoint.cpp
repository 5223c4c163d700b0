#include "bus_endpoint.hpp"

#include <arpa/inet.h>
#include <netdb.h>
#include <sys/un.h>

#include <charconv>
#include <memory>

namespace zanni::transport {

namespace {

constexpr std::size_t ipc_path_bytes_max = sizeof(sockaddr_un::sun_path) - 1;

std::unexpected<Error> bad_endpoint(std::string_view text, const std::string& why) {
    return std::unexpected(Error{Error::bad_input, "'" + std::string(text) + "' is no endpoint: " + why});
}

bool is_port(std::string_view text) {
    unsigned port = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), port);
    return text == "*" || (error == std::errc{} && end == text.data() + text.size() && port <= 65'535);
}

}  // namespace

std::string BusEndpoint::to_string() const {
    return scheme == Scheme::ipc ? "ipc://" + host : "tcp://" + host + ":" + port;
}

bool BusEndpoint::is_local() const {
    in_addr address{};
    const bool is_loopback = ::inet_pton(AF_INET, host.c_str(), &address) == 1 && ntohl(address.s_addr) >> 24 == 127;
    return scheme == Scheme::ipc || host == "localhost" || host == "[::1]" || is_loopback;
}

std::expected<BusEndpoint, Error> parse_bus_endpoint(std::string_view text) {
    constexpr std::string_view tcp = "tcp://";
    constexpr std::string_view ipc = "ipc://";
    if (text.starts_with(ipc)) {
        const auto path = text.substr(ipc.size());
        if (path.empty()) return bad_endpoint(text, "a path follows ipc://");
        if (path.size() > ipc_path_bytes_max)
            return bad_endpoint(text, "the path is longer than " + std::to_string(ipc_path_bytes_max) + " bytes");
        return BusEndpoint{BusEndpoint::Scheme::ipc, std::string(path), {}};
    }
    if (!text.starts_with(tcp)) return bad_endpoint(text, "expected tcp://HOST:PORT or ipc://PATH");
    const auto rest = text.substr(tcp.size());
    const auto colon = rest.rfind(':');
    if (colon == std::string_view::npos || colon == 0) return bad_endpoint(text, "expected tcp://HOST:PORT");
    const auto port = rest.substr(colon + 1);
    if (!is_port(port)) return bad_endpoint(text, "'" + std::string(port) + "' is no port (0 to 65535)");
    return BusEndpoint{BusEndpoint::Scheme::tcp, std::string(rest.substr(0, colon)), std::string(port)};
}

std::expected<BusEndpoint, Error> resolve(const BusEndpoint& endpoint) {
    if (endpoint.scheme == BusEndpoint::Scheme::ipc || endpoint.host.starts_with('[')) return endpoint;
    addrinfo hints{};
    hints.ai_family = AF_INET;
    hints.ai_socktype = SOCK_STREAM;
    addrinfo* found = nullptr;
    if (const int error = ::getaddrinfo(endpoint.host.c_str(), nullptr, &hints, &found); error != 0)
        return std::unexpected(Error{Error::bad_input, "host '" + endpoint.host + "': " + ::gai_strerror(error)});
    const std::unique_ptr<addrinfo, decltype(&::freeaddrinfo)> owner(found, &::freeaddrinfo);
    char text[INET_ADDRSTRLEN] = "";
    ::inet_ntop(AF_INET, &reinterpret_cast<const sockaddr_in*>(found->ai_addr)->sin_addr, text, sizeof text);
    return BusEndpoint{BusEndpoint::Scheme::tcp, text, endpoint.port};
}

}  // namespace zanni::transport
