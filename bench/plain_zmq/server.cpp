#include <cstddef>
#include <stdexcept>
#include <utility>

#include "roles.hpp"
#include "sockets.hpp"

namespace plain_zmq {

namespace {

// In place: the ceiling owes nobody a second buffer.
void turn_pings_into_pongs(zmq::message_t& frame) {
    auto header = header_of(frame);
    std::swap(header.destination, header.source);
    auto* const begin = frame.data<std::byte>();
    store(begin, header);
    for (std::size_t at = sizeof header; at < frame.size();) {
        if (frame.size() - at < sizeof(RecordHeader)) throw std::runtime_error("a record without a header");
        auto record = load<RecordHeader>(begin + at);
        if (record.length > frame.size() - at - sizeof record)
            throw std::runtime_error("a record longer than its frame");
        std::swap(record.target, record.sender);
        store(begin + at, record);
        at += sizeof record + record.length;
    }
}

zmq::message_t greeting(const ServerRole& role) {
    FrameHeader header;
    header.destination = role.leader;
    header.source = role.self;
    return zmq::message_t(&header, sizeof header);
}

}  // namespace

void run(const ServerRole& role, const Parent& parent) {
    zmq::context_t context;
    auto dealer = open_socket(context, {zmq::socket_type::dealer, role.self, role.queue_frames_max});
    dealer.connect(role.endpoint);
    send_or_throw(dealer, greeting(role));

    zmq::message_t frame;
    while (wait_readable(dealer, parent.stop_fd)) {
        while (dealer.recv(frame, zmq::recv_flags::dontwait)) {
            turn_pings_into_pongs(frame);
            send_or_throw(dealer, std::move(frame));
        }
    }
}

}  // namespace plain_zmq
