// How many instructions does a small message cost in the two processes that it goes between: from the envelope into a
// frame, and from the frame into an envelope, acknowledged; a hundred at a time?

#include <cstdint>
#include <optional>
#include <stdexcept>

#include <zanni/envelope.hpp>

#include "channel/channels.hpp"
#include "counting.hpp"
#include "frame.hpp"
#include "parts.hpp"
#include "process_id.hpp"

namespace {

using namespace zanni;
using namespace zanni::transport;

struct Ping {
    std::uint64_t number = 0;
    std::uint64_t sent_ns = 0;
};

constexpr std::uint64_t here = process_id(0xa1000001, 2);
constexpr std::uint64_t there = process_id(0xb2000001, 2);

class TwoEnds {
public:
    void exchange(std::uint64_t first, std::uint64_t number) {
        for (std::uint64_t i = first; i < first + number; ++i) {
            const auto envelope = make_envelope(detail::make_address({there, 2}), detail::make_address({here, 3}),
                                                Ping{i, 1'000'000'000 + i});
            if (!near_.add(*envelope)) throw std::runtime_error("a message was refused");
        }
        while (const auto frame = near_.next(now_)) arrive(*frame);
        while (const auto frame = far_.next(now_))
            if (!near_.on_word(check_frame(*frame).value(), now_)) throw std::runtime_error("a word was refused");
    }
    std::uint64_t arrived() const { return arrived_; }

private:
    void arrive(std::span<const std::byte> frame) {
        const FrameHeader header = check_frame(frame).value();
        if (!far_.on_word(header, now_) || !far_.on_data(header, frame.size(), now_).take)
            throw std::runtime_error("a frame was not taken");
        auto records = RecordReader::open(header, frame).value();
        while (const auto record = records.next().value()) {
            const EnvelopePtr envelope = parts_.add(header.source, *record);
            if (detail::read_as<Ping>(*envelope).value().number != arrived_++)
                throw std::runtime_error("the wrong one came");
        }
    }

    ChannelSettings settings_;
    TimePoint now_{};
    Channels near_{here, settings_};
    Channels far_{there, settings_};
    Parts parts_;
    std::uint64_t arrived_ = 0;
};

}  // namespace

int main(int argc, char** argv) {
    constexpr std::uint64_t at_once = 100;
    const std::uint64_t count = counts::read_count(argc, argv, "a channel's two ends");
    TwoEnds ends;
    for (std::uint64_t done = 0; done < count; done += at_once) ends.exchange(done, at_once);
    return ends.arrived() >= count ? 0 : 1;
}
