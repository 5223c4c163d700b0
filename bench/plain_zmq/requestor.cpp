#include <algorithm>
#include <chrono>
#include <cstdint>
#include <sstream>
#include <stdexcept>
#include <string>
#include <vector>

#include "latency_histogram.hpp"
#include "roles.hpp"
#include "sockets.hpp"

namespace plain_zmq {

namespace {

using SteadyClock = std::chrono::steady_clock;

// Zanni's settings: what has gathered leaves at this size, or after a round of at most so many received frames.
constexpr std::size_t frame_bytes_max = 32 * 1024;
constexpr int round_frames_max = 64;

// Nothing is ever lost on a healthy run, so this much silence is an error.
constexpr std::chrono::milliseconds silence_max = std::chrono::seconds(10);

std::chrono::nanoseconds steady_now() { return SteadyClock::now().time_since_epoch(); }

/// Sends pings and counts pongs. Threads: one.
class Requestor {
public:
    explicit Requestor(const RequestorRole& role)
        : role_(role), record_bytes_(sizeof(RecordHeader) + role.payload_bytes), record_(record_bytes_) {
        store(record_.data(), RecordHeader{.target = 1, .sender = 2, .type = 3, .length = role.payload_bytes});
        dealer_ = open_socket(context_, {zmq::socket_type::dealer, role.self, role.queue_frames_max});
        dealer_.set(zmq::sockopt::rcvtimeo, static_cast<int>(silence_max.count()));
        dealer_.connect(role.endpoint);
    }

    Result exchange(std::uint64_t count) {
        sent_ = received_ = 0;
        latencies_ = {};
        const auto start = steady_now();
        send_pings(std::min(role_.in_flight, count));
        while (received_ < count) receive_round(count);
        return {steady_now() - start, latencies_.percentile(0.50), latencies_.percentile(0.99), latencies_.max()};
    }

private:
    // Each pong makes one ping due. Full frames leave at once, the rest when nothing more has arrived.
    void receive_round(std::uint64_t count) {
        const auto due = [&] { return std::min(received_ + role_.in_flight, count) - sent_; };
        zmq::message_t frame;
        if (!dealer_.recv(frame))
            throw std::runtime_error("no pong for 10 seconds, after " + std::to_string(received_));
        for (int taken = 1;; ++taken) {
            take_pongs(frame);
            while (due() >= pings_per_frame()) send_pings(pings_per_frame());
            if (taken == round_frames_max || !dealer_.recv(frame, zmq::recv_flags::dontwait)) break;
        }
        send_pings(due());
    }

    void take_pongs(const zmq::message_t& frame) {
        const auto now = steady_now();
        const auto header = header_of(frame);
        if (header.source != role_.server) throw std::runtime_error("a frame that is not the server's");
        if (role_.one_way) {
            received_ += header.acknowledged;
            return;
        }
        if ((frame.size() - sizeof(FrameHeader)) % record_bytes_ != 0) throw std::runtime_error("a torn frame");
        const auto* const begin = frame.data<std::byte>();
        for (std::size_t at = sizeof(FrameHeader); at < frame.size(); at += record_bytes_) {
            const auto ping = load<Ping>(begin + at + sizeof(RecordHeader));
            if (ping.number != received_) throw std::runtime_error("a pong lost, twice or out of order");
            latencies_.add(now - std::chrono::nanoseconds(ping.sent_at));
            ++received_;
        }
    }

    void send_pings(std::uint64_t pings) {
        while (pings > 0) {
            const auto in_this_frame = std::min(pings, pings_per_frame());
            send_or_throw(dealer_, frame_of(in_this_frame));
            pings -= in_this_frame;
        }
    }

    zmq::message_t frame_of(std::uint64_t pings) {
        zmq::message_t frame(sizeof(FrameHeader) + pings * record_bytes_);
        FrameHeader header;
        header.destination = role_.server;
        header.source = role_.self;
        auto* to = frame.data<std::byte>();
        store(to, header);
        to += sizeof header;
        const auto now = steady_now().count();
        for (std::uint64_t ping = 0; ping < pings; ++ping, to += record_bytes_) {
            std::copy(record_.begin(), record_.end(), to);
            store(to + sizeof(RecordHeader), Ping{.number = sent_++, .sent_at = now});
        }
        return frame;
    }

    std::uint64_t pings_per_frame() const {
        return std::max<std::uint64_t>(1, (frame_bytes_max - sizeof(FrameHeader)) / record_bytes_);
    }

    const RequestorRole role_;
    const std::size_t record_bytes_;
    std::vector<std::byte> record_;  // what every ping's record has in common
    zmq::context_t context_;
    zmq::socket_t dealer_;
    std::uint64_t sent_ = 0;
    std::uint64_t received_ = 0;
    LatencyHistogram latencies_;
};

}  // namespace

void run(const RequestorRole& role, const Parent& parent) {
    constexpr std::uint64_t warm_up_min = 1'000;
    Requestor requestor(role);
    requestor.exchange(std::max(warm_up_min, role.in_flight));
    parent.report(to_line(requestor.exchange(role.count)));
}

std::string to_line(const Result& result) {
    std::ostringstream line;
    line << result.elapsed.count() << ' ' << result.p50.count() << ' ' << result.p99.count() << ' '
         << result.max.count();
    return line.str();
}

Result result_from_line(const std::string& line) {
    std::istringstream in(line);
    std::int64_t elapsed = 0, p50 = 0, p99 = 0, max = 0;
    if (!(in >> elapsed >> p50 >> p99 >> max)) throw std::runtime_error("the requestor reported \"" + line + '"');
    using std::chrono::nanoseconds;
    return {nanoseconds(elapsed), nanoseconds(p50), nanoseconds(p99), nanoseconds(max)};
}

}  // namespace plain_zmq
