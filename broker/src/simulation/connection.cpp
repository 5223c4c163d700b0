#include "simulation/connection.hpp"

#include <algorithm>

namespace zanni::broker {

using transport::Frame;
using transport::FrameKind;
using transport::Sent;

bool Pipe::draw(double chance) {
    constexpr double steps = 9007199254740992.0;  // 2^53
    return chance > 0 && static_cast<double>(choices_.next() >> 11) < chance * steps;
}

Duration Pipe::delay() {
    const Duration spread = std::max(link_.delay_max - link_.delay_min, Duration::zero());
    return link_.delay_min + Duration(choices_.next() % (static_cast<std::uint64_t>(spread.count()) + 1));
}

Sent Pipe::send(Frame& frame) {
    if (under_way_ + stalled_.size() >= frames_max) return Sent::full;
    const auto header = transport::decode_header(std::as_const(frame).bytes());
    const bool between_processes = header && header->kind != FrameKind::control;
    Frame taken = std::move(frame);
    if (between_processes && draw(link_.loss)) return Sent::sent;
    if (between_processes && draw(link_.doubling)) {
        Frame second(std::as_const(taken).bytes());
        if (link_.straggling_max > Duration::zero())
            straggle(std::move(second));
        else
            put(std::move(second), false);
    }
    put(std::move(taken), !(between_processes && draw(link_.overtaking)));
    return Sent::sent;
}

void Pipe::put(Frame frame, bool in_order) {
    TimePoint arrival = clock_.now() + delay();
    if (in_order) arrival = last_arrival_ = std::max(arrival, last_arrival_);
    ++under_way_;
    events_.at(arrival, [this, life = std::weak_ptr(life_), held = std::make_shared<Frame>(std::move(frame))] {
        if (!life.expired()) arrived(std::move(*held));
    });
}

void Pipe::straggle(Frame frame) {
    const auto latest = static_cast<std::uint64_t>(link_.straggling_max.count());
    const TimePoint arrival = clock_.now() + delay() + Duration(choices_.next() % (latest + 1));
    events_.at(arrival, [this, exists = std::weak_ptr(exists_), held = std::make_shared<Frame>(std::move(frame))] {
        if (!exists.expired() && !cut_) arrive_(std::move(*held));
    });
}

void Pipe::arrived(Frame frame) {
    --under_way_;
    if (cut_)
        stalled_.push_back(std::move(frame));
    else
        arrive_(std::move(frame));
}

void Pipe::cut(bool is_cut) {
    if (std::exchange(cut_, is_cut) == is_cut || is_cut) return;
    for (Frame& frame : std::exchange(stalled_, {})) put(std::move(frame), true);
}

void Pipe::break_off() {
    life_ = std::make_shared<int>();
    stalled_.clear();
    under_way_ = 0;
    last_arrival_ = {};
}

}  // namespace zanni::broker
