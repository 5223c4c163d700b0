#include "endpoint_flags.hpp"

#include "bus_endpoint.hpp"
#include "command.hpp"

namespace zanni::cli {

std::string checked_join(const std::string& text) {
    const auto endpoint = transport::parse_bus_endpoint(text);
    if (!endpoint) throw CannotStart("--join " + endpoint.error().context);
    if (endpoint->host == "*" || endpoint->port == "*" || endpoint->port == "0")
        throw CannotStart("--join " + text + ": the host and the port where a broker listens are needed");
    const auto resolved = transport::resolve(*endpoint);
    if (!resolved) throw CannotStart("--join " + text + ": " + resolved.error().context);
    return resolved->to_string();
}

void check_listen(const std::string& text, bool insecure) {
    const auto endpoint = transport::parse_bus_endpoint(text);
    if (!endpoint) throw CannotStart("--listen " + endpoint.error().context);
    if (endpoint->is_local() || insecure) return;
    throw CannotStart("--listen " + text +
                      ": refused, as anybody on the network could use this host; there are no keys. " +
                      "Listen on 127.0.0.1, or say --insecure on a network that you trust");
}

}  // namespace zanni::cli
