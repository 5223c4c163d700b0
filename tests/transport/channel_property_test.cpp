#include <catch2/catch.hpp>

#include <algorithm>
#include <cstdint>
#include <deque>
#include <iterator>
#include <string>
#include <vector>

#include <zanni/envelope.hpp>
#include <zanni/marshal.hpp>
#include <zanni/random.hpp>

#include "channel/channels.hpp"
#include "frame.hpp"
#include "parts.hpp"
#include "process_id.hpp"

/// Two ends of a channel over a link that loses, doubles, delays and reorders, from a seed.
namespace zanni::transport {

namespace {

constexpr std::uint64_t processes[] = {process_id(0xa1000001, 1), process_id(0xa2000001, 1)};

class TwoEnds {
public:
    explicit TwoEnds(std::uint64_t seed) : random_(seed) {
        settings_.window_frames = 1 + below(8);
        settings_.window_bytes = 200 + static_cast<std::uint32_t>(below(4'000));
        settings_.congested_bytes = 1'000 + below(10'000);
        settings_.ahead_bytes = below(6'000);
        settings_.ahead_message_bytes = 20 + below(300);
        settings_.ahead_frame_bytes = 100 + below(1'000);
        settings_.narrow_bytes = below(20'000);
        settings_.narrow_window_bytes = 100 + below(2'000);
        settings_.acknowledge_bytes = 100 + below(2'000);
        settings_.acknowledge_frames = 1 + below(4);
        if (draw(0.3)) settings_.blocked_longest = std::chrono::milliseconds(100 + below(5'000));
        if (draw(0.5)) settings_.first_sequence = static_cast<std::uint32_t>(0 - below(100));
        if (draw(0.5)) settings_.first_epoch = static_cast<std::uint16_t>(65'535 - below(2));
        loss_ = static_cast<double>(below(40)) / 100;
        doubling_ = static_cast<double>(below(20)) / 100;
        delay_max_ = Duration(std::chrono::milliseconds(1 + below(300)));
        thick_ = draw(0.5) ? 0.01 : 0;
        for (std::size_t i = 0; i < 2; ++i) ends_.emplace_back(processes[i], settings_);
    }

    void run(int steps) {
        for (int i = 0; i < steps; ++i) step();
        loss_ = 0;
        for (int i = 0; i < 20'000 && !at_rest(); ++i) {
            now_ += std::chrono::milliseconds(10);
            move();
        }
        CHECK(at_rest());
    }

    /// What end `from` sent: each message delivered once, and those of each pair of actors in order, or lost with a
    /// notice.
    void check(std::size_t from) {
        const End& end = ends_[from];
        auto delivered = ends_[1 - from].delivered;
        for (std::uint64_t pair = 0; pair < pairs; ++pair) {
            std::vector<std::uint64_t> of_pair;
            std::ranges::copy_if(delivered, std::back_inserter(of_pair),
                                 [&](std::uint64_t number) { return number % pairs == pair; });
            CHECK(std::ranges::is_sorted(of_pair));
        }
        if (!std::ranges::is_sorted(delivered)) ++tally_.overtaken;
        std::ranges::sort(delivered);
        CHECK(std::ranges::adjacent_find(delivered) == delivered.end());
        for (std::uint64_t number = 1; number <= end.sent; ++number) {
            const bool came = std::ranges::binary_search(delivered, number);
            const bool unsent = std::ranges::count(end.unsent, number) != 0;
            const bool unknown = std::ranges::count(end.unknown, number) != 0;
            INFO("message " << number << " of end " << from);
            CHECK(came + unsent + unknown >= 1);
            CHECK_FALSE((came && unsent));
            CHECK_FALSE((unknown && unsent));
        }
        CHECK(end.channels.messages() == 0);
        CHECK(end.channels.unsent_bytes() == 0);
        CHECK_FALSE(end.awaits_relief);
    }

    /// What has happened, so that a test knows that it has.
    struct Tally {
        std::size_t given_up = 0;
        std::size_t blocked = 0;
        std::size_t congested = 0;
        std::size_t in_parts = 0;  // and delivered
        std::size_t resent = 0;
        std::size_t overtaken = 0;  // ends whose messages didn't arrive in the order of all pairs together
    };
    Tally tally() const {
        Tally tally = tally_;
        for (const End& end : ends_) tally.resent += end.channels.resent_frames();
        return tally;
    }

private:
    static constexpr std::uint64_t pairs = 5;
    static constexpr std::size_t digits = 8;

    struct End {
        End(std::uint64_t process, const ChannelSettings& settings) : channels(process, settings) {}
        Channels channels;
        Parts parts;
        std::uint64_t sent = 0;
        std::vector<std::uint64_t> delivered;
        std::vector<std::uint64_t> unknown;
        std::vector<std::uint64_t> unsent;
        bool awaits_relief = false;
    };
    struct UnderWay {
        TimePoint arrives;
        std::size_t to;
        std::vector<std::byte> frame;
    };

    std::uint64_t below(std::uint64_t bound) { return random_.next() % bound; }
    bool draw(double chance) { return static_cast<double>(below(1'000'000)) < chance * 1'000'000; }
    bool at_rest() const { return under_way_.empty() && ends_[0].channels.settled() && ends_[1].channels.settled(); }

    void step() {
        now_ += Duration(std::chrono::milliseconds(below(60)));
        const std::size_t self = below(2);
        End& end = ends_[self];
        for (std::uint64_t i = below(6); i > 0; --i) send_message(self);
        if (draw(0.02)) end.channels.resume(now_);
        if (draw(0.01)) give_up(self);
        if (draw(0.02)) end.channels.grant(draw(0.5));
        if (draw(0.02)) end.channels.set_calm(draw(0.5));
        move();
    }

    /// It ends with its number, which also says between which actors it goes.
    void send_message(std::size_t self) {
        End& end = ends_[self];
        const std::uint64_t number = ++end.sent;
        std::string text(draw(thick_) ? part_bytes + below(part_bytes / 2) : below(400), 'x');
        const std::string written = std::to_string(number);
        text += std::string(digits - written.size(), '0') + written;
        const auto envelope = make_envelope(detail::make_address({processes[1 - self], 1}),
                                            detail::make_address({processes[self], 1 + number % pairs}), text);
        const auto way = end.channels.add(*envelope);
        REQUIRE(way);
        if (*way == Way::free) return;
        ++tally_.congested;
        end.awaits_relief = true;
    }

    void move() {
        for (std::size_t i = 0; i < 2; ++i) {
            End& end = ends_[i];
            if (at_the_end()) end.channels.grant(true);
            for (const KeptFrame& frame : end.channels.tick(now_)) {
                ++tally_.blocked;
                each_last_record(frame.header, frame.bytes,
                                 [&](const RecordView& record) { end.unsent.push_back(number_in(record.payload)); });
            }
            while (const auto frame = end.channels.next(now_)) send(1 - i, *frame);
            if (!end.channels.take_relieved().empty()) end.awaits_relief = false;
        }
        std::vector<UnderWay> arrived;
        std::erase_if(under_way_, [&](UnderWay& frame) {
            if (frame.arrives > now_) return false;
            arrived.push_back(std::move(frame));
            return true;
        });
        for (const UnderWay& frame : arrived) receive(frame);
    }
    bool at_the_end() const { return loss_ == 0; }

    void send(std::size_t to, std::span<const std::byte> frame) {
        if (draw(loss_)) return;
        for (int copies = draw(doubling_) ? 2 : 1; copies > 0; --copies)
            under_way_.push_back({now_ + Duration(below(static_cast<std::uint64_t>(delay_max_.count()))),
                                  to,
                                  {frame.begin(), frame.end()}});
    }

    void receive(const UnderWay& frame) {
        End& end = ends_[frame.to];
        const auto header = check_frame(frame.frame).value();
        REQUIRE(end.channels.on_word(header, now_));
        if (header.kind != FrameKind::data) return;
        const auto verdict = end.channels.on_data(header, frame.frame.size(), now_);
        if (verdict.new_epoch) end.parts.forget([](std::uint64_t) { return true; });
        if (!verdict.take) return;
        each_record(header, frame.frame, [&](const RecordView& record) {
            const EnvelopePtr whole = end.parts.add(header.source, record);
            if (!whole) return;
            CHECK(unmarshalled<std::string>(whole->payload()));
            tally_.in_parts += record.continues;
            end.delivered.push_back(number_in(whole->payload()));
        });
    }

    void give_up(std::size_t self) {
        ++tally_.given_up;
        End& end = ends_[self];
        for (const auto& [frames, reason] : end.channels.close(processes[1 - self], Error::host_lost)) {
            auto& list = reason == Error::unknown_delivery ? end.unknown : end.unsent;
            for (const KeptFrame& frame : frames)
                each_last_record(frame.header, frame.bytes,
                                 [&](const RecordView& record) { list.push_back(number_in(record.payload)); });
        }
    }

    static std::uint64_t number_in(std::span<const std::byte> payload) {
        const auto end = payload.last(digits);
        return std::stoull(std::string(reinterpret_cast<const char*>(end.data()), digits));
    }

    template <class Take>
    static void each_record(const FrameHeader& header, std::span<const std::byte> frame, Take take) {
        auto reader = RecordReader::open(header, frame).value();
        while (const auto record = reader.next().value()) take(*record);
    }
    /// A large message counts with its last part.
    template <class Take>
    static void each_last_record(const FrameHeader& header, std::span<const std::byte> frame, Take take) {
        each_record(header, frame, [&](const RecordView& record) {
            if (record.parts_left == 0) take(record);
        });
    }

    SeededRandom random_;
    ChannelSettings settings_;
    double loss_ = 0;
    double doubling_ = 0;
    Duration delay_max_{};
    TimePoint now_{};
    double thick_ = 0;  // the chance that a message is large
    std::deque<End> ends_;
    std::deque<UnderWay> under_way_;
    Tally tally_;
};

}  // namespace

TEST_CASE("what two ends send each other arrives once and in order, or comes back, whatever the link does",
          "[channel]") {
    TwoEnds::Tally all;
    for (std::uint64_t seed = 1; seed <= 500; ++seed) {
        INFO("seed " << seed);
        TwoEnds test(seed);

        test.run(200);

        test.check(0);
        test.check(1);
        const auto tally = test.tally();
        all.given_up += tally.given_up;
        all.blocked += tally.blocked;
        all.congested += tally.congested;
        all.in_parts += tally.in_parts;
        all.resent += tally.resent;
        all.overtaken += tally.overtaken;
    }
    CHECK(all.given_up > 100);
    CHECK(all.blocked > 100);
    CHECK(all.congested > 100);
    CHECK(all.in_parts > 20);
    CHECK(all.resent > 1'000);
    CHECK(all.overtaken > 100);
}

}  // namespace zanni::transport
