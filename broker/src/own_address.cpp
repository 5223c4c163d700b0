#include "own_address.hpp"

#include <arpa/inet.h>
#include <sys/socket.h>
#include <unistd.h>

#include "bus_endpoint.hpp"

namespace zanni::broker {

namespace {

/// To connect a UDP socket sends nothing, but has the kernel choose the way.
std::optional<in_addr> chosen_source(const in_addr& destination) {
    const int udp = ::socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    if (udp < 0) return std::nullopt;
    sockaddr_in there{};
    there.sin_family = AF_INET;
    there.sin_port = htons(9);  // any
    there.sin_addr = destination;
    sockaddr_in here{};
    socklen_t size = sizeof here;
    const bool is_known = ::connect(udp, reinterpret_cast<const sockaddr*>(&there), sizeof there) == 0 &&
                          ::getsockname(udp, reinterpret_cast<sockaddr*>(&here), &size) == 0;
    ::close(udp);
    return is_known ? std::optional(here.sin_addr) : std::nullopt;
}

}  // namespace

std::optional<std::string> own_address_towards(const std::string& endpoint) {
    const auto parsed = transport::parse_bus_endpoint(endpoint);
    in_addr destination{};
    if (!parsed || ::inet_pton(AF_INET, parsed->host.c_str(), &destination) != 1) return std::nullopt;
    const auto source = chosen_source(destination);
    if (!source) return std::nullopt;
    char text[INET_ADDRSTRLEN] = "";
    ::inet_ntop(AF_INET, &*source, text, sizeof text);
    return text;
}

}  // namespace zanni::broker
