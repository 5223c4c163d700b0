#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <cstring>
#include <string>

#include <catch2/catch.hpp>

#include "convention.hpp"

/// What a host tells systemd, which this test plays.
namespace zanni::tests {

namespace {

/// The datagram socket of a service manager, in a folder of its own, and the environment that names it.
class ServiceManager {
public:
    ServiceManager() : socket_(::socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0)) {
        const std::string path = (folder_.path() / "notify").string();
        sockaddr_un address{};
        address.sun_family = AF_UNIX;
        REQUIRE(path.size() < sizeof address.sun_path);
        std::strcpy(address.sun_path, path.c_str());
        REQUIRE(::bind(socket_, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0);
        ::setenv("NOTIFY_SOCKET", path.c_str(), 1);
        ::setenv("WATCHDOG_USEC", "200000", 1);
    }
    ~ServiceManager() {
        ::unsetenv("NOTIFY_SOCKET");
        ::unsetenv("WATCHDOG_USEC");
        ::close(socket_);
    }
    ServiceManager(const ServiceManager&) = delete;
    ServiceManager& operator=(const ServiceManager&) = delete;

    /// The next message with this in it; what comes before it is dropped.
    std::string await(const std::string& word) {
        std::string text;
        eventually("the host says " + word, [&] {
            text = next();
            return contains(text, word);
        });
        return text;
    }

private:
    std::string next() {
        pollfd item{socket_, POLLIN, 0};
        if (::poll(&item, 1, 100) != 1) return {};
        char text[4096];
        const auto size = ::recv(socket_, text, sizeof text, 0);
        return {text, size > 0 ? static_cast<std::size_t>(size) : 0};
    }

    Folder folder_;
    int socket_;
};

}  // namespace

TEST_CASE("a host tells systemd how it starts, that it is ready, that it lives, and that it ends") {
    ServiceManager systemd;
    Convention convention;

    convention.start_leader();

    CHECK(contains(systemd.await("STATUS=starting"), "starting"));
    CHECK(contains(systemd.await("READY=1"), "STATUS=leads its convention"));
    for (int i = 0; i < 3; ++i) CHECK(systemd.await("WATCHDOG=1") == "WATCHDOG=1");
    convention.host("leader").signal(SIGTERM);
    CHECK(contains(systemd.await("STOPPING=1"), "ending in order"));
    CHECK(convention.host("leader").wait().code == 0);
    convention.nothing_is_left();
}

}  // namespace zanni::tests
