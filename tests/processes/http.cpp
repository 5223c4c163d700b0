#include "http.hpp"

#include <arpa/inet.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>

#include <catch2/catch.hpp>

namespace zanni::tests {

HttpAnswer http(const std::string& url, const std::string& method, const std::string& path, const std::string& headers,
                const std::string& body) {
    const auto colon = url.rfind(':');
    const int port = std::stoi(url.substr(colon + 1));
    const int socket = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    REQUIRE(socket >= 0);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(static_cast<std::uint16_t>(port));
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    REQUIRE(::connect(socket, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0);
    const bool names_host = headers.find("Host:") != std::string::npos;
    const std::string request = method + " " + path + " HTTP/1.1\r\n" +
                                (names_host ? "" : "Host: 127.0.0.1:" + std::to_string(port) + "\r\n") + headers +
                                "Content-Length: " + std::to_string(body.size()) + "\r\n\r\n" + body;
    REQUIRE(::send(socket, request.data(), request.size(), MSG_NOSIGNAL) == static_cast<ssize_t>(request.size()));
    std::string answer;
    std::array<char, 4096> some{};
    for (ssize_t read = 0; (read = ::recv(socket, some.data(), some.size(), 0)) > 0;)
        answer.append(some.data(), static_cast<std::size_t>(read));
    ::close(socket);
    REQUIRE(answer.starts_with("HTTP/1.1 "));
    const auto end = answer.find("\r\n\r\n");
    REQUIRE(end != std::string::npos);
    return {std::stoi(answer.substr(9, 3)), answer.substr(0, end), answer.substr(end + 4)};
}

}  // namespace zanni::tests
