#include "observer/web/http_post.hpp"

#include <civetweb.h>

#include <array>
#include <charconv>
#include <memory>
#include <optional>
#include <string_view>

namespace zanni::broker {

namespace {

constexpr std::string_view scheme = "http://";
constexpr int answer_longest_ms = 10'000;

struct Url {
    std::string host;
    int port = 80;
    std::string path = "/";
};

std::optional<Url> parsed(std::string_view text) {
    if (!text.starts_with(scheme)) return std::nullopt;
    text.remove_prefix(scheme.size());
    Url url;
    const auto slash = text.find('/');
    if (slash != std::string_view::npos) url.path = text.substr(slash);
    std::string_view authority = text.substr(0, slash);
    const auto bracket = authority.rfind(']');  // of an IPv6 address
    const auto colon = authority.rfind(':');
    if (colon != std::string_view::npos && (bracket == std::string_view::npos || colon > bracket)) {
        const std::string_view port = authority.substr(colon + 1);
        const auto [end, error] = std::from_chars(port.data(), port.data() + port.size(), url.port);
        if (error != std::errc{} || end != port.data() + port.size() || url.port < 1 || url.port > 65535)
            return std::nullopt;
        authority = authority.substr(0, colon);
    }
    url.host = authority;
    const bool is_sound = !url.host.empty() && text.find_first_of(" \r\n\t") == std::string_view::npos;
    return is_sound ? std::optional(url) : std::nullopt;
}

struct Close {
    void operator()(mg_connection* connection) const { mg_close_connection(connection); }
};

}  // namespace

std::expected<void, std::string> post_json(const std::string& text, const std::string& body) {
    const auto failed = [&](const std::string& why) { return std::unexpected(text + ": " + why); };
    const auto url = parsed(text);
    if (!url) return failed("expected an address such as http://127.0.0.1:4318/v1/traces");
    std::array<char, 256> error{};
    const std::unique_ptr<mg_connection, Close> connection(
        mg_connect_client(url->host.c_str(), url->port, 0, error.data(), error.size()));
    if (!connection) return failed(error.data());
    const std::string head = "POST " + url->path + " HTTP/1.1\r\nHost: " + url->host + ":" + std::to_string(url->port) +
                             "\r\nContent-Type: application/json\r\nContent-Length: " + std::to_string(body.size()) +
                             "\r\nConnection: close\r\n\r\n";
    const std::string request = head + body;
    if (mg_write(connection.get(), request.data(), request.size()) != static_cast<int>(request.size()))
        return failed("the connection broke");
    if (mg_get_response(connection.get(), error.data(), error.size(), answer_longest_ms) < 0)
        return failed(error[0] ? error.data() : "no answer");
    const int status = mg_get_response_info(connection.get())->status_code;
    if (status < 200 || status > 299) return failed("the answer is " + std::to_string(status));
    return {};
}

}  // namespace zanni::broker
