#pragma once

#include <optional>

#include "socket.hpp"

namespace zanni::transport {

/// How a connection ended before it began.
enum class HandshakeFailure {
    refused,     ///< the broker doesn't let this key in
    mismatch,    ///< one side has keys and the other doesn't, or it isn't ZeroMQ at all
    broken_off,  ///< without a word: another key than the broker's, a silent peer, a broken connection
};

/// For people, from the side that connects.
const char* explain(HandshakeFailure failure, bool with_keys);

/// What libzmq tells of a socket's failed handshakes, and nowhere else. Goes before the socket does.
/// Threads: those of the socket.
/// Limits: none: whoever has one takes all at each turn of its loop, and each failure costs its peer a connection.
class HandshakeWatch final : public Socket {
public:
    /// Errors: throws std::runtime_error.
    HandshakeWatch(Context& context, Socket& watched);
    ~HandshakeWatch();

    /// The next one; nothing when there is none.
    std::optional<HandshakeFailure> next();

private:
    Socket& watched_;
};

}  // namespace zanni::transport
