#include "reachable_at.hpp"

#include "bus_endpoint.hpp"
#include "limits.hpp"

namespace zanni::broker {

std::vector<std::string> reachable_at(const std::vector<std::string>& bound,
                                      const std::optional<std::string>& own_address) {
    std::vector<std::string> endpoints;
    for (const auto& text : bound) {
        auto endpoint = transport::parse_bus_endpoint(text);
        if (!endpoint || endpoint->scheme != transport::BusEndpoint::Scheme::tcp) continue;
        if (endpoint->host == "0.0.0.0" || endpoint->host == "*" || endpoint->host == "[::]") {
            if (!own_address) continue;
            endpoint->host = *own_address;
        }
        if (endpoints.size() < endpoints_max) endpoints.push_back(endpoint->to_string());
    }
    return endpoints;
}

}  // namespace zanni::broker
