// The actors at the other end, as a module for hosts that offer Server.

#include "actors.hpp"

#include <unistd.h>

#include <zanni/zanni.hpp>

namespace between {

struct Echo : zanni::Actor {
    static zanni::Requirements requirements() { return {{"Server", true}}; }
    Pong answer(const Ping& ping) { return {ping.number, ping.sent_ns}; }
    using Behavior = zanni::Behavior<&Echo::answer>;
};

class Sink : public zanni::Actor {
public:
    static zanni::Requirements requirements() { return {{"Server", true}}; }
    void expect(const Expect& order, const zanni::Address& asker) {
        order_ = order;
        asker_ = asker;
        count_ = 0;
    }
    void drop(const Drop&) { counted(); }
    void load(const Load&) { counted(); }
    Process who(const WhoAreYou&) { return {::getpid()}; }
    using Behavior = zanni::Behavior<&Sink::drop, &Sink::load, &Sink::expect, &Sink::who>;

private:
    void counted() {
        ++count_;
        if (order_.acknowledge_every && count_ % order_.acknowledge_every == 0)
            send(asker_, Acknowledged{order_.acknowledge_every});
        if (count_ == order_.count) send(asker_, Done{});
    }

    Expect order_;
    zanni::Address asker_;
    std::uint64_t count_ = 0;
};

struct Child : zanni::Actor {
    static zanni::Requirements requirements() { return {{"Server", true}}; }
    Hello hello(const Hello&) {
        exit();
        return {};
    }
    using Behavior = zanni::Behavior<&Child::hello>;
};

}  // namespace between

ZANNI_MODULE(registry) {
    registry.add<between::Echo>();
    registry.add<between::Sink>();
    registry.add<between::Child>();
}
