#include "security/connection_watch.hpp"

#include <netdb.h>
#include <sys/socket.h>

#include <zmq.h>

namespace zanni::transport {

namespace {

/// In libzmq's own way.
std::string address_of_peer(int fd) {
    sockaddr_storage peer{};
    socklen_t size = sizeof peer;
    auto* const address = reinterpret_cast<sockaddr*>(&peer);
    char text[NI_MAXHOST];
    if (::getpeername(fd, address, &size) != 0) return {};
    return ::getnameinfo(address, size, text, sizeof text, nullptr, 0, NI_NUMERICHOST) == 0 ? text : "";
}

}  // namespace

ConnectionWatch::ConnectionWatch(Context& context, Socket& watched)
    : Monitor(context, watched,
              ZMQ_EVENT_ACCEPTED | ZMQ_EVENT_DISCONNECTED | ZMQ_EVENT_CONNECT_RETRIED | failed_handshakes) {}

std::optional<ConnectionEvent> ConnectionWatch::next() {
    using enum ConnectionEvent::Kind;
    const auto event = next_event();
    if (!event) return {};
    const int fd = static_cast<int>(event->value);
    if (event->number == ZMQ_EVENT_ACCEPTED) return ConnectionEvent{opened, fd, event->endpoint, address_of_peer(fd)};
    if (event->number == ZMQ_EVENT_DISCONNECTED) return ConnectionEvent{closed, fd, event->endpoint};
    if (event->number == ZMQ_EVENT_CONNECT_RETRIED) return ConnectionEvent{retried, -1, event->endpoint};
    return ConnectionEvent{failed, -1, event->endpoint};
}

}  // namespace zanni::transport
