#pragma once

#include <optional>
#include <string>

#include "security/monitor.hpp"

namespace zanni::transport {

struct ConnectionEvent {
    enum class Kind {
        opened,
        closed,
        failed,   ///< its handshake did; it is closed too
        retried,  ///< one that this side had made is to be made again
    };

    Kind kind;
    int fd = -1;             ///< of those opened and closed; a closed one's may be another's by now
    std::string endpoint{};  ///< to which this side has connected, or its own
    std::string address{};   ///< of the peer of one opened, as the ZapHandler names it; empty when it is gone already
};

/// A listening socket's connections as they come and go. One that asks the ZapHandler has been told of here before.
class ConnectionWatch final : public Monitor {
public:
    /// Errors: throws std::runtime_error.
    ConnectionWatch(Context& context, Socket& watched);

    /// The next event; nothing when there is none.
    std::optional<ConnectionEvent> next();
};

}  // namespace zanni::transport
