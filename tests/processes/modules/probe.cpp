#include "probe.hpp"

#include <unistd.h>

#include <stdexcept>
#include <string>

#include <zanni/zanni.hpp>

namespace probe {

/// Does to its process what tests want to see the consequences of.
class Probe : public zanni::Actor {
public:
    Here where(const WhereAreYou&) { return {::getpid(), ++times_asked_}; }
    void end_process(const EndProcess& end) { ::_exit(end.status); }
    Weight weigh(const Parcel& parcel) {
        came_.bytes.push_back(parcel.content.size());
        return {parcel.content.size()};
    }
    Came what_came(const WhatCame&) { return came_; }
    void answer_twice(const AnswerTwice&, const zanni::Address& asker) {
        send(asker, FirstAnswer{});
        send(asker, SecondAnswer{});
    }
    void send_parcel(const SendParcel& wish) { send(wish.target, Parcel{std::string(wish.bytes, 'x')}); }
    void complain(const Complain& wish) {
        for (std::uint32_t i = 1; i <= wish.times; ++i) log_warn(wish.about + " " + std::to_string(i));
    }
    using Behavior = zanni::Behavior<&Probe::where, &Probe::end_process, &Probe::weigh, &Probe::answer_twice,
                                     &Probe::send_parcel, &Probe::what_came, &Probe::complain>;

private:
    std::uint32_t times_asked_ = 0;
    Came came_;
};

struct StillBorn : zanni::Actor {
    StillBorn() { throw std::runtime_error("no licence found"); }
    Here where(const WhereAreYou&) { return {}; }
    using Behavior = zanni::Behavior<&StillBorn::where>;
};

class Parent : public zanni::Actor {
public:
    Child create_child(const CreateChild& wish, const zanni::Address& asker) {
        asker_ = asker;
        zanni::Requirements wanted;
        if (!wish.key.empty()) wanted.push_back({wish.key, true});
        const auto isolation = wish.isolated ? zanni::Isolation::process : zanni::Isolation::shared;
        const auto child = create(wish.type, {.requirements = wanted, .isolation = isolation});
        for (std::uint32_t i = 1; i <= wish.messages; ++i) send(child, Parcel{std::string(i, 'x')});
        return {child};
    }
    void child_ended(const zanni::ChildExited& end) { send(asker_, ChildEnded{end.address, end.cause}); }
    using Behavior = zanni::Behavior<&Parent::create_child, &Parent::child_ended>;

private:
    zanni::Address asker_;
};

}  // namespace probe

ZANNI_MODULE(registry) {
    registry.add<probe::Probe>();
    registry.add<probe::StillBorn>();
    registry.add<probe::Parent>();
}
