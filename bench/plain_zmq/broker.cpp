#include <array>
#include <chrono>
#include <optional>
#include <stdexcept>
#include <string>
#include <utility>

#include "roles.hpp"
#include "sockets.hpp"

namespace plain_zmq {

namespace {

/// One host's router. Threads: one.
class Broker {
public:
    Broker(const BrokerRole& role, const Parent& parent) : host_(role.host), parent_(parent) {
        router_ = open_socket(context_, {zmq::socket_type::router, broker_of(host_), role.queue_frames_max});
        router_.set(zmq::sockopt::router_mandatory, true);
        router_.bind(role.local_endpoint);
        if (role.leader_endpoint.empty()) {
            router_.bind("tcp://127.0.0.1:*");
        } else {
            uplink_ = open_socket(context_, {zmq::socket_type::dealer, broker_of(host_), role.queue_frames_max});
            uplink_->connect(role.leader_endpoint);
        }
        parent_.report(router_.get(zmq::sockopt::last_endpoint));
    }

    void forward_until_stopped() {
        std::array<zmq::pollitem_t, 3> items{{{nullptr, parent_.stop_fd, ZMQ_POLLIN, 0},
                                              {router_.handle(), 0, ZMQ_POLLIN, 0},
                                              {uplink_ ? uplink_->handle() : nullptr, 0, ZMQ_POLLIN, 0}}};
        const std::size_t polled = uplink_ ? 3 : 2;
        while (true) {
            zmq::poll(items.data(), polled, std::chrono::milliseconds(-1));
            if (items[0].revents != 0) return;
            if (items[1].revents != 0) drain_router();
            if (items[2].revents != 0) drain_uplink();
        }
    }

private:
    // One socket's flood must not keep the other waiting.
    static constexpr int drained_frames_max = 1'000;

    void drain_router() {
        zmq::message_t sender, frame;
        for (int drained = 0; drained < drained_frames_max; ++drained) {
            if (!router_.recv(sender, zmq::recv_flags::dontwait)) return;
            if (!router_.recv(frame, zmq::recv_flags::dontwait)) throw std::runtime_error("a sender without a frame");
            forward(frame);
        }
    }

    void drain_uplink() {
        zmq::message_t frame;
        for (int drained = 0; drained < drained_frames_max; ++drained) {
            if (!uplink_->recv(frame, zmq::recv_flags::dontwait)) return;
            forward(frame);
        }
    }

    void forward(zmq::message_t& frame) {
        const auto destination = header_of(frame).destination;
        if (destination == broker_of(host_)) {
            parent_.report("reached");
        } else if (host_of(destination) == host_) {
            send_to(destination, frame);
        } else if (uplink_) {
            send_or_throw(*uplink_, std::move(frame));
        } else {
            send_to(broker_of(host_of(destination)), frame);
        }
    }

    // An unknown peer makes send() throw, because the router is mandatory.
    void send_to(ProcessId peer, zmq::message_t& frame) {
        constexpr auto dontwait = zmq::send_flags::dontwait;
        if (!router_.send(zmq::buffer(&peer, sizeof peer), dontwait | zmq::send_flags::sndmore) ||
            !router_.send(frame, dontwait)) {
            throw std::runtime_error("a frame was refused: the queue to process " + std::to_string(peer) + " is full");
        }
    }

    const std::uint32_t host_;
    const Parent parent_;
    zmq::context_t context_;
    zmq::socket_t router_;
    std::optional<zmq::socket_t> uplink_;
};

}  // namespace

void run(const BrokerRole& role, const Parent& parent) { Broker(role, parent).forward_until_stopped(); }

}  // namespace plain_zmq
