#include "security/handshake_watch.hpp"

#include <cstdint>

#include <zmq.h>

namespace zanni::transport {

namespace {

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
    return with_keys
               ? "the broker broke off the handshake: its key is not the one that is pinned here, or it has none, "
                 "or this machine has too many connections to it"
               : "the broker broke off the handshake: this one lets nobody in without a key, as it seems "
                 "('zanni keys' says how to get one), or this machine has too many connections to it";
}

HandshakeWatch::HandshakeWatch(Context& context, Socket& watched) : Monitor(context, watched, failed_handshakes) {}

std::optional<HandshakeFailure> HandshakeWatch::next() {
    const auto event = next_event();
    return event ? std::optional(failure_of(event->number, event->value)) : std::nullopt;
}

}  // namespace zanni::transport
