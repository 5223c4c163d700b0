#include "security/handshake_watch.hpp"

#include <atomic>
#include <cstdint>
#include <cstring>
#include <stdexcept>
#include <string>

#include <zmq.h>

namespace zanni::transport {

namespace {

constexpr int failures =
    ZMQ_EVENT_HANDSHAKE_FAILED_AUTH | ZMQ_EVENT_HANDSHAKE_FAILED_PROTOCOL | ZMQ_EVENT_HANDSHAKE_FAILED_NO_DETAIL;

/// Another each time: libzmq's threads free one a while after its watch has ended, and a new socket may lie where the
/// old one did.
std::string free_place() {
    static std::atomic<std::uint64_t> last{0};
    return "inproc://handshakes-" + std::to_string(++last);
}

HandshakeFailure failure_of(std::uint16_t event, std::uint32_t detail) {
    if (event == ZMQ_EVENT_HANDSHAKE_FAILED_AUTH) return HandshakeFailure::refused;
    // A key that isn't the other side's shows as bytes that can't be decrypted.
    const bool undecipherable = detail == ZMQ_PROTOCOL_ERROR_ZMTP_CRYPTOGRAPHIC;
    if (event == ZMQ_EVENT_HANDSHAKE_FAILED_PROTOCOL && !undecipherable) return HandshakeFailure::mismatch;
    return HandshakeFailure::broken_off;
}

}  // namespace

const char* explain(HandshakeFailure failure, bool with_keys) {
    switch (failure) {
        case HandshakeFailure::refused:
            return "the broker does not let this key in: it is unknown there, revoked, or its token is spent";
        case HandshakeFailure::mismatch:
            return with_keys ? "this broker has no keys, or is none: say --keys none to speak to it all the same"
                             : "this broker lets nobody in without a key: 'zanni keys' says how to get one";
        case HandshakeFailure::broken_off:
            break;
    }
    return with_keys ? "the broker broke off the handshake: its key is not the one that is pinned here, or it has none"
                     : "the broker broke off the handshake: this one lets nobody in without a key, as it seems "
                       "('zanni keys' says how to get one)";
}

HandshakeWatch::HandshakeWatch(Context& context, Socket& watched) : Socket(context, ZMQ_PAIR), watched_(watched) {
    // Else libzmq's thread waits for room, and with it whoever ends the watch.
    set(ZMQ_RCVHWM, 0);
    const std::string place = free_place();
    if (zmq_socket_monitor(watched.handle(), place.c_str(), failures) != 0)
        throw std::runtime_error(std::string("can't watch handshakes: ") + zmq_strerror(zmq_errno()));
    connect(place);
}

HandshakeWatch::~HandshakeWatch() { zmq_socket_monitor(watched_.handle(), nullptr, 0); }

std::optional<HandshakeFailure> HandshakeWatch::next() {
    Frame event;
    if (!receive_part(event)) return {};
    Frame endpoint;
    while (more() && receive_part(endpoint)) {
    }
    std::uint16_t number = 0;
    std::uint32_t detail = 0;
    const auto bytes = event.bytes();
    if (bytes.size() < sizeof number + sizeof detail) return {};
    std::memcpy(&number, bytes.data(), sizeof number);
    std::memcpy(&detail, bytes.data() + sizeof number, sizeof detail);
    if ((number & failures) == 0) return {};  // the watch ends
    return failure_of(number, detail);
}

}  // namespace zanni::transport
