#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "channel_fixture.hpp"
#include "exchange.hpp"
#include "gateway_fixture.hpp"

namespace zanni::test {

/// An Exchange whose broker and peers are the test.
class ExchangeBed {
public:
    explicit ExchangeBed(transport::Exchange::Options options = {}) : exchange(with_id(std::move(options))) {
        exchange.begin(inbox, registry, now);
    }

    KeepingInbox inbox;
    Registry registry;
    transport::Exchange exchange;
    TimePoint now = start;

    struct Left {
        transport::FrameHeader header;
        std::vector<std::byte> bytes;
    };
    /// All that leaves now.
    std::vector<Left> left() {
        std::vector<Left> frames;
        while (const auto frame = exchange.next(now))
            frames.push_back({transport::check_frame(*frame).value(), {frame->begin(), frame->end()}});
        return frames;
    }
    std::vector<transport::FrameHeader> left(transport::FrameKind kind) {
        std::vector<transport::FrameHeader> headers;
        for (const Left& frame : left())
            if (frame.header.kind == kind) headers.push_back(frame.header);
        return headers;
    }
    /// The messages of that type to the broker among all that leaves now.
    template <class M>
    std::vector<M> told() {
        std::vector<M> messages;
        for (const Left& frame : left())
            static_cast<void>(transport::read_control(
                frame.header, frame.bytes, transport::on<M>([&](const M& message) { messages.push_back(message); })));
        return messages;
    }

    template <class M>
    void hear(const M& message) {
        exchange.on_frame(transport::control_frame(0, own_process, message), now);
    }
    void hear(const transport::FrameHeader& header) {
        std::array<std::byte, transport::frame_header_bytes> frame{};
        transport::encode_header(header, frame);
        exchange.on_frame(frame, now);
    }
    void hear_text(transport::FrameHeader header, const std::string& text) {
        exchange.on_frame(text_frame(header, text), now);
    }
    /// The broker takes the process; the other host is a member too.
    void be_registered() {
        hear(transport::Registered{own_host,
                                   {host_entry(own_host, "alpha", false), host_entry(other_host, "beta", true)}});
        static_cast<void>(left());
    }
    void advance(Duration by) {
        now += by;
        exchange.tick(now);
    }

    Way post(const std::string& text, std::uint64_t process = other_process) {
        return exchange.post(make_envelope(actor(process, 11), actor(own_process, 22), text));
    }
    /// One message that has left, and then one that hasn't, as the peer grants no window.
    void have_one_sent_and_one_unsent() {
        post("sent");
        static_cast<void>(left());
        hear(word(0, 0));
        post("unsent");
        static_cast<void>(left());
    }
    static transport::FrameHeader word(std::uint32_t acknowledged, std::uint32_t window = whole_window,
                                       std::uint16_t epoch = 1) {
        auto header = word_of(other_process, epoch, acknowledged, window);
        header.destination = own_process;
        return header;
    }
    static transport::FrameHeader data(std::uint32_t sequence, std::uint64_t from = other_process) {
        auto header = data_of(from, 1, sequence);
        header.destination = own_process;
        return header;
    }

    /// The dead letters, as "text: reason".
    std::vector<std::string> dead_letters() const {
        std::vector<std::string> letters;
        for (const auto& letter : inbox.returned)
            letters.push_back(text_in(*letter.envelope) + ": " + std::string(to_string(letter.reason)));
        return letters;
    }

private:
    static transport::Exchange::Options with_id(transport::Exchange::Options options) {
        options.process = own_process;
        return options;
    }
};

}  // namespace zanni::test
