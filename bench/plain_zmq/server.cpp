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

std::uint64_t records_in(const zmq::message_t& frame) {
    std::uint64_t records = 0;
    for (std::size_t at = sizeof(FrameHeader); at < frame.size(); ++records) {
        if (frame.size() - at < sizeof(RecordHeader)) throw std::runtime_error("a record without a header");
        at += sizeof(RecordHeader) + load<RecordHeader>(frame.data<std::byte>() + at).length;
    }
    return records;
}

zmq::message_t answer_to(zmq::message_t& frame, bool one_way) {
    if (!one_way) {
        turn_pings_into_pongs(frame);
        return std::move(frame);
    }
    auto header = header_of(frame);
    std::swap(header.destination, header.source);
    header.acknowledged = records_in(frame);
    return {&header, sizeof header};
}

/// One connection, to the requestor.
void run_alone(const ServerRole& role, const Parent& parent) {
    zmq::context_t context;
    auto router = open_socket(context, {zmq::socket_type::router, role.self, role.queue_frames_max});
    router.bind(role.endpoint);
    parent.report("listening");
    zmq::message_t sender, frame;
    while (wait_readable(router, parent.stop_fd)) {
        while (router.recv(sender, zmq::recv_flags::dontwait)) {
            if (!router.recv(frame, zmq::recv_flags::dontwait)) throw std::runtime_error("a sender without a frame");
            if (!router.send(sender, zmq::send_flags::sndmore | zmq::send_flags::dontwait))
                throw std::runtime_error("a frame was refused: the queue is full");
            send_or_throw(router, answer_to(frame, role.one_way));
        }
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
    if (role.leader == 0) return run_alone(role, parent);
    zmq::context_t context;
    auto dealer = open_socket(context, {zmq::socket_type::dealer, role.self, role.queue_frames_max});
    dealer.connect(role.endpoint);
    send_or_throw(dealer, greeting(role));

    zmq::message_t frame;
    while (wait_readable(dealer, parent.stop_fd)) {
        while (dealer.recv(frame, zmq::recv_flags::dontwait)) {
            send_or_throw(dealer, answer_to(frame, role.one_way));
        }
    }
}

}  // namespace plain_zmq
