#include "sockets.hpp"

#include <array>
#include <chrono>
#include <stdexcept>

namespace plain_zmq {

namespace {
constexpr int kernel_buffer_bytes = 256 * 1024;
}

zmq::socket_t open_socket(zmq::context_t& context, const SocketOptions& options) {
    zmq::socket_t socket(context, options.type);
    socket.set(zmq::sockopt::routing_id, zmq::buffer(&options.self, sizeof options.self));
    socket.set(zmq::sockopt::sndhwm, options.queue_frames_max);
    socket.set(zmq::sockopt::rcvhwm, options.queue_frames_max);
    socket.set(zmq::sockopt::sndbuf, kernel_buffer_bytes);
    socket.set(zmq::sockopt::rcvbuf, kernel_buffer_bytes);
    socket.set(zmq::sockopt::linger, 0);
    return socket;
}

void send_or_throw(zmq::socket_t& dealer, zmq::message_t frame) {
    if (!dealer.send(frame, zmq::send_flags::dontwait))
        throw std::runtime_error("a frame was refused: the queue is full");
}

bool wait_readable(zmq::socket_t& socket, int stop_fd) {
    std::array<zmq::pollitem_t, 2> items{{{socket.handle(), 0, ZMQ_POLLIN, 0}, {nullptr, stop_fd, ZMQ_POLLIN, 0}}};
    zmq::poll(items, std::chrono::milliseconds(-1));
    return items[1].revents == 0;
}

}  // namespace plain_zmq
