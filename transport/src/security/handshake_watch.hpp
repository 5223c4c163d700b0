#pragma once

#include <optional>

#include "security/monitor.hpp"

namespace zanni::transport {

/// How a connection ended before it began.
enum class HandshakeFailure {
    refused,     ///< the broker doesn't let this key in
    mismatch,    ///< one side has keys and the other doesn't, or it isn't ZeroMQ at all
    broken_off,  ///< without a word: another key than the broker's, a silent peer, a broken connection
};

/// For people, from the side that connects.
const char* explain(HandshakeFailure failure, bool with_keys);

/// A socket's failed handshakes, for the side that connects.
class HandshakeWatch final : public Monitor {
public:
    /// Errors: throws std::runtime_error.
    HandshakeWatch(Context& context, Socket& watched);

    /// The next one; nothing when there is none.
    std::optional<HandshakeFailure> next();
};

}  // namespace zanni::transport
