#pragma once

#include <zmq.hpp>

#include "wire.hpp"

namespace plain_zmq {

/// A socket with the settings that every role shares. The context must outlive it.
/// Limits: queue_frames_max is the high-water mark of both directions.
struct SocketOptions {
    zmq::socket_type type;
    ProcessId self;
    int queue_frames_max;
};
zmq::socket_t open_socket(zmq::context_t& context, const SocketOptions& options);

/// Errors: throws where ZeroMQ would have dropped or held the frame back: a benchmark must not lose in silence.
/// Blocks: never.
void send_or_throw(zmq::socket_t& dealer, zmq::message_t frame);

/// Blocks: until the socket can be read (true) or the parent has ended the run (false).
bool wait_readable(zmq::socket_t& socket, int stop_fd);

}  // namespace plain_zmq
