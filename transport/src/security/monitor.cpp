#include "security/monitor.hpp"

#include <atomic>
#include <cstring>
#include <stdexcept>
#include <string>

#include <zmq.h>

namespace zanni::transport {

namespace {

/// Another each time: libzmq's threads free one a while after its monitor has ended, and a new socket may lie where the
/// old one did.
std::string free_place() {
    static std::atomic<std::uint64_t> last{0};
    return "inproc://monitor-" + std::to_string(++last);
}

}  // namespace

constinit const int Monitor::failed_handshakes =
    ZMQ_EVENT_HANDSHAKE_FAILED_AUTH | ZMQ_EVENT_HANDSHAKE_FAILED_PROTOCOL | ZMQ_EVENT_HANDSHAKE_FAILED_NO_DETAIL;

Monitor::Monitor(Context& context, Socket& watched, int events)
    : Socket(context, ZMQ_PAIR), watched_(watched), events_(events) {
    // Else libzmq's thread waits for room, and with it whoever ends the monitor.
    set(ZMQ_RCVHWM, 0);
    const std::string place = free_place();
    if (zmq_socket_monitor(watched.handle(), place.c_str(), events) != 0)
        throw std::runtime_error(std::string("can't watch connections: ") + zmq_strerror(zmq_errno()));
    connect(place);
}

Monitor::~Monitor() { zmq_socket_monitor(watched_.handle(), nullptr, 0); }

std::optional<Monitor::Event> Monitor::next_event() {
    Frame part;
    if (!receive_part(part)) return {};
    Frame endpoint;
    while (more() && receive_part(endpoint)) {
    }
    Event event;
    const auto bytes = part.bytes();
    if (bytes.size() < sizeof event.number + sizeof event.value) return {};
    std::memcpy(&event.number, bytes.data(), sizeof event.number);
    std::memcpy(&event.value, bytes.data() + sizeof event.number, sizeof event.value);
    if ((event.number & events_) == 0) return {};  // the monitor ends
    event.endpoint.assign(reinterpret_cast<const char*>(endpoint.bytes().data()), endpoint.bytes().size());
    return event;
}

}  // namespace zanni::transport
