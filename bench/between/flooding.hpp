#pragma once

#include "measure.hpp"

namespace between {

/// Sends to a Sink as fast as it acknowledges, with at most a window under way, until it is told to stop.
struct KeepFlooding {
    zanni::Address sink;
    std::uint64_t bytes = 0;
    std::uint64_t window = 0;  ///< messages; a quarter of it is acknowledged at once
};
struct StopFlooding {};

class Flooder : public zanni::Actor {
public:
    void begin(const KeepFlooding& order) {
        order_ = order;
        bytes_.assign(order.bytes, 'x');
        const std::uint64_t quarter = std::max<std::uint64_t>(1, order.window / 4);
        send(order.sink, Expect{0, quarter});
        more(order.window);
    }
    void acknowledged(const Acknowledged& some) {
        acknowledged_ += some.count;
        if (!asker_)
            more(some.count);
        else if (acknowledged_ == sent_)
            send(asker_, Acknowledged{until_stopped_});
    }
    /// Answered when nothing is under way any more, by what was acknowledged until now.
    void stop(const StopFlooding&, const zanni::Address& asker) {
        until_stopped_ = acknowledged_;
        asker_ = asker;
    }
    using Behavior = zanni::Behavior<&Flooder::acknowledged, &Flooder::begin, &Flooder::stop>;

private:
    void more(std::uint64_t count) {
        sent_ += count;
        for (std::uint64_t i = 0; i < count; ++i) send(order_.sink, Load{bytes_});
    }

    KeepFlooding order_;
    std::string bytes_;
    zanni::Address asker_;  ///< once it is to stop
    std::uint64_t sent_ = 0;
    std::uint64_t acknowledged_ = 0;
    std::uint64_t until_stopped_ = 0;
};

/// About 4 MiB, but at least 4 messages and at most 10,000.
inline std::uint64_t window_of(std::uint64_t bytes) {
    return std::clamp<std::uint64_t>((std::uint64_t{4} << 20) / bytes, 4, 10'000);
}

}  // namespace between
