#pragma once

#include <expected>
#include <functional>
#include <optional>
#include <string>

#include "security/keys.hpp"
#include "socket.hpp"

namespace zanni::transport {

/// Who wants in, as libzmq asks (ZAP 1.0).
struct ZapRequest {
    std::string address;           ///< of the peer; empty for ipc
    std::optional<PublicKey> key;  ///< proven by CURVE; none: a socket without keys
};

/// Answers libzmq's question for every new connection of a context's sockets: who may come in, and under which name.
/// That name then comes with each of its frames (Frame::user). Nobody else in the process may be one.
/// Threads: as Socket.
/// Limits: a peer waits for its answer until its handshake time is over.
class ZapHandler final : public Socket {
public:
    enum class No {
        for_good,  ///< the peer hears it, and doesn't come again
        for_now,   ///< the peer hears nothing, and tries again
    };
    /// The name of whoever may come in.
    using Decide = std::function<std::expected<std::string, No>(const ZapRequest&)>;

    /// Errors: throws std::runtime_error when the context has one already.
    explicit ZapHandler(Context& context);

    /// All that has been asked.
    void answer(const Decide& decide);
};

}  // namespace zanni::transport
