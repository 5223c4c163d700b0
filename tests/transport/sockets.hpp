#pragma once

#include <chrono>
#include <cstddef>
#include <optional>
#include <span>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

#include <zanni/clock.hpp>

#include "control_frame.hpp"
#include "socket.hpp"

/// What tests with real sockets share: they wait for what they expect, with this deadline.
namespace zanni::test {

inline constexpr auto deadline = std::chrono::seconds(20);

inline transport::Frame frame_of(const std::string& text) { return transport::Frame(std::as_bytes(std::span(text))); }

inline std::string text_of(const transport::Frame& frame) {
    const auto bytes = frame.bytes();
    return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

/// False when nothing came in time.
inline bool await(transport::Dealer& dealer, transport::Frame& frame) {
    const SystemClock clock;
    for (const auto until = clock.now() + deadline; !dealer.receive(frame);) {
        if (clock.now() >= until) return false;
        transport::PollItem item{&dealer};
        transport::poll({&item, 1}, until - clock.now());
    }
    return true;
}
inline bool await(transport::Router& router, transport::Peer& peer, transport::Frame& frame) {
    const SystemClock clock;
    for (const auto until = clock.now() + deadline; !router.receive(peer, frame);) {
        if (clock.now() >= until) return false;
        transport::PollItem item{&router};
        transport::poll({&item, 1}, until - clock.now());
    }
    return true;
}

/// A ROUTER that a test plays the broker with.
class HandWrittenBroker {
public:
    HandWrittenBroker() : router_(context_), endpoint_(router_.bind("tcp://127.0.0.1:*")) {}

    const std::string& endpoint() const { return endpoint_; }
    transport::Router& router() { return router_; }

    struct Received {
        transport::Peer from;
        transport::FrameHeader header;
        std::vector<std::byte> frame;

        /// The message of that type in a control frame.
        template <class M>
        std::optional<M> message() const {
            std::optional<M> found;
            static_cast<void>(
                transport::read_control(header, frame, transport::on<M>([&](const M& message) { found = message; })));
            return found;
        }
    };
    /// Errors: throws when nothing came in time.
    Received receive() {
        Received received;
        transport::Frame frame;
        if (!await(router_, received.from, frame)) throw std::runtime_error("nothing came");
        const auto bytes = std::as_const(frame).bytes();
        received.frame.assign(bytes.begin(), bytes.end());
        received.header = transport::check_frame(received.frame).value();
        return received;
    }

    transport::Sent send(const transport::Peer& to, std::span<const std::byte> bytes) {
        transport::Frame frame(bytes);
        return router_.send(to, frame);
    }
    template <class M>
    void send(const transport::Peer& to, const M& message) {
        if (send(to, std::span<const std::byte>(transport::control_frame(0, to.process(), message))) !=
            transport::Sent::sent)
            throw std::runtime_error("the peer is gone");
    }

private:
    transport::Context context_;
    transport::Router router_;
    std::string endpoint_;
};

}  // namespace zanni::test
