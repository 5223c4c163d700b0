#include "endpoint_flags.hpp"

#include "bus_endpoint.hpp"
#include "command.hpp"
#include "limits.hpp"
#include "security/key_folder.hpp"

namespace zanni::cli {

std::string checked_join(const std::string& text, const std::string& flag) {
    const auto endpoint = transport::parse_bus_endpoint(text);
    if (!endpoint) throw CannotStart(flag + " " + endpoint.error().context);
    if (endpoint->host == "*" || endpoint->port == "*" || endpoint->port == "0")
        throw CannotStart(flag + " " + text + ": the host and the port where a broker listens are needed");
    const auto resolved = transport::resolve(*endpoint);
    if (!resolved) throw CannotStart(flag + " " + text + ": " + resolved.error().context);
    return resolved->to_string();
}

void check_listen(const std::string& text, Listener listener, const std::string& flag) {
    const auto endpoint = transport::parse_bus_endpoint(text);
    if (!endpoint) throw CannotStart(flag + " " + endpoint.error().context);
    if (endpoint->is_local() || listener != Listener::without_keys) return;
    throw CannotStart(flag + " " + text +
                      ": refused, as anybody on the network could use this host; there are no keys. " +
                      "Make some with 'zanni keys init', listen on 127.0.0.1, or say --insecure on a network that you "
                      "trust");
}

void add_keys_flag(CLI::App& command, std::string& keys) {
    command.add_option("--keys", keys,
                       "folder of the convention's keys, or none (default: ~/.config/zanni/keys, if it is there)");
}

std::optional<std::filesystem::path> key_folder(const std::string& keys) try {
    return transport::find_key_folder(keys);
} catch (const std::exception& error) {
    throw CannotStart(std::string("--keys ") + error.what());
}

void check_advertise(const std::vector<std::string>& texts) {
    if (texts.size() > broker::endpoints_max)
        throw CannotStart("--advertise: " + std::to_string(texts.size()) + " endpoints, the limit is " +
                          std::to_string(broker::endpoints_max));
    for (const auto& text : texts) {
        const auto endpoint = transport::parse_bus_endpoint(text);
        if (!endpoint) throw CannotStart("--advertise " + endpoint.error().context);
        const bool is_concrete = endpoint->host != "*" && endpoint->port != "*" && endpoint->port != "0";
        if (endpoint->scheme != transport::BusEndpoint::Scheme::tcp || !is_concrete)
            throw CannotStart("--advertise " + text + ": expected tcp://HOST:PORT by which other hosts reach this one");
    }
}

}  // namespace zanni::cli
