#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "socket.hpp"

namespace zanni::transport {

/// What libzmq tells of a socket's connections, and nowhere else. A socket has one at most. Goes before the socket
/// does. Threads: those of the socket. Limits: none: whoever has one takes all at each turn of its loop, and each event
/// costs a peer something.
class Monitor : public Socket {
protected:
    struct Event {
        std::uint16_t number = 0;
        std::uint32_t value = 0;
        std::string endpoint{};
    };

    static const int failed_handshakes;  ///< all events that say so

    /// Errors: throws std::runtime_error.
    Monitor(Context& context, Socket& watched, int events);
    ~Monitor();

    /// The next one of those asked for; nothing when there is none.
    std::optional<Event> next_event();

private:
    Socket& watched_;
    const int events_;
};

}  // namespace zanni::transport
